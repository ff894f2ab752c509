"""`make run`: the marketplace with sample data at a printed address, until Ctrl-C; the next run goes on from there.

`--fresh` begins anew, with other passwords.
"""

import json
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tools.demo import NOT_STARTED, explain
from tools.stack import HOST, ROOT, Running, StackOptions, stack
from tools.story import own_database, parts, people, quotes
from tools.story.persons import People
from tools.story.stage import Stage
from tools.story.telling import StepFailed, Teller

NAME: Final = "run"
LOGINS: Final = ROOT / ".var" / NAME / "logins.json"
"""Who can log in; written when all the sample data is there."""
USUAL_PORT: Final = 8000
LOOK_S: Final = 1.0


def main(*words: str) -> int:
    """Serve the data of the last run, or fresh sample data; 0 after Ctrl-C, 1 if something fails, having said why."""
    teller = Teller(is_brief=True)
    if "--fresh" in words:
        LOGINS.unlink(missing_ok=True)
    is_first = not LOGINS.exists()
    teller.say("Starting PostgreSQL, local Stripe, web server and worker …")
    try:
        with stack(_options(is_first, teller.say)) as running:
            if is_first:
                _seed(Stage(running, teller))
            _welcome(running, teller.say)
            _serve(running)
    except StepFailed as failed:
        explain(failed, LOGINS.parent / "logs", teller.say)
        return 1
    except NOT_STARTED as error:
        teller.say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        teller.say("\nStopped; everything that was started has ended.")
    return 0


def _options(is_first: bool, say: Callable[[str], None]) -> StackOptions:
    return StackOptions(
        NAME,
        web_port=_usual_port(),
        fresh=is_first,
        keeps_stripe=True,
        extra=own_database.settings(NAME, fresh=is_first),
        say=lambda line: say(f"  {line}"),
    )


def _usual_port() -> int | None:
    """The port that people expect, unless somebody has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, USUAL_PORT))
        except OSError:
            return None
    return USUAL_PORT


def _seed(stage: Stage) -> None:
    """The first three chapters of the story: factories with live listings, measured parts, two quotes."""
    who = people.play(stage)
    quotes.play(stage, who, parts.play(stage, who))
    _write_down(LOGINS, {"password": stage.password, "people": _logins(who)})


def _logins(who: People) -> list[list[str]]:
    """Hat, address and organisation of each."""
    factories = []
    for each in who.factories:
        live = sum(listed.is_live for listed in each.listings)
        factories.append(["factory", each.email, f"{each.name}, {live} of {len(each.listings)} listings live"])
    customers = [["customer", each.email, each.name] for each in (who.customer, who.second_customer)]
    return [["admin", who.admin.email, who.admin.owner], *customers, *factories]


def _write_down(file: Path, logins: dict[str, object]) -> None:
    """Readable by its owner only: passwords of sample people are passwords, too."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        json.dump(logins, stream, ensure_ascii=False)


def _welcome(running: Running, say: Callable[[str], None]) -> None:
    logins = json.loads(LOGINS.read_text(encoding="utf-8"))
    say(f"\nThe marketplace is at {running.web_url}")
    say(f"  documentation   {running.web_url}/docs (OpenAPI: /v1/openapi.json)")
    say(f"  local Stripe    {running.stripe_url}/_sandbox/state (all it knows); no real money anywhere")
    say(f"  logs            {running.logs.relative_to(ROOT)}/")
    say("\nLog in at POST /v1/account/session; the sample people share one random password, made with the data:")
    say(f"  password        {logins['password']}")
    for hat, email, name in logins["people"]:
        say(f"  {hat:<15} {email}  ({name})")
    say("\nThe next `make run` goes on from here; `.venv/bin/python -m tools.run --fresh` begins anew. Ctrl-C ends it.")


def _serve(running: Running) -> None:
    """Stay until Ctrl-C. Raises ChildFailed when a server has ended by itself."""
    while True:
        running.must_run()
        time.sleep(LOOK_S)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
