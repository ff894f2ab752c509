"""`make run`: the marketplace with sample data at a printed address, until Ctrl-C."""

import socket
import sys
import time
from dataclasses import replace

from tools.demo import NOT_STARTED, explain
from tools.stack import HOST, ROOT, Running, StackOptions, stack
from tools.story import own_database, parts, people, quotes
from tools.story.persons import People
from tools.story.stage import Stage
from tools.story.telling import StepFailed, Teller

USUAL_PORT = 8000
LOOK_S = 1.0


def main() -> int:
    """Serve with fresh sample data; 0 after Ctrl-C, 1 if something did not start, having said why."""
    teller = Teller(is_brief=True)
    teller.say("Starting PostgreSQL, local Stripe, web server and worker …")
    options = StackOptions("run", web_port=_usual_port(), fresh=True, say=lambda line: teller.say(f"  {line}"))
    try:
        with stack(replace(options, extra=own_database.settings("run"))) as running:
            stage = Stage(running, teller)
            _welcome(stage, _seed(stage))
            _serve(running)
    except StepFailed as failed:
        explain(failed, options.folder / "logs", teller.say)
        return 1
    except NOT_STARTED as error:
        teller.say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        teller.say("\nStopped; everything that was started has ended.")
    return 0


def _usual_port() -> int | None:
    """The port that people expect, unless somebody has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, USUAL_PORT))
        except OSError:
            return None
    return USUAL_PORT


def _seed(stage: Stage) -> People:
    """The first three chapters of the story: factories with live listings, measured parts, two quotes."""
    who = people.play(stage)
    quotes.play(stage, who, parts.play(stage, who))
    return who


def _welcome(stage: Stage, who: People) -> None:
    say, running = stage.teller.say, stage.running
    say(f"\nThe marketplace is at {running.web_url}")
    say(f"  documentation   {running.web_url}/docs (OpenAPI: /v1/openapi.json)")
    say(f"  local Stripe    {running.stripe_url}/_sandbox/state (all it knows); no real money anywhere")
    say(f"  logs            {running.logs.relative_to(ROOT)}/")
    say("\nLog in at POST /v1/account/session; everybody's password, for this run only:")
    say(f"  password        {stage.password}")
    for hat, each in (("admin", who.admin), ("customer", who.customer), ("customer", who.second_customer)):
        say(f"  {hat:<15} {each.email}  ({each.name})")
    for factory in who.factories:
        live = sum(each.is_live for each in factory.listings)
        say(f"  {'factory':<15} {factory.email}  ({factory.name}: {live} of {len(factory.listings)} listings live)")
    say("\nSample data is fresh at each `make run`: the local Stripe keeps its accounts in memory. Ctrl-C ends it.")


def _serve(running: Running) -> None:
    """Stay until Ctrl-C. Raises ChildFailed when a server has ended by itself."""
    while True:
        running.must_run()
        time.sleep(LOOK_S)


if __name__ == "__main__":
    sys.exit(main())
