"""When an entry of the provider's books and a journal of ours say the same. Pure.

Kinds of entries: docs.stripe.com/reports/balance-transaction-types.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from marketplace.kernel.money import EXPONENTS, written
from marketplace.reconciliation.ports import EndpointSeen, Entry
from marketplace.reconciliation.states import DifferenceKind
from marketplace.reconciliation.values import Finding, Posted, Total

OF_BANK: Final = frozenset({"payout", "payout_cancel", "payout_failure", "topup", "topup_reversal"})
"""Between the provider and the platform's own bank account."""
OF_FEES: Final = frozenset({"stripe_fee", "stripe_fx_fee", "tax_fee", "network_cost"})
"""What the provider keeps for itself, apart from the fee of one movement."""

BANK: Final = "bank"
PROVIDER_FEE: Final = "provider_fee"

KINDS: Final[Mapping[str, frozenset[str]]] = {
    "charge": frozenset({"charge", "payment"}),
    "refund": frozenset({"refund", "payment_refund"}),
    "refund_failed": frozenset({"refund_failure", "payment_failure_refund"}),
    "transfer": frozenset({"transfer"}),
    "reversal": frozenset({"transfer_refund", "transfer_cancel", "transfer_failure"}),
    BANK: OF_BANK,
    PROVIDER_FEE: OF_FEES,
}
"""By the kind of our journal, what the provider may call its entry; of a journal that is not here any kind will do."""

YOUNG: Final = timedelta(minutes=15)
"""So long an entry may wait for its event, and for whoever handles it, before it is missed."""
WHY_NOT_YET: Final = (
    f"younger than {YOUNG // timedelta(minutes=1)} minutes, so that the event that tells of it may still come; or "
    "begun and not over, as a refund that its customer does not have yet"
)
"""What an entry waits for that need not be in our books, in words."""


def is_young(at: datetime, *, now: datetime) -> bool:
    return at > now - YOUNG


def compared(entry: Entry | None, posted: Posted | None) -> Finding | None:
    """The difference between an entry and the journal of its id, if there is one; at least one of them is there."""
    if entry is None:
        assert posted is not None, "what neither has is no difference"
        return _unknown(posted)
    if posted is None:
        return _missing(entry)
    problem = _problem(entry, posted)
    if problem is None:
        return None
    is_one_currency = entry.currency == posted.currency
    return Finding(
        DifferenceKind.DIFFERENT,
        about=entry.id,
        says=problem,
        order_id=posted.order_id,
        currency=entry.currency,
        ours_minor=posted.net_minor if is_one_currency else None,
        theirs_minor=entry.net_minor,
    )


def _missing(entry: Entry) -> Finding:
    says = (
        f"The provider has moved {_amount(entry.net_minor, entry.currency)} ({entry.kind}); our books do not have it."
    )
    kind = DifferenceKind.MISSING_HERE
    return Finding(kind, entry.id, says, currency=entry.currency, theirs_minor=entry.net_minor)


def _unknown(posted: Posted) -> Finding:
    amount = _amount(posted.net_minor, posted.currency)
    return Finding(
        DifferenceKind.UNKNOWN_THERE,
        about=posted.reference,
        says=f"Our books have {amount} ({posted.kind}) under an id that the provider does not know.",
        order_id=posted.order_id,
        currency=posted.currency,
        ours_minor=posted.net_minor,
    )


def _problem(entry: Entry, posted: Posted) -> str | None:
    """What is not the same, the gravest first."""
    if entry.currency != posted.currency:
        return f"The currency is {entry.currency} at the provider, and {posted.currency} in our books."
    if entry.net_minor != posted.net_minor:
        theirs, ours = (_amount(each.net_minor, entry.currency) for each in (entry, posted))
        return f"The amount is {theirs} at the provider, and {ours} in our books."
    if entry.kind not in KINDS.get(posted.kind, {entry.kind}):
        return f"The kind is {entry.kind} at the provider, and {posted.kind} in our books."
    if posted.kind != PROVIDER_FEE and entry.fee_minor != posted.fee_minor:
        theirs, ours = (_amount(each.fee_minor, entry.currency) for each in (entry, posted))
        return f"The fee is {theirs} at the provider, and {ours} in our books."
    return None


def _amount(minor: int, currency: str) -> str:
    """As people read it; of a currency that we do not trade in we do not know the decimals."""
    return written(minor, currency) if currency in EXPONENTS else f"{minor} minor units of {currency}"


def sums(totals: Iterable[Total], explained: Mapping[str, int]) -> list[Finding]:
    """Currencies in which the sums differ by something else than what single movements explain (M6).

    `explained` is by how much the provider's sum exceeds ours because of those, by currency.
    """
    return [
        Finding(
            DifferenceKind.TOTAL,
            about=total.currency,
            says=(
                f"All movements together come to {_amount(total.theirs_minor, total.currency)} at the provider; our "
                f"account of it says {_amount(total.ours_minor, total.currency)}."
            ),
            currency=total.currency,
            ours_minor=total.ours_minor,
            theirs_minor=total.theirs_minor,
        )
        for total in totals
        if total.theirs_minor - total.ours_minor != explained.get(total.currency, 0)
    ]


def endpoint(seen: Sequence[EndpointSeen], *, hook: str, kinds: Collection[str]) -> Finding | None:
    """What is wrong with how the provider tells us of events; several endpoints at our address add up."""
    ours = [each for each in seen if each.url == hook and each.is_on]
    if not ours:
        return _of_endpoint(hook, "The provider tells no events to this address.")
    if not all(each.is_of_our_version for each in ours):
        return _of_endpoint(hook, "The provider tells events of another API version than the one that we read.")
    told = frozenset[str]().union(*(each.kinds for each in ours))
    silent = set() if "*" in told else set(kinds) - told
    return _of_endpoint(hook, f"The provider does not tell {', '.join(sorted(silent))}.") if silent else None


def _of_endpoint(hook: str, says: str) -> Finding:
    return Finding(DifferenceKind.ENDPOINT, about=hook, says=says[:500])
