"""Which amounts the payment provider can move. Pure."""

from marketplace.kernel.money import CHARGE_LIMITS, Money
from marketplace.payments.errors import AmountNotPayable


def refuse_unless_payable(total: Money, *, to_seller: Money) -> None:
    """An order's total can be charged to a card, and its seller's part be sent on. Raises AmountNotPayable."""
    limits = CHARGE_LIMITS[total.currency]
    if limits.allow(total.minor) and to_seller.minor % limits.step == 0:
        return
    least, largest, step = (Money(each, total.currency) for each in (limits.least, limits.largest, limits.step))
    raise AmountNotPayable(
        f"An order of {total}, of which {to_seller} go to the factory, cannot be paid by card: that takes from {least} "
        f"to {largest}, both amounts in steps of {step}. Ask for a quote of another quantity or in another currency.",
        currency=total.currency,
        total_minor=total.minor,
        to_seller_minor=to_seller.minor,
        least_minor=limits.least,
        largest_minor=limits.largest,
        step_minor=limits.step,
    )
