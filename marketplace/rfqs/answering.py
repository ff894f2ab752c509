"""What an invited factory does before it bids: agree to the terms or decline, ask; and the customer's answers.

An open question stops the clock: the deadline moves by as long as the clock stood.
"""

from typing import Final

from marketplace.audit import service as audit
from marketplace.capability.models import WorkCentre
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.rfqs import granting, rules
from marketplace.rfqs.deciding import refuse_unless_undecided
from marketplace.rfqs.errors import CentreNotCleared, NdaTextDiffers, RfqClosed, TermsNotAgreed, TooManyQuestions
from marketplace.rfqs.models import Deadline, DeadlineMove, Question, Rfq, RfqInvitation
from marketplace.rfqs.queries import verbs
from marketplace.rfqs.states import BidState, InvitationState, QuestionState

AGREE_FIRST: Final = "Agree to the terms of this request first: POST …/agree."
AGREED: Final = frozenset({InvitationState.ACCEPTED, InvitationState.CHOSEN, InvitationState.NOT_CHOSEN})


def agree(invitation: RfqInvitation, *, nda_sha256: str | None, by: Actor) -> None:
    """The factory agrees to the terms, the non-disclosure agreement with this hash among them if there is one.

    It binds the organisation: who, when, and to which text is kept. Agreeing again changes nothing.
    Raises RoleTooSmall below manager, NdaTextDiffers, RfqOver, RfqClosed, IllegalMove.
    """
    by.needs(Role.MANAGER)
    if invitation.rfq.nda_sha256 != nda_sha256:
        raise NdaTextDiffers("Send `nda_sha256` of the text that this request shows, or null if it shows none.")
    if invitation.state is InvitationState.ACCEPTED:
        return
    refuse_unless_taking_bids(invitation.rfq)
    invitation.move(InvitationState.ACCEPTED, by=by)
    invitation.agreed_at, invitation.agreed_by, invitation.nda_sha256 = clock.now(), by.user_id, nda_sha256
    granting.open_at_once(invitation)
    audit.record(by, "rfq.agreed", invitation, nda_sha256=nda_sha256)


def decline(invitation: RfqInvitation, *, reason: str, by: Actor) -> None:
    """The factory will not bid, or not any more; the customer reads why. Raises RfqOver, IllegalMove."""
    refuse_unless_undecided(invitation.rfq)
    invitation.move(InvitationState.DECLINED, by=by, reason=reason)
    invitation.declined_because = reason
    leave(invitation, by=by, reason=reason)
    audit.record(by, "rfq.declined", invitation, reason=reason)


def ask(invitation: RfqInvitation, *, text: str, by: Actor) -> Question:
    """Ask the customer something; the clock stands until it is answered.

    Raises RfqOver, RfqClosed, TermsNotAgreed, TooManyQuestions.
    """
    refuse_unless_bidding(invitation)
    asked = verbs.questions_by_state(invitation.id)
    if asked.get(QuestionState.OPEN, 0) >= rules.MOST_OPEN_QUESTIONS or sum(asked.values()) >= rules.MOST_QUESTIONS:
        raise TooManyQuestions(
            f"A factory has at most {rules.MOST_OPEN_QUESTIONS} open questions, and asks {rules.MOST_QUESTIONS} in all."
        )
    speak(invitation)
    question = Question(
        id=new_id(), rfq_id=invitation.rfq_id, invitation_id=invitation.id, asked_by=by.user_id, text=text
    )
    session().add(question)
    if invitation.rfq.stopped_at is None:
        invitation.rfq.stopped_at = clock.now()
    audit.record(by, "rfq.question_asked", question, rfq_id=invitation.rfq_id)
    notifications.tell(invitation.rfq.organisation_id, NoticeKind.RFQ_QUESTION_ASKED, invitation.rfq, text=text)
    return question


