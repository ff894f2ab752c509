"""Alipay and WeChat Pay: the customer is sent to their wallet, says yes or no there, and comes back.

An intent is for one try: after a no the next try is another intent. That they came back says nothing; the intent does.
Sources: docs.stripe.com/payments/alipay/accept-a-payment, docs.stripe.com/payments/wechat-pay/accept-a-payment.
"""

from typing import Any, Final

from marketplace.adapters.stripe_standing import Intents, Standing
from marketplace.payments.cashier import WayAsked, WaySeen
from marketplace.payments.models import Method, WayState

ACTIONS: Final = {
    Method.ALIPAY: ("alipay_handle_redirect", "url"),
    Method.WECHAT_PAY: ("wechat_pay_display_qr_code", "hosted_instructions_url"),
}
"""What Stripe calls the next step of each wallet, and the page in it."""


class Wallets:
    """Opens, shows and cancels intents that are confirmed from the start."""

    def __init__(self, intents: Intents) -> None:
        self._intents = intents

    def open(self, asked: WayAsked) -> WaySeen:
        """An intent that waits for its customer's word."""
        method = asked.method.value
        options = {"payment_method_options": {"wechat_pay": {"client": "web"}}} if method == "wechat_pay" else {}
        standing = self._intents.create(
            str(asked.key),
            amount=asked.amount.minor,
            currency=asked.amount.currency.lower(),
            allowed_payment_method_types=[method],
            payment_method_data={"type": method},
            confirm=True,
            capture_method="automatic",
            return_url=asked.return_url,
            transfer_group=str(asked.order_id),
            metadata={
                "order": str(asked.order_id),
                "payment": str(asked.payment_id),
                "way": str(asked.way_id),
                "method": method,
            },
            **options,
        )
        return seen(asked.method, standing)

    def look(self, method: Method, intent_id: str) -> WaySeen:
        """An intent as it is now."""
        return seen(method, self._intents.standing(intent_id))

    def end(self, asked: WayAsked) -> WaySeen:
        """Cancel it; one that was paid before comes back as it is."""
        intent_id = asked.provider_id or self.open(asked).id
        return seen(asked.method, self._intents.cancel(intent_id, key=f"{asked.key}:cancel"))


def seen(method: Method, standing: Standing) -> WaySeen:
    """A wallet, or a card, as its intent says."""
    return WaySeen(
        id=standing.seen.id,
        method=method,
        state=standing.state,
        way_id=standing.seen.way_id,
        intent=standing.seen,
        url=_url(method, standing.next_action),
        problem=standing.problem if standing.state in (WayState.FAILED, WayState.ENDED) else None,
    )


def _url(method: Method, action: dict[str, Any]) -> str | None:
    name, page = ACTIONS.get(method, ("", ""))
    url = (action.get(name) or {}).get(page)
    return None if url is None else str(url)
