"""What somebody had with us in a period: as it is shown, and as a file."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from flask import Response, send_file
from marshmallow import fields

from blueprints.http.fields import Amount, Instant
from blueprints.http.schemas import Accepts, Shows
from marketplace.ledger import exporting
from marketplace.ledger.values import Period

CSV: Final = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
"""How an operation that answers with a table as a file documents it."""
IN_MEMORY_BYTES: Final = 2**20
TEXT: Final = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


class PeriodQuery(Accepts):
    """Whole days in UTC, at most 366; without, from the first of the month until today."""

    first_day = fields.Date(load_default=None, metadata={"example": "2026-01-01"})
    last_day = fields.Date(load_default=None, metadata={"example": "2026-12-31"})


class ShowMovement(Shows):
    """What one movement changed; more is positive."""

    at = Instant(required=True)
    kind = fields.String(required=True, metadata={"example": "release"})
    reference = fields.String(required=True)
    order_id = fields.UUID(required=True, allow_none=True)
    order_number = fields.Integer(required=True, allow_none=True, metadata={"example": 1042})
    amount = Amount(attribute="amount_minor", required=True)


class ShowCurrency(Shows):
    """Opening, movements and closing in one currency."""

    currency = fields.String(required=True, metadata={"example": "EUR"})
    opening = Amount(attribute="opening_minor", required=True)
    movements = fields.List(fields.Nested(ShowMovement), required=True)
    closing = Amount(attribute="closing_minor", required=True)


class ShowStatement(Shows):
    """A period, currency by currency."""

    first_day = fields.Date(attribute="period.first_day", required=True)
    last_day = fields.Date(attribute="period.last_day", required=True)
    currencies = fields.List(fields.Nested(ShowCurrency), required=True)


def period_of(wanted: dict[str, Any]) -> Period:
    """The days that were asked for. Raises PeriodUnfit."""
    return exporting.period(first_day=wanted["first_day"], last_day=wanted["last_day"])


def as_file(lines: Iterator[str], name: str, *, mimetype: str = "text/csv") -> Response:
    """A file of ours to be saved; a long one waits on the disk, so that it needs no more memory than a short one."""
    file = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - a long one is closed once it is sent
    for each in lines:
        file.write(each.encode())
    size = file.tell()
    file.seek(0)
    response = _sent(file, mimetype) if size > IN_MEMORY_BYTES else _whole(file, mimetype)
    response.content_length = size
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _whole(file: IO[bytes], mimetype: str) -> Response:
    with file:
        return Response(file.read(), mimetype=mimetype)


def _sent(file: IO[bytes], mimetype: str) -> Response:
    return send_file(file, mimetype=mimetype, conditional=False)


def name_of(what: str, wanted: Period) -> str:
    return f"{what}-{wanted.first_day}-{wanted.last_day}.csv"