def answer(question: Question, *, text: str, by: Actor) -> None:
    """The customer answers; every factory that has agreed to the terms reads it. Raises RfqOver, IllegalMove."""
    rfq = question.invitation.rfq
    refuse_unless_undecided(rfq)
    question.move(QuestionState.ANSWERED, by=by)
    question.answer, question.answered_by, question.closed_at = text, by.user_id, clock.now()
    audit.record(by, "rfq.question_answered", question, rfq_id=rfq.id)
    notifications.tell(question.invitation.factory_id, NoticeKind.RFQ_QUESTION_ANSWERED, rfq, text=text)
    start_clock(rfq, by=by)


def withdraw(question: Question, *, by: Actor) -> None:
    """The factory needs no answer any more. Raises RfqOver, IllegalMove."""
    rfq = question.invitation.rfq
    refuse_unless_undecided(rfq)
    _withdraw(question, by=by)
    start_clock(rfq, by=by)


def leave(invitation: RfqInvitation, *, by: Actor, reason: str) -> None:
    """Close the file to a factory that is out, end its bids, and do not wait for answers to its questions."""
    granting.close(invitation)
    for bid in verbs.open_bids(invitation.rfq_id, of_invitation=invitation.id):
        bid.move(BidState.WITHDRAWN, by=by, reason=reason)
    for question in verbs.open_questions_of(invitation.id):
        _withdraw(question, by=by)
    start_clock(invitation.rfq, by=by)


def start_clock(rfq: Rfq, *, by: Actor) -> None:
    """Let the clock run again if it stands and no question is open: the deadline moves by as long as it stood."""
    session().flush()
    if rfq.stopped_at is None or verbs.open_questions(rfq.id):
        return
    later = rules.restarted(rfq.closes_at, stopped_at=rfq.stopped_at, now=clock.now())
    session().add(
        Deadline(
            rfq_id=rfq.id,
            why=DeadlineMove.QUESTION_CLOSED,
            stopped_at=rfq.stopped_at,
            closes_at=later,
            moved_by=by.user_id,
        )
    )
    rfq.closes_at, rfq.stopped_at = later, None


def speak(invitation: RfqInvitation) -> None:
    """A factory that asks or bids for the first time gets the next letter: it says nothing of who was invited when."""
    if invitation.alias is None:
        invitation.alias = verbs.next_alias(invitation.rfq_id)
        session().flush()


def refuse_unless_bidding(invitation: RfqInvitation) -> None:
    """Raises RfqOver, RfqClosed, TermsNotAgreed."""
    refuse_unless_taking_bids(invitation.rfq)
    if invitation.state is not InvitationState.ACCEPTED:
        raise TermsNotAgreed(AGREE_FIRST, invitation_state=invitation.state)


def refuse_unless_cleared(rfq: Rfq, centre: WorkCentre) -> None:
    """A file under export control is priced only by whom it may be shown to. Raises CentreNotCleared."""
    if rfq.is_controlled and not centre.takes_controlled:
        raise CentreNotCleared("The file is under export control, and this work centre may not see it.")


def refuse_unless_agreed(invitation: RfqInvitation) -> None:
    """Whoever has agreed to the terms and is in, or was until the end. Raises TermsNotAgreed."""
    if invitation.state not in AGREED:
        raise TermsNotAgreed(AGREE_FIRST, invitation_state=invitation.state)


def refuse_unless_taking_bids(rfq: Rfq) -> None:
    """Raises RfqOver, RfqClosed."""
    refuse_unless_undecided(rfq)
    if rfq.phase not in rules.TAKES_BIDS:
        raise RfqClosed(
            "This request has closed; its customer may extend it until a bid is chosen.", closed_at=rfq.closes_at
        )


def _withdraw(question: Question, *, by: Actor) -> None:
    question.move(QuestionState.WITHDRAWN, by=by)
    question.closed_at = clock.now()
    audit.record(by, "rfq.question_withdrawn", question, rfq_id=question.rfq_id)
