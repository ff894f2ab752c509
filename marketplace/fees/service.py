"""Deciding what the platform asks of a factory's price."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.fees import queries, rules
from marketplace.fees.errors import FeeDayUnfit, FeePayerNoFactory, FeeRateUnfit
from marketplace.fees.models import FeeRate
from marketplace.fees.rules import Fee
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


@dataclass(frozen=True, slots=True)
class FeeShown:
    """What is asked now, and what is decided to be asked next."""

    now: Fee
    next: Fee | None


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
        text = f"From {terms.valid_from} on it is {_told(terms, terms.organisation_id, usual_bps)}. {terms.reason}"
        notifications.tell(terms.organisation_id, NoticeKind.FEE_DECIDED, found, text=text)
    return found


def _told(terms: FeeDecision, organisation_id: UUID, usual_bps: int) -> str:
    if terms.fee_bps is not None:
        return per_cent(terms.fee_bps)
    fee = rules.asked(*queries.histories(organisation_id), terms.valid_from, usual_bps=usual_bps)
    return f"the usual fee again, {per_cent(fee.fee_bps)} as of now"


def of_factory(factory_id: UUID, *, usual_bps: int) -> int:
    """What the platform asks of a factory's price today: its own rate, else the usual one decided, else this one."""
    return rules.asked(*queries.histories(factory_id), clock.now().date(), usual_bps=usual_bps).fee_bps


def shown(who: Actor, *, usual_bps: int) -> FeeShown:
    """What the platform asks of the factory's own price today, and from when on it asks another rate."""
    own, usual = queries.histories(who.organisation)
    today = clock.now().date()
    return FeeShown(
        rules.asked(own, usual, today, usual_bps=usual_bps), rules.next_asked(own, usual, today, usual_bps=usual_bps)
    )
