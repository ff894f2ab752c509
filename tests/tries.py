"""Every guarded operation as it would be asked for what belongs to an estate: generated from the URL map."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql

from tests.documents import operations, resolved
from tests.uploads import STL, stream

OPEN_TO_ALL = frozenset({"public", "pages", "hooks"})
"""Audiences behind whose doors nothing is anybody's own; Stripe's events show by their signature who sent them."""
FOR_STRANGERS = frozenset({"account_session.log_in", "account_sign_up.sign_up"})
TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename not in {but}"
APART = "('alembic_version', 'throttles')"
"""Who tried how often is counted even if nothing comes of it."""


@dataclass(frozen=True)
class Try:
    """One method of one route."""

    endpoint: str
    audience: str
    method: str
    url: str
    sent: dict[str, Any]
    """The body of a good request, as arguments of a test client; empty without one."""
    names_something: bool
    """Whether path or body name something of the estate."""
    operation: dict[str, Any] = field(repr=False)
    """How the API's document describes it."""

    @property
    def is_write(self) -> bool:
        return self.method != "GET"

    @property
    def is_form(self) -> bool:
        return "data" in self.sent

    @property
    def schema(self) -> dict[str, Any]:
        """What is documented of its JSON body."""
        described: dict[str, Any] = self.operation["requestBody"]["content"]["application/json"]["schema"]
        return described

    def takes(self, name: str) -> bool:
        """Whether it documents a parameter of that name: in its query, or a header."""
        return any(each["name"] == name for each in self.operation.get("parameters", []))

    def ask(self, browser: FlaskClient, *, headers: dict[str, str] | None = None, **instead: Any) -> Any:
        """Send the good request, or another body instead."""
        sent = instead or self.sent
        if "data" in sent and isinstance(sent["data"], dict) and "file" in sent["data"]:
            sent = {**sent, "data": {**sent["data"], "file": (stream(STL), "clip.stl")}}
        return browser.open(self.url, method=self.method, headers={"If-Match": "*", **(headers or {})}, **sent)

    def __str__(self) -> str:
        return f"{self.method} {self.url} ({self.endpoint})"


def tries(app: Flask, ids: dict[str, str], *, leave_out: Collection[str] = FOR_STRANGERS) -> Iterator[Try]:
    """Every guarded route and method, path and body filled with the ids and with the documented examples."""
    document = document_of(app)
    described = {(each["operationId"], method.upper()): each for _, method, each in operations(document)}
    for rule in app.url_map.iter_rules():
        audience = app.blueprints[rule.endpoint.partition(".")[0]].door.audience
        if audience in OPEN_TO_ALL or rule.endpoint in leave_out:
            continue
        path = {name: _named(ids, rule.endpoint, name) for name in rule.arguments}
        for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
            operation = described[rule.endpoint.replace(".", "_"), method]
            sent = _sent(document, operation, ids)
            url = _url(app, rule.endpoint, path, operation)
            names = bool(path or _names_in(sent.get("json")) & ids.keys())
            yield Try(rule.endpoint, audience, method, url, sent, names, operation)


def document_of(app: Flask) -> dict[str, Any]:
    """The API's own document."""
    found: dict[str, Any] = app.test_client().get("/v1/openapi.json").json
    return found


def _names_in(body: Any) -> set[str]:
    """The fields of a body, however deep."""
    if isinstance(body, list):
        return set().union(*map(_names_in, body))
    return body.keys() | _names_in(list(body.values())) if isinstance(body, dict) else set()


def _named(ids: dict[str, str], endpoint: str, name: str) -> Any:
    found = ids.get(f"{endpoint}:{name}", ids.get(name))
    if found is None:
        pytest.fail(f"{endpoint} names a {name}: give the estate one (tests/estate.py)")
    return int(found) if name == "number" else found


def _url(app: Flask, endpoint: str, path: dict[str, Any], operation: dict[str, Any]) -> str:
    asked = {each["name"]: each["schema"].get("example", each.get("example")) for each in _needed(operation)}
    with app.test_request_context():
        return app.url_for(endpoint, **path, **asked)


def _needed(operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in operation.get("parameters", []) if each["in"] == "query" and each.get("required")]


def _sent(document: dict[str, Any], operation: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        return {"data": {"file": None}, "content_type": "multipart/form-data"}
    if "application/json" not in content:
        return {}
    return {"json": example(document, content["application/json"]["schema"], ids)}


def example(document: dict[str, Any], schema: dict[str, Any], ids: dict[str, str]) -> dict[str, Any]:
    """A good body: the documented examples, and the ids where they name something."""
    fields = resolved(document, schema)["properties"]
    return {name: ids[name] if name in ids else _value(document, field, ids) for name, field in fields.items()}


def _value(document: dict[str, Any], field: dict[str, Any], ids: dict[str, str]) -> Any:
    if "example" in field:
        return field["example"]
    if "default" in field:
        return field["default"]
    if field.get("type") == "array":
        return [_value(document, field["items"], ids)]
    return example(document, field, ids)


def watcher(connection: psycopg.Connection) -> Callable[[], dict[str, str]]:
    """Tells a digest of all rows of each table, again and again; looks only if anybody has written since."""
    digest = "select {name}, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {table} t"
    every = sql.SQL(" union all ").join(
        sql.SQL(digest).format(name=sql.Literal(table), table=sql.Identifier(table))
        for (table,) in connection.execute(TABLES.format(but=APART))
    )
    seen: dict[int, dict[str, str]] = {}

    def contents() -> dict[str, str]:
        (written,) = connection.execute("select txid_snapshot_xmax(txid_current_snapshot())").fetchone()
        if written not in seen:
            found = dict(connection.execute(every).fetchall())
            seen.clear()
            seen[written] = found
        return seen[written]

    return contents
