"""`python -m stripe_sandbox`: the local Stripe as a program."""

import argparse
from pathlib import Path

from stripe_sandbox import remembering, serving
from stripe_sandbox.app import Sandbox
from stripe_sandbox.resources import webhook_endpoints


def main() -> None:
    """Read the command line and serve."""
    wanted = _command_line().parse_args()

    def prepare(sandbox: Sandbox) -> None:
        sandbox.api.world.onboards_at_once = wanted.onboard_at_once
        if wanted.state:
            remembering.keep(sandbox.api, wanted.state)
        if wanted.webhook:
            tell(sandbox, wanted.webhook, wanted.webhook_secret, wanted.webhook_events.split(","))
        remembering.send_what_did_not_arrive(sandbox.api)

    serving.serve(wanted.host, wanted.port, prepare)


def tell(sandbox: Sandbox, url: str, secret: str | None, types: list[str]) -> None:
    """Two endpoints at one address: for the platform's own events and for those of its connected accounts."""
    for is_connect in (False, True):
        webhook_endpoints.register(sandbox.api.world, url, types=types, secret=secret, is_connect=is_connect)


def _command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m stripe_sandbox", description="A local Stripe for development and tests."
    )
    parser.add_argument("--host", default=serving.HOST, help="a loopback address (default: %(default)s)")
    parser.add_argument("--port", type=int, default=12111, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--webhook", metavar="URL", help="send events to this address of this machine")
    parser.add_argument("--webhook-secret", metavar="SECRET", help="the secret that signs them (whsec_…)")
    parser.add_argument("--webhook-events", metavar="TYPES", default="*", help="comma-separated (default: all)")
    parser.add_argument("--state", metavar="FILE", type=Path, help="remember everything in this file between runs")
    parser.add_argument(
        "--onboard-at-once", action="store_true", help="new accounts can be paid without having been onboarded"
    )
    return parser


if __name__ == "__main__":
    main()
