"""Bad input, generated from the API's document: every write and every list, every field, every way to be wrong.

Whatever is sent, the answer is no fault of ours, a refusal is a whole problem document, and a refusal changes nothing.
"""

import itertools
import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from blueprints.http.problems import MEDIA_TYPE
from marketplace.kernel.database import Base
from tests import estate
from tests.estate import Estate
from tests.tries import FOR_STRANGERS, Try, document_of, tries

MEMBERS = {"type": str, "title": str, "status": int, "code": str, "detail": str}
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 0.5, 2**63, 10**400, float("inf"), float("nan"),
    "", "3", "\x00", "a\x00b", "\ud800", "𝔘𝔫𝔦 ﷽ \u202e", "x" * 100_001, "9999-99-99", "25:61", "0" * 32,
    [], [None], ["x"] * 1000, {}, {"\x00": 1},
)  # fmt: skip
NO_OBJECTS = (b"[]", b'"x"', b"1", b"true", b"null", b'[{"name": "x"}]')
MALFORMED = (
    b"{", b"{]", b"{'a': 1}", b'{"a": }', b'{"a": 1}}', b"\xff\xfe", b'{"a": "\xff"}', b"\x00",
    b'{"a": ' + b"1" * 5000 + b"}", b"[" * 100_000, b'{"a":' * 100_000,
)  # fmt: skip
MOST_PARTS = 15
"""A form has at most 20."""
Requests = Iterator[tuple[str, Callable[[], Any], tuple[int, ...]]]
"""What is sent, how, and the statuses that it may be refused with (none: it may also be taken)."""
OWNED_BY_THE_SERVER = {column.name for table in Base.metadata.tables.values() for column in table.columns} | {
    "price", "total", "fee", "fee_bps", "is_admin", "is_live", "verified", "actor", "by", "once", "owner", "__class__",
}  # fmt: skip


@dataclass(frozen=True)
class Asking:
    """Sends what is tried as whoever may."""

    there: Estate
    owner: FlaskClient
    staff: FlaskClient

    @classmethod
    def of(cls, there: Estate) -> "Asking":
        return cls(there, there.world.as_user(there.owner), there.world.as_user(there.staff))

    def __call__(self, tried: Try, *, key: str | None = None, **instead: Any) -> Any:
        headers = {} if key is None else {"Idempotency-Key": key}
        if tried.audience != "admin":
            headers["Commonforge-Organisation"] = self.there.ids["organisation_id"]
        return tried.ask(self._browser(tried), headers=headers, **instead)

    def writes(self) -> list[Try]:
        """Everything that takes a body; what ends the sender's own rights comes last."""
        found = [each for each in tries(self.there.world.app, self.there.ids, leave_out=()) if each.sent]
        return sorted(found, key=lambda each: each.audience == "account")

    def _browser(self, tried: Try) -> FlaskClient:
        if tried.endpoint in FOR_STRANGERS:
            return self.there.world.app.test_client()
        return self.staff if tried.audience == "admin" else self.owner


@pytest.fixture(scope="module")
def ask(arkwrights: Estate) -> Asking:
    return Asking.of(arkwrights)


@pytest.fixture(scope="module")
def writes(ask: Asking) -> list[Try]:
    return ask.writes()


def faults_of(reply, *statuses: int) -> list[str]:
    """What is wrong with an answer that should be a refusal with one of these statuses, or any if none is given."""
    wrong = []
    if reply.status_code >= 500 or (statuses and reply.status_code not in statuses):
        wrong.append(f"answers {reply.status_code}")
    if reply.status_code >= 400:
        document = reply.get_json(force=True)
        if reply.content_type != MEDIA_TYPE or document["status"] != reply.status_code:
            wrong.append("is no problem document")
        wrong += [f"has no {name}" for name, kind in MEMBERS.items() if type(document.get(name)) is not kind]
    return wrong


