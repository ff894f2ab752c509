from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from tools import run
from tools.children import ChildFailed


@pytest.fixture
def started(monkeypatch, tmp_path):
    """A stack that starts nothing and is stopped by Ctrl-C; the options of each start."""
    options = []

    @contextmanager
    def stack(wanted):
        options.append(wanted)
        logs = run.ROOT / ".var" / "run" / "logs"
        yield SimpleNamespace(web_url="http://web", stripe_url="http://stripe", logs=logs, must_run=stopped)

    def stopped() -> None:
        raise KeyboardInterrupt

    def play(stage, *_):
        with stage.teller.step("seeding"):
            pass

    for chapter in (run.people, run.parts, run.quotes):
        monkeypatch.setattr(chapter, "play", play)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(run, "stack", stack)
    monkeypatch.setattr(run, "LOGINS", tmp_path / "logins.json")
    monkeypatch.setattr(run, "_logins", lambda who: [["admin", "ada@commonforge.example", "Ada Admin"]])
    return options


def password(said: str) -> str:
    (line,) = (line for line in said.splitlines() if line.startswith("  password"))
    return line.split()[1]


def test_the_first_run_makes_the_data_and_the_next_goes_on_with_the_same_logins(started, capsys):
    assert run.main() == 0
    first = capsys.readouterr().out
    assert run.main() == 0
    second = capsys.readouterr().out

    assert [(each.fresh, each.keeps_stripe) for each in started] == [(True, True), (False, True)]
    assert "seeding" in first
    assert "seeding" not in second
    assert password(first) == password(second)
    assert "ada@commonforge.example" in second
    assert run.LOGINS.stat().st_mode & 0o777 == 0o600


def test_fresh_begins_anew_with_another_password(started, capsys):
    run.main()
    before = password(capsys.readouterr().out)
    run.main("--fresh")

    assert started[-1].fresh
    assert password(capsys.readouterr().out) != before


def test_data_that_was_not_finished_is_not_gone_on_with(started, monkeypatch, capsys):
    def play(stage):
        with stage.teller.step("signing up"):
            raise ValueError("no")

    monkeypatch.setattr(run.people, "play", play)

    assert run.main() == 1
    assert "“signing up”" in capsys.readouterr().out
    assert not run.LOGINS.exists()


def test_a_server_that_ends_by_itself_is_a_failure(started, monkeypatch, capsys):
    def dead(running) -> None:
        raise ChildFailed("web ended with code 1")

    monkeypatch.setattr(run, "_serve", dead)

    assert run.main() == 1
    assert "web ended with code 1" in capsys.readouterr().out
