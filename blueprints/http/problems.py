"""Problem documents (RFC 9457), from one place: every refusal, every HTTP error, every fault of ours."""

import logging
from collections.abc import Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import uuid4

from flask import Flask, Response, json
from flask.json.provider import DefaultJSONProvider
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from marketplace.kernel import clock, errors
from marketplace.kernel.database import session

log = logging.getLogger("commonforge.http")

STATUS_OF: Final[dict[type[errors.Refusal], int]] = {
    errors.NotFound: 404,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.Rejected: 422,
    errors.Throttled: 429,
    errors.Unavailable: 503,
}

CODE_OF: Final[dict[int, str]] = {
    400: "malformed_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "request_timeout",
    411: "length_required",
    412: "edited_meanwhile",
    413: "content_too_large",
    415: "unsupported_media_type",
    422: "validation_failed",
    428: "if_match_needed",
}

ADVICE_OF: Final[dict[int, str]] = {
    400: "The request could not be read. Check that the body is well-formed JSON in UTF-8.",
    404: "There is nothing at this address.",
    405: "This address does not know that method; see the Allow header.",
    412: "Somebody changed this since you read it; read it again and repeat your change.",
    413: "The body is larger than this marketplace takes; send a smaller file.",
    415: "Send the body with the content type that this operation documents.",
    422: "Some fields are missing or wrong; `errors` names each of them.",
    428: "This is edited by several people: send the ETag that you read in If-Match.",
}

MEDIA_TYPE: Final = "application/problem+json"


def register(app: Flask) -> None:
    """Answer every error of the application with a problem document."""
    app.register_error_handler(errors.Refusal, refused)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(StaleDataError, stale)
    app.register_error_handler(OperationalError, database_away)
    app.register_error_handler(Exception, fault)


def problem(
    status: int,
    code: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, Any] | None = None,
) -> Response:
    """One problem document; `code` is stable, `detail` is for a person and names the way out.

    Further members never replace the standard ones, and one that JSON does not know is written as text.
    """
    standard = {
        "type": f"/problems/{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    document = standard | {name: value for name, value in (members or {}).items() if name not in standard}
    # unsorted: the faults of a list are named by its indexes and, of the list as a whole, by a word
    written = json.dumps(document, default=_written, sort_keys=False)
    return Response(written, status, headers, content_type=MEDIA_TYPE)


def _written(value: Any) -> Any:
    """Days and instants as the rest of the API writes them: Flask would write both as HTTP dates."""
    if isinstance(value, datetime):
        return clock.written(value)
    if isinstance(value, date):
        return value.isoformat()
    try:
        return DefaultJSONProvider.default(value)
    except TypeError:
        return str(value)


def refused(refusal: errors.Refusal) -> Response:
    kind = next(kind for kind in type(refusal).__mro__ if kind in STATUS_OF)
    headers = {}
    if "retry_after_s" in refusal.details:
        headers["Retry-After"] = str(refusal.details["retry_after_s"])
    if kind is errors.Unauthenticated:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(STATUS_OF[kind], refusal.code, refusal.message, headers, refusal.details)


def http_error(error: HTTPException) -> Response:
    """What Flask, werkzeug and webargs refuse; the headers that HTTP wants (Allow, Retry-After) are kept."""
    if error.response is not None and error.code is None:
        return error.response  # type: ignore[return-value]
    status = error.code or 500
    if status >= 500:
        return fault(error)
    headers = {name: value for name, value in error.get_headers() if name not in ("Content-Type", "Content-Length")}
    advice = ADVICE_OF.get(status) or error.description or HTTPStatus(status).phrase
    sent = getattr(error, "data", None) or {}
    members = {"errors": sent["messages"]} if "messages" in sent else {}
    return problem(status, CODE_OF.get(status, "http_error"), advice, headers, members)


def stale(_: StaleDataError) -> Response:
    return problem(412, CODE_OF[412], "Somebody changed this since you read it; read it again and repeat your change.")


def database_away(error: OperationalError) -> Response:
    log.error("database unavailable: %s", type(error.orig).__name__)
    session().rollback()
    return problem(503, "unavailable", "The database does not answer; try again shortly.", {"Retry-After": "5"})


def fault(error: Exception) -> Response:
    """A mistake of ours: logged under an id that the answer names, and nothing of it shown."""
    incident = uuid4().hex
    log.error("incident %s", incident, exc_info=error)
    session().rollback()
    detail = "Something went wrong on our side and was logged; nothing was changed."
    return problem(500, "internal_error", detail, members={"incident": incident})
