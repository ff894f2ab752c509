"""The one connection to Stripe, real or local, and Stripe's errors in our words; every Stripe adapter stands on it.

The SDK's version is pinned (16.1). Sources: docs.stripe.com/api/errors, /api/idempotent_requests.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar
from uuid import UUID

import stripe

from marketplace.adapters.stripe_http import PooledClient, proxy_for
from marketplace.kernel.money import Money
from marketplace.payments.errors import BalanceInsufficient, PaymentDisputed, ProviderRefused, ProviderUnavailable
from marketplace.payments.ports import RefundState

RETRIES: Final = 2
"""Of the SDK, under the same key: connection losses, 409 and 5xx; never 429."""

KINDS: Final[Mapping[str, type[ProviderRefused]]] = {
    "balance_insufficient": BalanceInsufficient,
    "charge_disputed": PaymentDisputed,
}
"""Of docs.stripe.com/error-codes, those that are a no of their own; every other no is for good."""

REFUND_STATES: Final = {
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}
"""Of docs.stripe.com/api/refunds/object; `pending` and `requires_action` are on their way."""

stripe.enable_telemetry = False  # it writes into the home directory, and fails where there is none

P = ParamSpec("P")
T = TypeVar("T")


def in_our_words(method: Callable[P, T]) -> Callable[P, T]:
    """Errors as facts of payments: a no that will stay a no, or an answer that is still open."""

    @wraps(method)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return method(*args, **kwargs)
        except (stripe.CardError, stripe.InvalidRequestError, stripe.IdempotencyError) as error:
            kind = KINDS.get(error.code or "", ProviderRefused)
            raise kind(f"The payment provider refused: {error.user_message}", provider_code=error.code) from error
        except stripe.StripeError as error:
            said = error.user_message or type(error).__name__
            raise ProviderUnavailable(f"The payment provider did not answer as it should: {said}") from error

    return asked


class Connection:
    """One client for the process; `base` is the local Stripe's address, None the real one."""

    def __init__(self, api_key: str, *, base: str | None, retries: int = RETRIES) -> None:
        where: Any = dict.fromkeys(("api", "connect", "files", "meter_events"), base) if base else None
        self._http = PooledClient(proxy=None if base else proxy_for(stripe.DEFAULT_API_BASE))
        self.client = stripe.StripeClient(
            api_key,
            base_addresses=where,
            max_network_retries=retries,
            http_client=self._http,
        )
        self.v1 = self.client.v1

    def close(self) -> None:
        """Hang up."""
        self._http.close()


def money(minor: int, currency: str) -> Money:
    """An amount as Stripe writes it."""
    return Money(minor, currency.upper())


def written(thing: Any, name: str) -> UUID | None:
    """What we wrote on a thing at Stripe; a person at the dashboard may have written anything, or nothing."""
    try:
        return UUID(getattr(thing.metadata, name))
    except (AttributeError, TypeError, ValueError):
        return None
