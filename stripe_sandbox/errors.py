"""Refusals in Stripe's own form: a status, a type, a message for a person, and a code where the SDK lists one."""

from typing import Any


class Refused(Exception):
    """An answer that is an error."""

    status = 400
    type = "invalid_request_error"

    def __init__(self, message: str, *, code: str | None = None, param: str | None = None, **more: Any) -> None:
        super().__init__(message)
        told = {"type": self.type, "code": code, "message": message, "param": param, **more}
        self.error = {name: value for name, value in told.items() if value is not None}


class InvalidRequest(Refused):
    """The request cannot be carried out as it was written."""


class NoSuchObject(Refused):
    """No object of this kind and id is visible to the caller; Stripe answers 404 only for the object in the address."""

    def __init__(self, kind: str, id: str, *, param: str = "id", status: int = 404) -> None:
        super().__init__(f"No such {kind}: '{id}'", code="resource_missing", param=param)
        self.status = status


class KeyNotAccepted(Refused):
    """There is no key, or it is not a test key."""

    status = 401


class NotPermitted(Refused):
    """The key is good but may not do this."""

    status = 403


class UnknownAddress(Refused):
    """Stripe has no such operation."""

    status = 404

    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"Unrecognized request URL ({method}: {path}).", code="url_invalid")


class NotOffered(Refused):
    """Stripe can do this; the local Stripe cannot, and says so instead of ignoring it."""

    status = 501
    type = "api_error"


class CardRefused(Refused):
    """The bank or the processor declined the card."""

    status = 402
    type = "card_error"


class KeyReused(Refused):
    """An idempotency key came again with other parameters."""

    type = "idempotency_error"


class KeyInUse(Refused):
    """The first request with this idempotency key is still running."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            "There is currently another in-progress request using this Idempotent Key (that probably means you "
            "submitted twice, and the other request is still going through).",
            code="idempotency_key_in_use",
        )
