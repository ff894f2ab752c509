"""Account links: the address of the hosted page where an account's owner tells Stripe what it has to know."""

import secrets
from typing import Any

from stripe_sandbox.calls import Call
from stripe_sandbox.errors import InvalidRequest, NotOffered
from stripe_sandbox.routing import serves
from stripe_sandbox.world import PLATFORM

Json = dict[str, Any]
OPEN_FOR_S = 5 * 60


@serves("POST", "/v1/account_links", "account refresh_url return_url type collect collection_options")
def create(call: Call, given: Json) -> Json:
    """A link to the onboarding page of an account; it works once, for some minutes."""
    account = call.world.find("account", given["account"], PLATFORM, param="account")
    if given["type"] != "account_onboarding":
        raise NotOffered("The local Stripe offers account links of type account_onboarding.")
    for name in ("refresh_url", "return_url"):
        if name not in given:
            raise InvalidRequest(f"Missing required param: {name}.", code="parameter_missing", param=name)
    token, now = secrets.token_urlsafe(18), call.world.now()
    told = {"return_url": given["return_url"], "refresh_url": given["refresh_url"], "expires_at": now + OPEN_FOR_S}
    account.kept.setdefault("links", {})[token] = told
    return {
        "object": "account_link",
        "created": now,
        "expires_at": now + OPEN_FOR_S,
        "url": f"{call.base_url}/_sandbox/onboarding/{account.id}/{token}",
    }
