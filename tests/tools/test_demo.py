from contextlib import contextmanager
from types import SimpleNamespace

import psycopg
import pytest

from marketplace.adapters.embedded_postgres import EmbeddedPostgresFailed
from tools import demo
from tools.children import ChildFailed
from tools.client import Refused
from tools.stack import AlreadyRunning
from tools.story import own_database
from tools.story.telling import StepFailed, equal


@pytest.fixture
def stage(monkeypatch):
    """A stack that starts nothing."""
    monkeypatch.delenv("DATABASE_URL", raising=False)

    @contextmanager
    def stack(options):
        yield SimpleNamespace(web_url="http://web", stripe_url="http://stripe", must_run=lambda: None)

    monkeypatch.setattr(demo, "stack", stack)
    return monkeypatch


def plain(address: str) -> str:
    return address.replace("+psycopg", "", 1)


def tables(address: str) -> list[str]:
    with psycopg.connect(plain(address)) as connection:
        return [row[0] for row in connection.execute("select tablename from pg_tables where schemaname = 'public'")]


def fails(error: Exception):
    def play(stage) -> None:
        with stage.teller.step("the customer pays"):
            raise error

    return play


def test_the_demo_ends_well_when_every_step_happened(stage, capsys):
    def play(stage) -> None:
        with stage.teller.step("a step"):
            equal("state", "paid", "paid")

    stage.setattr(demo, "play", play)

    assert demo.main("x") == 0
    assert "All 1 steps happened as told" in capsys.readouterr().out


def test_a_step_that_is_not_as_told_says_what_was_expected_what_came_and_where_the_logs_are(stage, capsys):
    def play(stage) -> None:
        stage.teller.chapter(4, "Paying")
        with stage.teller.step("the customer pays"):
            equal("state of the order", "cancelled", "paid")

    stage.setattr(demo, "play", play)

    assert demo.main("x") == 1
    said = capsys.readouterr().out
    assert "chapter 4 Paying, step “the customer pays”" in said
    for line in ("what      state of the order", "expected  paid", "came      cancelled", "logs "):
        assert line in said
    assert ".var/x/logs/" in said


def test_a_refusal_that_nobody_expected_is_shown_with_its_code(stage, capsys):
    stage.setattr(demo, "play", fails(Refused("POST /v1/x", 409, {"code": "quote_taken", "detail": "Too late."})))

    assert demo.main("x") == 1
    assert "POST /v1/x answered 409 quote_taken: Too late." in capsys.readouterr().out


def test_a_fault_of_the_server_is_shown_from_its_log(stage, capsys, tmp_path):
    refused = Refused("POST /v1/x", 500, {"code": "internal_error", "detail": "Ours.", "incident": "abc"})
    log = "incident other\nTraceback\nKeyError: 1\nincident abc\nTraceback\n  line 3\nValueError: bad\n[INFO] next\n"
    (tmp_path / "web.log").write_text(log)
    failed = StepFailed("1", "x")
    failed.__cause__ = refused

    demo.explain(failed, tmp_path, print)

    said = capsys.readouterr().out
    assert "ValueError: bad" in said
    assert "KeyError" not in said
    assert "[INFO]" not in said


@pytest.mark.parametrize("error", [ChildFailed("web ended"), AlreadyRunning("in use"), EmbeddedPostgresFailed("away")])
def test_servers_that_do_not_start_are_a_failure(stage, capsys, error):
    def stack(options):
        raise error

    stage.setattr(demo, "stack", stack)

    assert demo.main("x") == 1
    assert str(error) in capsys.readouterr().out


def test_ctrl_c_is_no_traceback(stage, capsys):
    def play(stage) -> None:
        raise KeyboardInterrupt

    stage.setattr(demo, "play", play)

    assert demo.main("x") == 130
    assert "Stopped" in capsys.readouterr().out


def test_a_given_server_gets_a_database_of_its_own(monkeypatch, app):
    given = app.config["SQLALCHEMY_DATABASE_URI"]
    monkeypatch.setenv("DATABASE_URL", given)

    try:
        first = own_database.settings("story-unit")["DATABASE_URL"]
        again = own_database.settings("story-unit")["DATABASE_URL"]
        assert first == again != given
        assert "/commonforge_story_unit" in first
        with psycopg.connect(plain(first), autocommit=True) as connection:
            connection.execute("create table kept ()")
        own_database.settings("story-unit", fresh=False)
        assert tables(first) == ["kept"]
        own_database.settings("story-unit")
        assert tables(first) == []
    finally:
        own_database.drop("story-unit")
    monkeypatch.delenv("DATABASE_URL")
    assert own_database.settings("story-unit") == {}
