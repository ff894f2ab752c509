"""Health: alive without asking anybody, ready only on a database that is fit."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from blueprints.hooks.health import routes
from marketplace.kernel import readiness
from tests.money import Till


def test_a_process_that_lives_says_so(client: FlaskClient) -> None:
    reply = client.get("/healthz")

    assert (reply.status_code, reply.json) == (200, {"status": "ok"})


def test_a_migrated_database_that_can_search_chinese_is_ready(client: FlaskClient) -> None:
    reply = client.get("/readyz")

    assert (reply.status_code, reply.json) == (200, {"status": "ok"})


def test_a_database_at_another_migration_is_not_ready(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "_newest_migration", lambda: "9999")

    reply = client.get("/readyz")

    assert (reply.status_code, reply.json["code"]) == (503, "not_ready")
    assert "9999" in reply.json["detail"]


def test_a_database_without_chinese_trigrams_is_not_ready(
    client: FlaskClient, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind = readiness.STATE.text.replace("数控铣床", "")
    monkeypatch.setattr(readiness, "STATE", text(blind))

    reply = client.get("/readyz")

    assert reply.status_code == 503
    assert "Chinese" in reply.json["detail"]
