"""What happens to objects at the hands of others: banks, customers and Stripe's own people, on request of a control."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from stripe_sandbox.calls import Call
from stripe_sandbox.errors import InvalidRequest, NoSuchObject
from stripe_sandbox.resources import accounts, disputes, payouts, refunds
from stripe_sandbox.world import Record, World

Json = dict[str, Any]


class Verb(NamedTuple):
    """Something that can happen to a kind of object, and the settings that it may be given."""

    kind: str
    run: Callable[..., Any]
    takes: Mapping[str, type] = {}

    def check(self, given: Json) -> None:
        """Raises InvalidRequest for settings that it does not take."""
        for name, value in given.items():
            if type(value) is not self.takes.get(name):
                known = ", ".join(f"{name} ({each.__name__})" for name, each in self.takes.items())
                raise InvalidRequest(f"This can be told: {known or 'nothing'}.", param=name)


def carry_out(world: World, verb: Verb, id: str, given: Json) -> Json:
    """Let something happen to an object; the object (or what came of it) as it is shown then.

    Raises NoSuchObject, InvalidRequest when it cannot happen now or its settings make no sense.
    """
    record = world.known(id, verb.kind)
    if record is None:
        raise NoSuchObject(verb.kind, id)
    verb.check(given)
    came = verb.run(Call.of_nobody(world, record.account), record, **given)
    return (came if isinstance(came, Record) else record).shown


def _dispute(call: Call, charge: Record, reason: str = "fraudulent", amount: int | None = None) -> Record:
    return disputes.open_dispute(call, charge, reason, amount)


def _pay_out(call: Call, account: Record, currency: str | None = None) -> Record:
    theirs = Call.of_nobody(call.world, account.id)
    return payouts.everything(theirs, currency or account.shown["default_currency"])


def _set_capabilities(call: Call, account: Record, states: Json | None = None) -> None:
    accounts.set_capabilities(call, account, states or {})


VERBS = {
    ("accounts", "capabilities"): Verb("account", _set_capabilities, {"states": dict}),
    ("accounts", "onboard"): Verb("account", accounts.complete),
    ("accounts", "payout"): Verb("account", _pay_out, {"currency": str}),
    ("charges", "dispute"): Verb("charge", _dispute, {"reason": str, "amount": int}),
    ("disputes", "escalate"): Verb("dispute", disputes.escalate),
    ("disputes", "lose"): Verb("dispute", disputes.lose),
    ("disputes", "win"): Verb("dispute", disputes.win),
    ("payouts", "fail"): Verb("payout", payouts.fail, {"code": str}),
    ("payouts", "pay"): Verb("payout", payouts.pay),
    ("refunds", "fail"): Verb("refund", refunds.fail, {"reason": str}),
    ("refunds", "succeed"): Verb("refund", refunds.succeed),
}
