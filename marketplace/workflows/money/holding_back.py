"""The staff holds money back, lets it go, and says when sellers are paid: with a reason, told to whom it concerns."""

from collections.abc import Sequence
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel import transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.payments import freezes
from marketplace.payments.models import Freeze, FreezeWhy, PayoutSchedule
from marketplace.payouts import queries
from marketplace.payouts.errors import NobodyToFreeze


def hold_back(
    *, order_id: UUID | None, organisation_id: UUID | None, is_everything: bool = False, reason: str, by: Actor
) -> Freeze:
    """Stop the money of an order, of an organisation, or of everybody. Raises NobodyToFreeze."""
    transaction.inside()
    if is_everything != (order_id is organisation_id is None):
        raise NobodyToFreeze("Name the order or the organisation; for everything, name neither.")
    _refuse_unless_known(order_id, organisation_id)
    cause = str(new_id())
    freezes.freeze(FreezeWhy.STAFF, cause, by=by, order_id=order_id, organisation_id=organisation_id, reason=reason)
    [freeze] = freezes.standing(FreezeWhy.STAFF, cause)
    _tell(freeze, NoticeKind.MONEY_FROZEN, reason)
    return freeze


def let_go(freeze: Freeze, *, reason: str, by: Actor) -> None:
    """The staff's reason is gone: what waited for it goes on."""
    freezes.lift(FreezeWhy.STAFF, freeze.cause, by=by, reason=reason)
    _tell(freeze, NoticeKind.MONEY_THAWED, reason)


def set_days(days: int, *, organisation_id: UUID | None, reason: str, by: Actor) -> PayoutSchedule:
    """From now on money of accepted goods is owed after so many days: to one organisation, or to all without their own.

    What is accepted already keeps its day. Raises NobodyToFreeze for an organisation that does not exist.
    """
    transaction.inside()
    assert by.user_id is not None
    _refuse_unless_known(None, organisation_id)
    schedule = PayoutSchedule(id=new_id(), organisation_id=organisation_id, days=days, set_by=by.user_id, reason=reason)
    session().add(schedule)
    session().flush()
    audit.record(by, "payout_schedule.set", schedule, days=days, organisation=organisation_id, reason=reason)
    if organisation_id is not None:
        text = f"Money of accepted goods is yours {days} days after acceptance. {reason}"
        notifications.tell(organisation_id, NoticeKind.PAYOUT_SCHEDULE_SET, schedule, text=text)
    return schedule


def _refuse_unless_known(order_id: UUID | None, organisation_id: UUID | None) -> None:
    if order_id is not None and not queries.order_exists(order_id):
        raise NobodyToFreeze("There is no such order.")
    if organisation_id is not None and not queries.organisation_exists(organisation_id):
        raise NobodyToFreeze("There is no such organisation.")


def _tell(freeze: Freeze, kind: NoticeKind, reason: str) -> None:
    """The sellers whom it concerns; of everybody's money each reads in their own room why it waits."""
    notifications.tell_each(_concerned(freeze), kind, freeze, text=reason)


def _concerned(freeze: Freeze) -> Sequence[UUID]:
    if freeze.organisation_id is not None:
        return [freeze.organisation_id]
    return queries.parties_of(freeze.order_id) if freeze.order_id is not None else []
