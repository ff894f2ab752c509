"""Idempotency keys and ETags: one request, one effect; nobody overwrites what they have not read."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar
from uuid import UUID

from flask import Response, after_this_request, request
from werkzeug.exceptions import HTTPException, PreconditionFailed

from blueprints.http.identity import actor
from blueprints.http.rooms import IDEMPOTENCY_KEY, IF_MATCH, documented
from marketplace.idempotency import service as idempotency
from marketplace.kernel.errors import Rejected

View = Callable[..., Any]
Row = TypeVar("Row", bound="HasId")


class HasId(Protocol):
    id: Any


class KeyUnusable(Rejected):
    """The Idempotency-Key is empty, too long, or not printable ASCII."""

    code = "idempotency_key_unusable"


class PreconditionRequired(HTTPException):
    code = 428
    description = "Send the ETag that you read in If-Match."


class Once:
    """Makes the thing the first time, finds it the next; handed to routes that create."""

    def __init__(self, operation: str) -> None:
        self._operation = operation

    def __call__(self, make: Callable[[], UUID], *, caller_id: UUID | None = None) -> UUID:
        """The id of what `make` made, now or under the same key earlier. Runs inside the caller's transaction.

        The key is the organisation's, unless the route names another caller: a person, for what is theirs alone.
        """
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return make()
        if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
            raise KeyUnusable("An Idempotency-Key has 1 to 255 printable ASCII characters.")
        who = actor()
        found = idempotency.once(
            make,
            caller_id=caller_id or who.organisation_id or who.user_id or UUID(int=0),
            operation=self._operation,
            key=key,
            fingerprint=_fingerprint(),
        )
        if found.is_replay:
            after_this_request(_say_replayed)
        return found.subject_id

    def row(self, make: Callable[[], Row], *, find: Callable[[UUID], Row]) -> Row:
        """What `make` made, as it made it; under the same key earlier, what `find` finds by its id."""
        made: list[Row] = []

        def id_of_made() -> UUID:
            made.append(make())
            found: UUID = made[0].id
            return found

        row_id = self(id_of_made)
        return made[0] if made else find(row_id)


def idempotent(view: View) -> View:
    """Hand the route a `Once`, under the route's own name."""
    operation = f"{view.__module__}.{view.__name__}"

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return view(*args, once=Once(operation), **kwargs)

    return documented(IDEMPOTENCY_KEY)(wrapper)


def _fingerprint() -> str:
    """What was asked: the address, and the body byte for byte; of a form its fields and its files' contents."""
    digest = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    if request.mimetype == "multipart/form-data":
        for name, value in sorted(request.form.items(multi=True)):
            digest.update(f"{name}={value}\n".encode())
        for name, sent in sorted(request.files.items(multi=True), key=lambda pair: pair[0]):
            sent.stream.seek(0)
            digest.update(f"{name}:{sent.filename}:{hashlib.file_digest(sent.stream, 'sha256').hexdigest()}\n".encode())  # type: ignore[arg-type]
            sent.stream.seek(0)
    else:
        digest.update(request.get_data())
    return digest.hexdigest()


def _say_replayed(response: Response) -> Response:
    response.headers["Idempotent-Replayed"] = "true"
    return response


def etagged(view: View) -> View:
    """Show the version of what the route returns as its ETag."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        shown = view(*args, **kwargs)
        after_this_request(lambda response: _set_etag(response, shown.version))
        return shown

    return wrapper


def _set_etag(response: Response, version: int) -> Response:
    response.set_etag(str(version))
    return response


def if_match(view: View) -> View:
    """Hand the route `unless_edited`, to be called with the row before it is changed."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return view(*args, unless_edited=_unless_edited, **kwargs)

    return documented(IF_MATCH)(wrapper)


def _unless_edited(row: Any) -> None:
    """Refuse when the caller has read another version than the row's: 428 without If-Match, 412 with an old one."""
    if not request.if_match:
        raise PreconditionRequired
    if not request.if_match.contains(str(row.version)):
        raise PreconditionFailed
