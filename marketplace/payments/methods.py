"""Which methods take which amounts, and how long each may take. Pure.

Sources: docs.stripe.com/payments/alipay, /payments/wechat-pay, /payments/bank-transfers for the currencies;
docs.stripe.com/api/checkout/sessions/create for how long a page may be open.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from marketplace.kernel.money import CHARGE_LIMITS, EXPONENTS, Money
from marketplace.payments.errors import AmountNotPayable, MethodNotForCurrency, TransferTooSlow
from marketplace.payments.models import Method

CURRENCIES: Final[Mapping[Method, frozenset[str]]] = {
    Method.CARD: frozenset(EXPONENTS),
    Method.CHECKOUT: frozenset(EXPONENTS),
    Method.INVOICE: frozenset({"EUR", "GBP", "JPY", "MXN", "USD"}),
    Method.ALIPAY: frozenset(
        {"AUD", "CAD", "CHF", "CNY", "EUR", "GBP", "HKD", "JPY", "MYR", "NZD", "SGD", "USD"},
    ),
    Method.WECHAT_PAY: frozenset(
        {"AUD", "CAD", "CHF", "CNY", "DKK", "EUR", "GBP", "HKD", "JPY", "NOK", "SEK", "SGD", "USD"}
    ),
}
SHORTEST_PAGE: Final = timedelta(minutes=31)
LONGEST_PAGE: Final = timedelta(hours=23, minutes=50)
"""A page is open for half an hour at least and a day at most; with some minutes for the way there."""
TRANSFER_TIME: Final = timedelta(days=3)
"""For a bank transfer of an organisation without net terms."""
LEAST_TRANSFER_TIME: Final = timedelta(minutes=30)
"""What a bank transfer needs at least, and only where banks do it at once; with less it would be late, and go back."""
PROCESSING_TIME: Final = timedelta(days=7)
"""How long an order waits for a bank that is at work on its payment; a debit may take five working days."""
ANOTHER_TRY: Final = timedelta(minutes=30)
"""What is left at least for another try, when one has failed that had lengthened the time to pay."""


def refuse_unless_possible(method: Method, due: Money) -> None:
    """Raises MethodNotForCurrency, AmountNotPayable."""
    if due.currency not in CURRENCIES[method]:
        known = sorted(CURRENCIES[method])
        raise MethodNotForCurrency(
            f"{due.currency} cannot be paid by {method}, which takes {', '.join(known)}. Pay another way.",
            method=method,
            currency=due.currency,
            currencies=known,
        )
    limits = CHARGE_LIMITS[due.currency]
    if not limits.allow(due.minor):
        least, largest, step = (Money(each, due.currency) for each in (limits.least, limits.largest, limits.step))
        raise AmountNotPayable(
            f"{due} cannot be charged: that takes from {least} to {largest}, in steps of {step}.",
            currency=due.currency,
            total_minor=due.minor,
            least_minor=limits.least,
            largest_minor=limits.largest,
            step_minor=limits.step,
        )


def page_until(pay_by: datetime, *, now: datetime) -> datetime:
    """Until when a page is asked to be open: as long as the order may be paid, as far as the provider allows."""
    return min(max(pay_by, now + SHORTEST_PAGE), now + LONGEST_PAGE)


def transfer_until(pay_by: datetime, *, now: datetime, net_days: int | None, work_begins: datetime | None) -> datetime:
    """Until when money may arrive by bank transfer: within the net terms or three days, and before work begins.

    Nothing is made before the money is there, and minutes that are to be worked are not kept for an unpaid order. An
    order's time to pay is never shortened. Raises TransferTooSlow where less than half an hour is left.
    """
    wanted = now + (TRANSFER_TIME if net_days is None else timedelta(days=net_days))
    until = max(pay_by, wanted if work_begins is None else min(wanted, work_begins))
    if until < now + LEAST_TRANSFER_TIME:
        raise TransferTooSlow(
            "Work on this order begins too soon for a bank transfer to arrive before; pay another way.",
            work_begins=work_begins,
        )
    return until


def processing_until(pay_by: datetime, *, now: datetime, work_begins: datetime | None) -> datetime:
    """Until when an order waits for a bank that is at work on its payment; never less than it had."""
    wanted = now + PROCESSING_TIME
    return max(pay_by, wanted if work_begins is None else min(wanted, work_begins))


def back_to(was_due_by: datetime, *, now: datetime, pay_by: datetime) -> datetime:
    """The time to pay after a way was left or has failed that had lengthened it; time for another try is left."""
    return min(pay_by, max(was_due_by, now + ANOTHER_TRY))
