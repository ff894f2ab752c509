from typing import Any

from marshmallow import fields

from blueprints.http.fields import AMOUNT_DOC, shown
from blueprints.http.schemas import Shows
from marketplace.kernel.money import Money


class MoneyShown(fields.Field[Money]):
    """An amount that carries its own currency."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(dump_only=True, metadata=AMOUNT_DOC, **kwargs)

    def _serialize(self, value: Money | None, attr: str | None, obj: Any, **kwargs: Any) -> dict[str, Any] | None:
        return None if value is None else shown(value)


class OpenedPayment(Shows):
    """What a browser needs to pay: hand the secret to Stripe.js, `stripe.confirmPayment`, and to nobody else."""

    payment_intent = fields.String(
        attribute="intent_id", required=True, metadata={"example": "pi_3MtwBwLkdIwHu7ix28a3tqPa"}
    )
    client_secret = fields.String(
        required=True,
        metadata={"example": "pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_YrKJUKribcBjcG8HVhfZluoGH"},
    )
    publishable_key = fields.String(required=True, metadata={"example": "pk_live_51Ha"})
    api_base = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The address of a local Stripe, null for the real one.", "example": None},
    )
    amount = MoneyShown(required=True)
