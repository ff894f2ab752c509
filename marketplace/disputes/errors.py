from marketplace.kernel.errors import Conflict, NotFound


class DisputeNotFound(NotFound):
    """There is no such dispute, or it is of somebody else's order."""

    code = "dispute_not_found"


class DisputeNotToAnswer(Conflict):
    """The bank hears nothing more about this dispute: it was answered, or is decided."""

    code = "dispute_not_to_answer"


class AnswerTooLate(Conflict):
    """The time in which the bank hears us about this dispute has passed."""

    code = "dispute_answer_too_late"


class EvidenceNotFound(NotFound):
    """No such evidence was made for this dispute."""

    code = "dispute_evidence_not_found"


class EvidenceSentAlready(Conflict):
    """A dispute is answered once: other evidence is on its way, or was sent."""

    code = "dispute_evidence_sent_already"


class EvidenceOutdated(Conflict):
    """This evidence was made for the bank's inquiry, which has become a dispute: gather it anew."""

    code = "dispute_evidence_outdated"


class TooMuchEvidence(Conflict):
    """So many drafts of an answer are enough."""

    code = "dispute_evidence_too_many"
