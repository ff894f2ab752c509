from typing import Any

from marshmallow import fields

from blueprints.http.fields import AMOUNT_DOC, Instant, shown
from blueprints.http.schemas import Accepts, Shows
from marketplace.kernel.money import Money
from marketplace.payments.models import Method, WayState
from marketplace.workflows.money.showing_refunds import RefundBy, RefundStanding, RefundWhy


class MoneyShown(fields.Field[Money]):
    """An amount that carries its own currency."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(dump_only=True, metadata=AMOUNT_DOC, **kwargs)

    def _serialize(self, value: Money | None, attr: str | None, obj: Any, **kwargs: Any) -> dict[str, Any] | None:
        return None if value is None else shown(value)


class ChooseMethod(Accepts):
    """How the customer wants to pay; nothing at all goes on by the way that is open, or else by card."""

    may_be_absent = True

    method = fields.Enum(
        Method,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "`card` in your own page with Stripe.js, `checkout` on a page of Stripe, `invoice` by bank "
            "transfer, `alipay`, `wechat_pay`.",
            "example": "checkout",
        },
    )


class BankTransfer(Shows):
    """Where to transfer the money to. The account is of this payment alone: whatever arrives there counts for it."""

    reference = fields.String(required=True, metadata={"example": "5B1C1A9E02F4"})
    accounts = fields.List(
        fields.Dict(),
        required=True,
        metadata={"description": "Each by its `type`: `iban`, `sort_code`, `aba`, `zengin`, `spei`."},
    )
    paid = MoneyShown(required=True)
    left = MoneyShown(required=True)


class OpenedPayment(Shows):
    """What a browser needs to pay: hand the secret to Stripe.js, `stripe.confirmPayment`, and to nobody else.

    Other methods than a card have no intent and no secret: a page has a `url`, an invoice a `bank_transfer`.
    """

    method = fields.Enum(Method, by_value=True, required=True)
    state = fields.Enum(WayState, by_value=True, required=True)
    payment_intent = fields.String(
        attribute="intent_id", required=True, allow_none=True, metadata={"example": "pi_3MtwBwLkdIwHu7ix28a3tqPa"}
    )
    client_secret = fields.String(
        required=True,
        allow_none=True,
        metadata={"example": "pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_YrKJUKribcBjcG8HVhfZluoGH"},
    )
    publishable_key = fields.String(required=True, metadata={"example": "pk_live_51Ha"})
    api_base = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The address of a local Stripe, null for the real one.", "example": None},
    )
    amount = MoneyShown(required=True)
    url = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Where to send the customer; null for a card.", "example": None},
    )
    bank_transfer = fields.Nested(BankTransfer, required=True, allow_none=True)
    pay_by = Instant(
        required=True,
        allow_none=True,
        metadata={"description": "Until when the money has to be there this way; null for a card: the order's own."},
    )
    problem = fields.String(
        required=True, allow_none=True, metadata={"description": "Why the last try brought nothing.", "example": None}
    )


class ShowPaymentWay(Shows):
    """One try to pay. Of a card only what went wrong, or takes its time."""

    number = fields.Integer(required=True)
    method = fields.Enum(Method, by_value=True, required=True)
    state = fields.Enum(WayState, by_value=True, required=True)
    amount = MoneyShown(required=True)
    chosen_at = Instant(required=True)
    pay_by = Instant(required=True)
    url = fields.String(required=True, allow_none=True)
    bank_transfer = fields.Nested(BankTransfer, required=True, allow_none=True)
    problem = fields.String(required=True, allow_none=True)
    on_net_terms = fields.Boolean(required=True)


class ShowPaymentMethod(Shows):
    """A method, and whether it can be chosen now."""

    method = fields.Enum(Method, by_value=True, required=True)
    is_possible = fields.Boolean(required=True)
    why_not = fields.String(required=True, allow_none=True)
    pay_by = Instant(
        required=True, allow_none=True, metadata={"description": "Until when the money would have to be there."}
    )


class ShowNetTerms(Shows):
    """Your net terms in the currency of the order, and what of them is taken now."""

    net_days = fields.Integer(required=True)
    limit = MoneyShown(required=True)
    open = MoneyShown(required=True)


class ShowRefund(Shows):
    """Money of an order that went back to you, or is to."""

    amount = MoneyShown(required=True)
    state = fields.Enum(
        RefundStanding,
        by_value=True,
        required=True,
        metadata={
            "description": "`on_its_way`, `given_back`, `with_the_staff` (your bank or Stripe said no, a person sees "
            "to it), `by_the_bank` (a dispute has paid it in its place)."
        },
    )
    why = fields.Enum(RefundWhy, by_value=True, required=True)
    by = fields.Enum(
        RefundBy, by_value=True, required=True, metadata={"description": "Who ordered it; `marketplace`: its rules."}
    )
    reason = fields.String(required=True, allow_none=True, metadata={"description": "In the staff's words."})
    job_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Null where it is of no one job."})
    ordered_at = Instant(required=True)
    sent_at = Instant(
        required=True, allow_none=True, metadata={"description": "When Stripe was asked for it; a bank takes days."}
    )


class ShowPayment(Shows):
    """How far the payment of an order is: of what is due now, or else of the order itself."""

    amount = MoneyShown(required=True)
    state = fields.Enum(WayState, by_value=True, required=True)
    is_awaited = fields.Boolean(required=True)
    may_try_again = fields.Boolean(required=True)
    pay_by = Instant(
        required=True, allow_none=True, metadata={"description": "Of the order; null for the difference of a change."}
    )
    problem = fields.String(required=True, allow_none=True)
    ways = fields.List(fields.Nested(ShowPaymentWay), required=True, metadata={"description": "The newest first."})
    methods = fields.List(fields.Nested(ShowPaymentMethod), required=True)
    net_terms = fields.Nested(ShowNetTerms, required=True, allow_none=True)
    refunds = fields.List(
        fields.Nested(ShowRefund), required=True, metadata={"description": "Of the whole order, the oldest first."}
    )
