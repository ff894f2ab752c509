"""The lines of each movement of money, by double entry. Pure.

=====================  ================================  =========================
movement               debit                             credit
=====================  ================================  =========================
charge                 stripe (net), stripe_fees (fee)   held
release                held                              payable each, platform_fee, tax
transfer               payable                           stripe
refund owed
  before release       held                              refund_clearing
  after release        payable each, platform_fee, tax   refund_clearing
refund                 refund_clearing, stripe_fees      stripe
refund failed          stripe                            refund_clearing, stripe_fees
reversal               stripe                            payable
debt set off           payable (of the later order)      payable (of the debt)
bank order             payable                           manual_clearing
bank order undone      manual_clearing                   payable
bank payment           manual_clearing                   bank
bank payment returned  bank                              payable
dispute withdrawn      dispute, stripe_fees              stripe
dispute reinstated     stripe                            dispute, stripe_fees
dispute lost
  before release       held                              dispute
  after release        payable each, platform_fee, tax   dispute
  owed back anyway     refund_clearing                   dispute
payout to our bank     bank, stripe_fees if any          stripe
payout came back       stripe                            bank
top-up from our bank   stripe                            bank
provider's own fee     stripe_fees                       stripe
=====================  ================================  =========================
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from marketplace.kernel.money import Money
from marketplace.ledger.models import AccountKind
from marketplace.ledger.values import Line

Shares = Mapping[UUID | None, int]
"""Minor units per party of an order; the platform is nobody (None). Of the platform's, so much is tax on its fee."""


def charge(order_id: UUID, *, gross: Money, fee: Money) -> Sequence[Line]:
    """The customer has paid: the provider holds it, less its fee, and it is owed to nobody yet."""
    return (
        Line(AccountKind.STRIPE, gross - fee),
        Line(AccountKind.STRIPE_FEES, fee),
        Line(AccountKind.HELD, -gross, order_id),
    )


def release(order_id: UUID, *, shares: Shares, currency: str, tax_minor: int = 0) -> Sequence[Line]:
    """The goods are accepted: what was held is owed to the parties, by the shares frozen with the order."""
    total = Money(sum(shares.values()), currency)
    owed = {party: -minor for party, minor in shares.items()}
    return Line(AccountKind.HELD, total, order_id), *_parties(order_id, owed, currency, tax_minor=-tax_minor)


def transfer(order_id: UUID, party_id: UUID, amount: Money) -> Sequence[Line]:
    """A party's money has left for its account."""
    return Line(AccountKind.PAYABLE, amount, order_id, party_id), Line(AccountKind.STRIPE, -amount)


def refund(order_id: UUID, *, gross: Money, fee: Money) -> Sequence[Line]:
    """Money has left for the customer; who bears it was written when it was owed. `fee` is the provider's, if any."""
    return (
        Line(AccountKind.REFUND_CLEARING, gross, order_id),
        Line(AccountKind.STRIPE_FEES, fee),
        Line(AccountKind.STRIPE, -(gross + fee)),
    )


def refund_failed(order_id: UUID, *, gross: Money, fee: Money) -> Sequence[Line]:
    """The customer's bank has sent a refund back: it is ours to give again. `fee` is what the provider returns."""
    return (
        Line(AccountKind.STRIPE, gross - fee),
        Line(AccountKind.STRIPE_FEES, fee),
        Line(AccountKind.REFUND_CLEARING, -gross, order_id),
    )


def reversal(order_id: UUID, party_id: UUID, amount: Money) -> Sequence[Line]:
    """A party's money has come back, for its share of a refund."""
    return Line(AccountKind.STRIPE, amount), Line(AccountKind.PAYABLE, -amount, order_id, party_id)


def bank_order(order_id: UUID, party_id: UUID, amount: Money) -> Sequence[Line]:
    """Our bank is told to pay a party's money."""
    clearing = Line(AccountKind.MANUAL_CLEARING, -amount, order_id, party_id)
    return Line(AccountKind.PAYABLE, amount, order_id, party_id), clearing


def bank_order_undone(order_id: UUID, party_id: UUID, amount: Money) -> Sequence[Line]:
    """Our bank did not pay it after all: it is owed as before."""
    clearing = Line(AccountKind.MANUAL_CLEARING, amount, order_id, party_id)
    return clearing, Line(AccountKind.PAYABLE, -amount, order_id, party_id)


