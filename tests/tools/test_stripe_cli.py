"""The outside check of the local Stripe says what passed, and notices when it is not what we know."""

import pytest

from stripe_sandbox.sdk import answers
from tools import stripe_cli
from tools.stripe_cli import BESIDES, FAILING, RECIPES, SHORT, Tried, counted, fetch

BROKEN = next(iter(FAILING))


def test_every_recipe_is_named_like_an_event_of_the_sdk():
    assert len(RECIPES) == 31
    assert {*RECIPES, *BESIDES} <= answers.event_types()
    assert set(SHORT) <= set(RECIPES) - set(FAILING)
    assert set(FAILING) <= set(RECIPES)


def test_what_passes_is_counted_and_what_fails_has_its_reason(capsys):
    assert counted([Tried("charge.failed", ""), Tried(BROKEN, "status=400")], "here") == 0

    said = capsys.readouterr().out
    assert "1 of 2 recipes here pass." in said
    assert f"Known: {BROKEN} {FAILING[BROKEN]}." in said


@pytest.mark.parametrize("surprise", [Tried("charge.failed", "status=500"), Tried(BROKEN, "")])
def test_what_is_not_as_we_know_it_fails(capsys, surprise):
    assert counted([surprise], "here") == 1
    assert f"Not as we know it: {surprise.name}." in capsys.readouterr().out


@pytest.mark.parametrize(("short", "code"), [("1", 0), ("", 2)])
def test_without_npm_it_says_so(monkeypatch, tmp_path, capsys, short, code):
    monkeypatch.setattr(stripe_cli, "FOLDER", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("SHORT", short)

    assert stripe_cli.main() == code
    assert "there is no npm" in capsys.readouterr().out


def test_a_package_that_does_not_come_is_a_reason(monkeypatch, tmp_path):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'no network' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setattr(stripe_cli, "FOLDER", tmp_path / "cli")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    with pytest.raises(stripe_cli.NoCli, match="no network"):
        fetch()


def test_the_local_stripe_runs_as_long_as_it_is_asked():
    with stripe_cli.local_stripe() as url:
        assert url.startswith("http://127.0.0.1:")
