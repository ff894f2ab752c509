"""`make stripe-cli [SHORT=1]`: Stripe's own command line runs its recipes against our local Stripe, unmodified.

It is fetched with npm into .var/stripe-cli. A recipe passes when the CLI says so and the local Stripe has told the
event of its name. Exits 1 if a recipe fails that we do not know to fail, or passes that we said fails; 2 without the
CLI. The short form, for CI, runs a few of each kind and exits 0, with the reason, where there is no CLI to be had.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

FOLDER: Final = Path(__file__).resolve().parents[1] / ".var" / "stripe-cli"
PACKAGE: Final = "@stripe/cli@1.52.0"
KEY: Final = "sk_test_" + 24 * "x"
"""The CLI wants a test key of this length; the local Stripe takes any."""
FETCHED_S, TRIGGERED_S = 120, 30
SHORT: Final = [
    "charge.dispute.closed",
    "charge.refunded",
    "checkout.session.completed",
    "customer_cash_balance_transaction.created",
    "invoice.paid",
    "payment_intent.payment_failed",
    "payout.created",
    "transfer.reversed",
]
RECIPES: Final = [
    "account.updated",
    "balance.available",
    "cash_balance.funds_available",
    "charge.captured",
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.failed",
    "charge.refunded",
    "charge.succeeded",
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.expired",
    "customer.created",
    "customer.deleted",
    "customer_cash_balance_transaction.created",
    "invoice.created",
    "invoice.finalized",
    "invoice.paid",
    "invoice.voided",
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.created",
    "payment_intent.partially_funded",
    "payment_intent.payment_failed",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "payment_method.attached",
    "payout.created",
    "setup_intent.succeeded",
    "transfer.created",
    "transfer.reversed",
]
"""The recipes for what a marketplace of ours can meet."""
BESIDES: Final = [
    "charge.dispute.updated",
    "charge.refund.updated",
    "customer.updated",
    "invoice.deleted",
    "invoice.marked_uncollectible",
    "invoice.payment_action_required",
    "invoice.payment_failed",
    "invoice.payment_succeeded",
    "invoice.sent",
    "invoice.updated",
    "invoiceitem.created",
    "invoiceitem.deleted",
    "payment_intent.processing",
    "payment_method.detached",
    "payment_method.updated",
    "payout.updated",
    "price.created",
    "price.updated",
    "product.created",
    "product.deleted",
    "product.updated",
    "setup_intent.canceled",
    "setup_intent.created",
    "setup_intent.requires_action",
    "setup_intent.setup_failed",
]
"""More recipes for the same objects."""
FAILING: Final = {
    "payment_intent.partially_funded": "sends bank_transfer[type]=jp_bank_account, which is no value of the SDK's enum",
}


class NoCli(RuntimeError):
    """The CLI cannot be had here; the message says why."""


@dataclass(frozen=True)
class Tried:
    """One recipe and how it went."""

    name: str
    reason: str

    @property
    def has_passed(self) -> bool:
        return not self.reason


def main() -> int:
    is_short = bool(os.environ.get("SHORT"))
    try:
        cli = fetch()
    except NoCli as error:
        print(f"stripe-cli: {'skipped' if is_short else 'not run'}: {error}")
        return 0 if is_short else 2
    with local_stripe() as url:
        if is_short:
            return counted([tried(cli, url, name) for name in SHORT], "of the short form")
        main_ones = counted([tried(cli, url, name) for name in RECIPES], "for what a marketplace meets")
        return counted([tried(cli, url, name) for name in BESIDES], "besides") or main_ones


def fetch() -> Path:
    """The CLI's program, installed if it is not there yet. Raises NoCli."""
    program = next(FOLDER.glob("node_modules/@stripe/cli-*/bin/stripe*"), None)
    if program:
        return program
    npm = shutil.which("npm")
    if npm is None:
        raise NoCli("there is no npm to fetch Stripe's CLI with")
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = [npm, "install", "--prefix", str(FOLDER), "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=FETCHED_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise NoCli(f"npm did not bring {PACKAGE} within {FETCHED_S} s") from error
    program = next(FOLDER.glob("node_modules/@stripe/cli-*/bin/stripe*"), None)
    if program is None:
        last = (done.stderr.strip().splitlines() or ["it brings no program for this machine"])[-1]
        raise NoCli(f"npm did not bring {PACKAGE}: {last}")
    return program


@contextmanager
def local_stripe() -> Iterator[str]:
    """The address of a local Stripe whose new accounts can be paid: the recipes pay those that they have just made."""
    command = [sys.executable, "-m", "stripe_sandbox", "--port", "0", "--onboard-at-once"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip().removeprefix("local Stripe on ")
        finally:
            process.terminate()


def tried(cli: Path, url: str, name: str) -> Tried:
    """Run a recipe, and see whether the local Stripe has told its event (within a minute of its clock)."""
    before = {each["id"] for each in _events(url)}
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "PATH": os.environ["PATH"], "STRIPE_CLI_TELEMETRY_OPTOUT": "1"}
        command = [str(cli), "trigger", name, "--api-key", KEY, "--api-base", url]
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=TRIGGERED_S, check=False
            )
        except subprocess.TimeoutExpired:
            return Tried(name, f"the CLI took more than {TRIGGERED_S} s")
    if "Trigger succeeded" not in done.stdout:
        said = (done.stdout + done.stderr).strip().replace("\n", " ")
        return Tried(name, (said.partition("Trigger failed: ")[2] or said)[:300])
    _ask(url, "POST", "/_sandbox/clock", {"seconds": 60})
    told = [each["type"] for each in _events(url) if each["id"] not in before]
    return Tried(name, "" if name in told else f"only {', '.join(told)} was told")


def counted(recipes: list[Tried], of: str) -> int:
    """Say how many passed, and which did not and why; 1 if that is not what we know of them."""
    for each in recipes:
        print(f"{'pass' if each.has_passed else 'FAIL'}  {each.name}  {each.reason}".rstrip())
    print(f"{sum(each.has_passed for each in recipes)} of {len(recipes)} recipes {of} pass.")
    surprises = [each for each in recipes if each.has_passed == (each.name in FAILING)]
    for each in recipes:
        if not each.has_passed and each.name in FAILING:
            print(f"Known: {each.name} {FAILING[each.name]}.")
    for each in surprises:
        print(f"Not as we know it: {each.name}.")
    return 1 if surprises else 0


def _events(url: str) -> list[dict[str, str]]:
    """The newest events of every account."""
    found: list[dict[str, str]] = _ask(url, "GET", "/_sandbox/state")["objects"]["event"]
    return found


def _ask(url: str, method: str, path: str, given: object = None) -> Any:
    """What the local Stripe answers to a control."""
    line = HTTPConnection(urlsplit(url).netloc, timeout=TRIGGERED_S)
    try:
        line.request(method, path, json.dumps(given) if given else None)
        return json.loads(line.getresponse().read())
    finally:
        line.close()


if __name__ == "__main__":
    sys.exit(main())
