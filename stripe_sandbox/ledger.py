"""Writing balance transactions: every movement of money at Stripe is one, and nothing else moves money."""

from stripe_sandbox.world import Record, World

CARD_SETTLES_AFTER_S = 2 * 24 * 60 * 60
"""Card money becomes available two days later, as for most accounts at Stripe."""


def enter(
    world: World,
    account: str,
    *,
    type: str,
    source: str,
    amount: int,
    currency: str,
    fee: int = 0,
    available_on: int = 0,
    category: str | None = None,
) -> Record:
    """Write one balance transaction of an account; `amount` is signed, `fee` is taken from it.

    `category` is what accountants call it, where that is not its type.
    """
    now = world.now()
    record = world.add(
        "balance_transaction",
        account,
        type=type,
        reporting_category=category or type,
        source=source,
        amount=amount,
        currency=currency,
        fee=fee,
        net=amount - fee,
        fee_details=[_stripe_fee(fee, currency)] if fee else [],
        balance_type="payments",
        available_on=max(available_on, now),
        status="pending" if available_on > now else "available",
    )
    world.balances.enter(account, record.shown)
    return record


def _stripe_fee(fee: int, currency: str) -> dict[str, str | int | None]:
    return {
        "amount": fee,
        "application": None,
        "currency": currency,
        "description": "Stripe processing fees",
        "type": "stripe_fee",
    }
