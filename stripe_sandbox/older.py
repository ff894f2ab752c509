"""What callers that name no API version may still say: Stripe reads them by the version of their account.

The local Stripe's account is from before 2026-09-30, when `payment_method_types` became `allowed_payment_method_types`.
"""

from typing import Any

Json = dict[str, Any]
RENAMED = {"payment_method_types": "allowed_payment_method_types"}


def told_now(given: Json) -> Json:
    """The parameters by the names that they have today."""
    return {RENAMED.get(name, name): value for name, value in given.items()}
