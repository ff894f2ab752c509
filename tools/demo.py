"""`make demo`: one real order, from a CAD file to a payout, over HTTP against servers started for it alone."""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import psycopg

from marketplace.adapters.embedded_postgres import EmbeddedPostgresFailed
from tools.children import ChildFailed
from tools.client import Refused
from tools.stack import AlreadyRunning, StackOptions, stack
from tools.story import closing, goods, limits, ordering, own_database, parts, people, quotes
from tools.story.stage import Stage
from tools.story.telling import StepFailed, Teller, Unexpected

NOT_STARTED = (ChildFailed, AlreadyRunning, EmbeddedPostgresFailed, psycopg.Error)
"""Why servers do not start: each message is fit for people."""

LOGGED_LINES = 12


def main(name: str = "demo") -> int:
    """Play the story with fresh data under .var/`name`; 0 if every step happened, 1 otherwise, having said why."""
    teller, began = Teller(), time.perf_counter()
    teller.say("Commonforge: one real order, from a CAD file to a payout, over HTTP.\n")
    teller.say("Starting PostgreSQL, local Stripe, web server and worker …")
    options = StackOptions(name, fresh=True, say=lambda line: teller.say(f"  {line}"))
    try:
        with stack(replace(options, extra=own_database.settings(name))) as running:
            teller.say(f"  {running.web_url} (web), {running.stripe_url} (local Stripe)")
            play(Stage(running, teller))
    except StepFailed as failed:
        explain(failed, options.folder / "logs", teller.say)
        return 1
    except NOT_STARTED as error:
        teller.say(f"\nThe servers did not start as they should. {error}")
        return 1
    except KeyboardInterrupt:
        teller.say("\nStopped; everything that was started has ended.")
        return 130
    teller.say(f"\nAll {teller.steps} steps happened as told, in {time.perf_counter() - began:.1f} s.")
    return 0


def play(stage: Stage) -> None:
    """All seven chapters. Raises StepFailed."""
    who = people.play(stage)
    measured = parts.play(stage, who)
    quoted = quotes.play(stage, who, measured)
    ordered = ordering.play(stage, who, quoted)
    transfer = goods.play(stage, who, measured, quoted, ordered)
    limits.play(stage, who, measured, quoted, ordered)
    closing.play(stage, who, quoted, ordered, transfer)


def explain(failed: StepFailed, logs: Path, say: Callable[[str], None]) -> None:
    """Which step failed, what was expected, what came, and where the logs are."""
    cause = failed.__cause__
    say(f"\nThe story broke off in {failed}.")
    if isinstance(cause, Unexpected):
        say(f"  what      {cause.what}\n  expected  {cause.expected}\n  came      {cause.came}")
    else:
        say(f"  {type(cause).__name__}: {cause}")
    if isinstance(cause, Refused) and "incident" in cause.document:
        say(_logged(logs / "web.log", cause.document["incident"]))
    say(f"  logs      {logs}/")


def _logged(log: Path, incident: str) -> str:
    """What the web server wrote down about a fault of its own: the end of it."""
    lines = log.read_text(errors="replace").partition(incident)[2].splitlines()
    fault = list(takewhile(lambda line: not line.startswith(("incident ", "[")), lines[1:]))
    return "\n".join(f"    {line}" for line in fault[-LOGGED_LINES:])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
