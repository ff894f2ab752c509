from marketplace.kernel.errors import Conflict, Forbidden, NotFound, Rejected


class CaseNotFound(NotFound):
    """There is no case with this id."""

    code = "case_not_found"


class CaseOpenAlready(Conflict):
    """The same thing is being examined; one examination at a time."""

    code = "case_open_already"


class ReasonMissing(Rejected):
    """No moderation act without a reason of some words, which the party will read."""

    code = "reason_missing"


class OutcomeNotPossible(Conflict):
    """A case of this kind cannot end so; `possible` names the outcomes that it can have."""

    code = "outcome_not_possible"


class NeedsAnotherExaminer(Forbidden):
    """An appeal is examined by another person than the one who took the decision."""

    code = "needs_another_examiner"


class DecidedByStaffOnly(Forbidden):
    """Only a person of the staff decides: not a program, not a party."""

    code = "decided_by_staff_only"


class NothingToAppeal(Conflict):
    """There is no decision against the party that still stands."""

    code = "nothing_to_appeal"


class AppealedAlready(Conflict):
    """Each decision can be appealed once, and this one was."""

    code = "appealed_already"


class AppealTooLate(Conflict):
    """The time to appeal has passed; `appeal_until` says when it did."""

    code = "appeal_too_late"
