"""One call to the API: who asks, in which world, and how it is addressed."""

import hashlib
import os
from dataclasses import dataclass, field

from stripe_sandbox.errors import InvalidRequest, KeyNotAccepted, NotPermitted
from stripe_sandbox.multipart import Upload
from stripe_sandbox.sdk import source
from stripe_sandbox.wire import Request
from stripe_sandbox.world import PLATFORM, World


@dataclass(slots=True)
class Call:
    """What a handler may need to know about the request besides its parameters."""

    world: World
    account: str
    is_browser: bool
    idempotency_key: str | None
    base_url: str
    request_id: str = field(default_factory=lambda: "req_" + os.urandom(7).hex())
    upload: Upload | None = None
    names_version: bool = True

    @classmethod
    def of_nobody(cls, world: World, account: str) -> "Call":
        """What happens by itself: no request made it, and events say so."""
        return cls(world, account, False, None, world.base_url, request_id="")


def identify(request: Request, world: World) -> Call:
    """Who calls. Raises KeyNotAccepted, NotPermitted, InvalidRequest."""
    key = _key(request)
    world.base_url = request.base_url
    version = request.header("Stripe-Version")
    if version and version != source.api_version():
        raise InvalidRequest(
            f"The local Stripe speaks API version {source.api_version()} only; {version} was asked for."
        )
    return Call(
        world=world,
        account=_account(request, world),
        is_browser=key.startswith("pk_test_"),
        idempotency_key=request.header("Idempotency-Key") or None,
        base_url=request.base_url,
        upload=request.upload("file"),
        names_version=bool(version),
    )


def _key(request: Request) -> str:
    scheme, _, key = request.header("Authorization").partition(" ")
    if not key:
        raise KeyNotAccepted("You did not provide an API key. Send it as 'Authorization: Bearer sk_test_…'.")
    if scheme != "Bearer" or not key.startswith(("sk_test_", "rk_test_", "pk_test_")) or len(key) < len("sk_test_1"):
        raise KeyNotAccepted(f"Invalid API Key provided: {key[:8]}***. The local Stripe takes test keys only.")
    return key


def _account(request: Request, world: World) -> str:
    account = request.header("Stripe-Account") or PLATFORM
    if account != PLATFORM and world.known(account, "account") is None:
        message = f"The provided key does not have access to account '{account}' (or that account does not exist)."
        raise NotPermitted(message, code="account_invalid")
    return account


def fingerprint(request: Request) -> bytes:
    """What makes two requests the same: address and parameters, in any order."""
    told = repr((request.method, request.path, sorted(request.pairs())))
    return hashlib.sha256(told.encode()).digest()
