"""Deciding what the platform asks of a factory's price."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.fees import queries, rules
from marketplace.fees.errors import FeeDayUnfit, FeePayerNoFactory, FeeRateUnfit
from marketplace.fees.models import FeeRate
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor, Hat
from marketplace.kernel.database import session
from marketplace.kernel.money import per_cent
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeDecision:
    """A fee in basis points from a day on, of an organisation or the usual one, and why."""

    valid_from: date
    reason: str
    organisation_id: UUID | None = None
    fee_bps: int | None = None
    """None: the organisation pays the usual fee again."""


def decide(terms: FeeDecision, *, usual_bps: int, by: Actor) -> FeeRate:
    """Put a fee in force from a day on; an organisation whose own it is, is told from when on and how much.

    `usual_bps` is what is asked of everybody while no usual fee was decided.

    Raises FeeRateUnfit, FeePayerUnknown, FeePayerNoFactory, FeeDayUnfit for a day that has passed.
    """
    transaction.inside()
    if terms.organisation_id is None and terms.fee_bps is None:
        raise FeeRateUnfit("Say fee_bps: null brings one organisation back to the usual fee, and none was named.")
    if terms.organisation_id is not None and Hat.FACTORY not in queries.hats_of(terms.organisation_id):
        raise FeePayerNoFactory("The fee is asked of factories' prices, and this organisation is no factory.")
    if terms.valid_from < clock.now().date():
        raise FeeDayUnfit("A fee changes from today (UTC) on or later.", valid_from=terms.valid_from)
    found = FeeRate(
        organisation_id=terms.organisation_id,
        fee_bps=terms.fee_bps,
        valid_from=terms.valid_from,
        reason=terms.reason,
        decided_by=by.user_id,
    )
    session().add(found)
    session().flush()
    audit.record(
        by,
        "fee.decided",
        found,
        payer=terms.organisation_id,
        fee_bps=terms.fee_bps,
        valid_from=terms.valid_from,
        reason=terms.reason,
    )
    if terms.organisation_id is not None:
        notifications.tell(terms.organisation_id, NoticeKind.FEE_DECIDED, found, text=_told(terms, usual_bps))
    return found


def _told(terms: FeeDecision, usual_bps: int) -> str:
    rate = "" if terms.fee_bps is None else per_cent(terms.fee_bps)
    if terms.fee_bps is None:
        usual = rules.in_force(queries.history(None), terms.valid_from)
        rate = f"the usual fee again, {per_cent(usual_bps if usual is None else usual)} as of now"
    return f"From {terms.valid_from} on it is {rate}. {terms.reason}"


def of_factory(factory_id: UUID, *, usual_bps: int) -> int:
    """What the platform asks of a factory's price today: its own rate, else the usual one decided, else this one."""
    today = clock.now().date()
    own = rules.in_force(queries.history(factory_id), today)
    usual = rules.in_force(queries.history(None), today) if own is None else None
    return next((each for each in (own, usual) if each is not None), usual_bps)
