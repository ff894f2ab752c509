"""Stripe's balance transactions, events and webhook endpoints, as a reconciliation.ports.Books.

Pages are read as they come (`raw_request`) and checked against the few fields that are used: a night's comparison reads
every movement that there ever was.

Sources: docs.stripe.com/api/balance_transactions, /api/events, /api/webhook_endpoints.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from urllib.parse import quote

import msgspec
import stripe

from marketplace.adapters import stripe_events
from marketplace.adapters.stripe_client import Connection, in_our_words
from marketplace.kernel import transaction
from marketplace.kernel.records import RecordOf
from marketplace.payments.errors import ProviderUnavailable
from marketplace.payments.ports import EventSeen
from marketplace.reconciliation.ports import EndpointSeen, Entry, Source

LARGEST_PAGE: Final = 100
MOST_TYPES: Final = 20
"""As many types of events may be named in one question."""


class Line(msgspec.Struct, frozen=True):
    """A balance transaction."""

    id: str
    type: str
    currency: str
    amount: int
    fee: int
    created: int
    source: Any = None


class Thing(msgspec.Struct, frozen=True):
    """What a balance transaction is of."""

    id: str
    object: str
    payment_intent: str | None = None
    transfer: str | None = None


class Endpoint(msgspec.Struct, frozen=True):
    """A webhook endpoint."""

    id: str
    url: str
    status: str
    enabled_events: list[str]
    api_version: str | None


class Listed(msgspec.Struct, frozen=True):
    """One page of a list."""

    data: list[dict[str, Any]]
    has_more: bool


_LINE: Final = RecordOf(Line)
_THING: Final = RecordOf(Thing)
_ENDPOINT: Final = RecordOf(Endpoint)
_LISTED: Final = RecordOf(Listed)

T = TypeVar("T")


class StripeBooks:
    """The platform's own books at Stripe."""

    def __init__(self, connection: Connection) -> None:
        self._client = connection.client

    def entries(self, *, since: datetime | None) -> Iterator[Sequence[Entry]]:
        for page in self._pages("/v1/balance_transactions", since=since):
            yield [_entry(_as(_LINE, each)) for each in page]

    def entry(self, entry_id: str) -> Entry | None:
        line = self._line(entry_id)
        return None if line is None else _entry(line)

    def source(self, entry_id: str) -> Source | None:
        line = self._line(entry_id, expand=["source"])
        if line is None or not isinstance(line.source, dict):
            return None
        thing = _as(_THING, line.source)
        return Source(thing.object, thing.id, parent=thing.payment_intent or thing.transfer)

    @in_our_words
    def _line(self, entry_id: str, **asked: Any) -> Line | None:
        transaction.outside()
        try:
            answer = self._client.raw_request("get", f"/v1/balance_transactions/{quote(entry_id, safe='')}", **asked)
        except stripe.InvalidRequestError as error:
            if error.code == "resource_missing":
                return None
            raise
        return _as(_LINE, answer.data)

    def events(
        self, kinds: Collection[str], *, since: datetime, account_id: str | None = None
    ) -> Iterator[Sequence[EventSeen]]:
        of = {} if account_id is None else {"stripe_account": account_id}
        types = sorted(kinds)
        for at in range(0, len(types), MOST_TYPES):
            for page in self._pages("/v1/events", since=since, types=types[at : at + MOST_TYPES], **of):
                yield [stripe_events.read(each) for each in page]

    def endpoints(self) -> Sequence[EndpointSeen]:
        found = [_as(_ENDPOINT, each) for page in self._pages("/v1/webhook_endpoints", since=None) for each in page]
        return [
            EndpointSeen(
                url=each.url,
                is_on=each.status == "enabled",
                kinds=frozenset(each.enabled_events),
                is_of_our_version=each.api_version == stripe.api_version,
            )
            for each in found
        ]

    def _pages(self, url: str, *, since: datetime | None, **asked: Any) -> Iterator[list[dict[str, Any]]]:
        if since is not None:
            asked["created"] = {"gte": int(since.timestamp())}
        page = self._page(url, asked)
        while page.data:
            yield page.data
            if not page.has_more:
                return
            page = self._page(url, asked | {"starting_after": page.data[-1]["id"]})

    @in_our_words
    def _page(self, url: str, asked: dict[str, Any]) -> Listed:
        transaction.outside()
        return _as(_LISTED, self._client.raw_request("get", url, limit=LARGEST_PAGE, **asked).data)


def _entry(line: Line) -> Entry:
    return Entry(
        id=line.id,
        kind=line.type,
        currency=line.currency.upper(),
        gross_minor=line.amount,
        fee_minor=line.fee,
        at=datetime.fromtimestamp(line.created, UTC),
    )


def _as(record: RecordOf[T], answer: Any) -> T:
    try:
        return record.of(answer)
    except msgspec.ValidationError as error:
        raise ProviderUnavailable(f"The payment provider answered with something else: {error}.") from error