def bank_payment(order_id: UUID, party_id: UUID, amount: Money) -> Sequence[Line]:
    """Our bank has paid a party's money."""
    return Line(AccountKind.MANUAL_CLEARING, amount, order_id, party_id), Line(AccountKind.BANK, -amount)


def bank_payment_returned(order_id: UUID, party_id: UUID, amount: Money) -> Sequence[Line]:
    """The party's bank has sent its money back: it is owed again."""
    return Line(AccountKind.BANK, amount), Line(AccountKind.PAYABLE, -amount, order_id, party_id)


def debt_set_off(amount: Money, *, party_id: UUID, debt_of: UUID, out_of: UUID) -> Sequence[Line]:
    """A party's debt of one order is paid out of what is payable to it of a later one."""
    return Line(AccountKind.PAYABLE, amount, out_of, party_id), Line(AccountKind.PAYABLE, -amount, debt_of, party_id)


def dispute_moved(order_id: UUID, *, gross: Money, fee: Money) -> Sequence[Line]:
    """The customer's bank takes money of an order (less than nothing) or gives it back; `fee` is the provider's."""
    return (
        Line(AccountKind.STRIPE, gross - fee),
        Line(AccountKind.STRIPE_FEES, fee),
        Line(AccountKind.DISPUTE, -gross, order_id),
    )


def dispute_lost(
    order_id: UUID, amount: Money, *, held_minor: int, borne: Shares, owed_back_minor: int, tax_minor: int = 0
) -> Sequence[Line]:
    """What the bank has taken for good is borne: by what is held, by the parties, by refunds that need not be made.

    The three parts together are the amount.
    """
    currency = amount.currency
    return (
        Line(AccountKind.HELD, Money(held_minor, currency), order_id),
        *_parties(order_id, borne, currency, tax_minor=tax_minor),
        Line(AccountKind.REFUND_CLEARING, Money(owed_back_minor, currency), order_id),
        Line(AccountKind.DISPUTE, -amount, order_id),
    )


def owed_out_of_dispute(order_id: UUID, amount: Money) -> Sequence[Line]:
    """What a lost dispute has taken beyond its own amount from refunds that need not be made is owed as one again."""
    return Line(AccountKind.DISPUTE, amount, order_id), Line(AccountKind.REFUND_CLEARING, -amount, order_id)


def bank(*, gross: Money, fee: Money) -> Sequence[Line]:
    """Money went to the platform's own bank account (`gross` less than nothing), or came from it."""
    return Line(AccountKind.STRIPE, gross - fee), Line(AccountKind.STRIPE_FEES, fee), Line(AccountKind.BANK, -gross)


def provider_fee(net: Money) -> Sequence[Line]:
    """The provider has kept something for itself (`net` less than nothing), or given it back."""
    return Line(AccountKind.STRIPE, net), Line(AccountKind.STRIPE_FEES, -net)


def refund_borne_by_held(order_id: UUID, amount: Money) -> Sequence[Line]:
    """Before release a refund is borne by the money held for the order."""
    return Line(AccountKind.HELD, amount, order_id), Line(AccountKind.REFUND_CLEARING, -amount, order_id)


def refund_borne_by_parties(order_id: UUID, amount: Money, *, borne: Shares, tax_minor: int = 0) -> Sequence[Line]:
    """After release each party bears its part of a refund, as it was divided (M1); paid out already, it is a debt."""
    clearing = Line(AccountKind.REFUND_CLEARING, -amount, order_id)
    return *_parties(order_id, borne, amount.currency, tax_minor=tax_minor), clearing


def _parties(order_id: UUID, amounts: Shares, currency: str, *, tax_minor: int) -> list[Line]:
    sellers = [
        Line(AccountKind.PAYABLE, Money(minor, currency), order_id, party)
        for party, minor in amounts.items()
        if party is not None
    ]
    if None not in amounts:
        return sellers
    fee, tax = Money(amounts[None] - tax_minor, currency), Money(tax_minor, currency)
    return [*sellers, Line(AccountKind.PLATFORM_FEE, fee), Line(AccountKind.TAX, tax)]