@pytest.fixture
def try_all(contents) -> Callable[..., None]:
    """Sends requests one by one; fails with those whose refusal is none, or that changed something all the same."""

    def ask_each(requests: Requests) -> None:
        wrong, before = [], contents()
        for name, send, statuses in requests:
            reply = send()
            faults = faults_of(reply, *statuses)
            after = contents()
            if reply.status_code >= 400 and after != before:
                faults.append(f"is refused, and changed {[each for each in after if after[each] != before[each]]}")
            before = after
            wrong += [f"{name} {fault}: {reply.text[:200]}" for fault in faults]
        assert not wrong, "\n".join([f"{len(wrong)} in all", *wrong[:20]])

    return ask_each


def places(body: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a body."""
    yield at
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in inner:
        yield from places(value, (*at, key))


def raw(sent: bytes | str) -> dict[str, Any]:
    """A JSON body as it is on the wire."""
    return {"data": sent, "content_type": "application/json"}


def batched(names: list[str], size: int) -> Iterator[list[str]]:
    yield from (names[start : start + size] for start in range(0, len(names), size))


def put(body: Any, at: tuple[Any, ...], value: Any) -> Any:
    if not at:
        return value
    changed = deepcopy(body)
    holder = changed
    for step in at[:-1]:
        holder = holder[step]
    holder[at[-1]] = value
    return changed


def test_an_odd_value_anywhere_is_taken_or_refused_and_never_half(swept, try_all):
    """What the document does not allow is 422; what it allows is taken, or refused for its meaning.

    Every other odd value at one place, the others at the next: a thousand places meet all of them.
    """
    document, ask = document_of(swept), Asking.of(estate.build(swept))
    halves = itertools.cycle((ODD[::2], ODD[1::2]))

    def requests():
        for tried in ask.writes():
            if tried.is_form:
                continue
            allows = Draft202012Validator({**tried.schema, "components": document["components"]}).is_valid
            for at in places(tried.sent["json"]):
                for value in next(halves):
                    body = put(tried.sent["json"], at, value)
                    statuses = () if allows(body) else (422,)
                    name = f"{tried} with {str(value)[:30]!r} at {at}"
                    yield name, partial(ask, tried, **raw(json.dumps(body))), statuses

    try_all(requests())


def test_a_body_that_is_no_object_is_refused(writes, ask, try_all):
    def requests():
        for tried in writes:
            for sent in NO_OBJECTS:
                yield f"{tried} with {sent!r}", partial(ask, tried, **raw(sent)), (415, 422)

    try_all(requests())


def test_a_body_that_is_not_there_is_missed(writes, ask, try_all):
    def requests():
        for tried in writes:
            if not tried.is_form and tried.operation["requestBody"].get("required") is not False:
                yield f"{tried} with nothing", partial(ask, tried, **raw(b"")), (422,)
                yield f"{tried} with nothing at all", partial(ask, tried, data=b""), (422,)

    try_all(requests())


def test_a_body_that_is_no_json_is_malformed(writes, ask, try_all):
    def requests():
        for tried in writes:
            if not tried.is_form:
                for sent in MALFORMED:
                    yield f"{tried} with {sent[:30]!r}", partial(ask, tried, **raw(sent)), (400,)

    try_all(requests())


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "x", ""])
def test_another_content_type_is_not_supported(writes, ask, try_all, kind):
    def requests():
        for tried in writes:
            body = {"data": b'{"name": "x"}', "content_type": kind}
            yield f"{tried} as {kind}", partial(ask, tried, **body), (415,)

    try_all(requests())


def test_x8_what_the_server_owns_is_not_taken_from_anyone(swept, writes, ask, try_all):
    """Mass assignment: every column of every table, and what it might be called, beside a good body."""

    def requests():
        for tried in writes:
            kind = "data" if tried.is_form else "json"
            names = sorted(OWNED_BY_THE_SERVER - documented(tried))
            for some in batched(names, MOST_PARTS if tried.is_form else len(names)):
                body = {**tried.sent, kind: {**tried.sent[kind], **dict.fromkeys(some, "1")}}
                yield f"{tried} with {some[0]} …", partial(names_each, tried, body, some), (422,)

    def documented(tried):
        (content,) = tried.operation["requestBody"]["content"].values()
        name = content["schema"]["$ref"].rpartition("/")[2]
        return set(document["components"]["schemas"][name]["properties"])

    def names_each(tried, body, some):
        reply = ask(tried, **body)
        (errors,) = reply.json["errors"].values()
        assert set(some) <= set(errors), f"{tried} takes {set(some) - set(errors)}"
        return reply

    document = document_of(swept)
    try_all(requests())


def test_odd_questions_of_a_list_are_refused(every_try, ask, try_all):
    odd = ("limit=0", "limit=-1", "limit=101", "limit=x", "limit=true", "limit=", f"limit={10**30}")
    odd += ("cursor=%00", "cursor=%ff", "cursor=../..", "cursor=" + "x" * 500, "is_staff=1", "organisation_id=1")

    def requests():
        for tried in every_try:
            if tried.takes("limit"):
                for asked in odd:
                    yield f"{tried} {asked[:30]}", partial(ask, replace(tried, url=f"{tried.url}?{asked}")), (422,)

    try_all(requests())


def test_a_method_that_an_address_does_not_know_is_told_with_those_it_knows(application):
    client = application.test_client()
    for rule in application.url_map.iter_rules():
        path = rule.build({name: estate_id(each) for name, each in rule._converters.items()})[1]
        known = {m for r in application.url_map.iter_rules() if r.rule == rule.rule for m in r.methods}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - known:
            reply = client.open(path, method=method)
            assert faults_of(reply, 405) == [], f"{method} {path}"
            assert set(reply.allow) >= known - {"HEAD", "OPTIONS"}, f"{method} {path}"


def estate_id(converter) -> Any:
    return {"UUIDConverter": UUID(int=0), "IntegerConverter": 1}.get(type(converter).__name__, "x")


@pytest.mark.parametrize(
    "path",
    ["/nope", "/v1", "/v1/nope", "/v1/customer/nope", "/v1/customer/parts/", "/v1/customer/parts/x", "/%00",
     "/v1/customer/parts/%ff", "/v1/customer/parts/" + "0" * 3000, "/v1/admin/jobs/" + "9" * 40, "/.env", "/..%2f"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_there_is_nothing_at_an_unknown_address(application, path, method):
    reply = application.test_client().open(path, method=method)
    assert faults_of(reply, 404) == []
    assert reply.json["code"] == "not_found"


def test_a_repeated_request_under_a_key_has_one_effect_and_another_under_it_is_refused(swept, contents):
    ask, made = Asking.of(estate.build(swept)), 0
    for tried in (each for each in ask.writes() if each.takes("Idempotency-Key")):
        key = f"once {tried.endpoint}"
        first = ask(tried, key=key)
        before = contents()
        again = ask(tried, key=key)
        assert contents() == before, f"{tried} did something twice"
        assert again.status_code == first.status_code, str(tried)
        if first.status_code < 300:
            made += 1
            assert again.json["id"] == first.json["id"], str(tried)
            assert again.headers["Idempotent-Replayed"] == "true", str(tried)
            other = ask(tried, key=key, **another(tried))
            assert faults_of(other, 422) == []
            assert other.json["code"] in ("idempotency_key_reused", "validation_failed"), str(tried)
        assert contents() == before
    assert made >= 8


def another(tried) -> dict[str, Any]:
    """A request that means something else."""
    if tried.is_form:
        return {**tried.sent, "data": {**tried.sent["data"], "name": "Another"}}
    sent = tried.sent["json"]
    name = next((each for each, value in sent.items() if isinstance(value, str)), "unknown")
    return {"json": {**sent, name: f"{sent.get(name)} "}}


@pytest.mark.parametrize("key", ["", "x" * 256, "ключ", "\x7f", "a\tb"])
def test_a_key_that_cannot_be_one_is_refused(swept, every_try, ask, try_all, key):
    def requests():
        for tried in every_try:
            if tried.takes("Idempotency-Key"):
                yield f"{tried} under {key[:9]!r}", partial(ask, tried, key=key), (404, 409, 422)

    try_all(requests())
