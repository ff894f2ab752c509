"""What an account has is the sum of its balance transactions, and no charge gives more than it took."""

import json
from contextlib import suppress
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from stripe_sandbox import passing, verbs
from stripe_sandbox.api import Api
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.wire import Request
from stripe_sandbox.world import PLATFORM

AMOUNTS = st.integers(min_value=1, max_value=6_000)
STEPS = st.one_of(
    st.tuples(st.just("transfer"), AMOUNTS),
    st.tuples(st.just("refund"), AMOUNTS),
    st.tuples(st.just("reverse"), AMOUNTS),
    st.tuples(st.just("wait"), st.integers(min_value=0, max_value=200_000)),
    st.tuples(st.just("pay out"), AMOUNTS),
    st.tuples(
        st.sampled_from(["refund fails", "payout fails", "asked about", "disputed", "escalated", "won", "lost"]),
        st.just(0),
    ),
)

HEADERS = {"HTTP_AUTHORIZATION": "Bearer sk_test_1"}


HANDS = {
    "refund fails": ("refund", "refunds", "fail"),
    "payout fails": ("payout", "payouts", "fail"),
    "asked about": ("charge", "charges", "dispute", {"reason": "inquiry"}),
    "disputed": ("charge", "charges", "dispute"),
    "escalated": ("dispute", "disputes", "escalate"),
    "won": ("dispute", "disputes", "win"),
    "lost": ("dispute", "disputes", "lose"),
}


class Story:
    """One charge of 10,000 cents and what becomes of it; what Stripe refuses simply does not happen."""

    def __init__(self):
        self.api = Api(first_pause_s=1)
        maker = self.post("accounts", country="DE", **{"controller[fees][payer]": "application"})["id"]
        verbs.carry_out(self.api.world, verbs.VERBS["accounts", "onboard"], maker, {})
        self.maker, self.transfer = maker, None
        card = {"payment_method": "pm_card_visa", "confirm": "true"}
        self.charge = self.post("payment_intents", amount=10_000, currency="eur", **card)["latest_charge"]

    def post(self, path, account=PLATFORM, **params):
        """The answer to a request, an error too."""
        headers = {**HEADERS, "HTTP_STRIPE_ACCOUNT": account}
        request = Request("POST", f"/v1/{path}", "", urlencode(params).encode(), headers, "http://127.0.0.1")
        return json.loads(self.api.answer(request).body)

    def take(self, verb, number):
        """One step of the story."""
        if verb == "wait":
            self.api.world.seconds_ahead += number
            passing.catch_up(self.api.world)
        elif verb in HANDS:
            self.others(*HANDS[verb])
        elif verb == "pay out":
            self.post("payouts", account=self.maker, amount=number, currency="eur")
        elif verb == "refund":
            self.post("refunds", charge=self.charge, amount=number)
        elif verb == "transfer":
            source = {"destination": self.maker, "source_transaction": self.charge}
            self.transfer = self.post("transfers", amount=number, currency="eur", **source).get("id", self.transfer)
        elif self.transfer:
            self.post(f"transfers/{self.transfer}/reversals", amount=number)

    def others(self, kind, things, verb, told=None):
        """What banks and customers do to the newest object of a kind, if it can happen to it."""
        found = self.api.world.kind(kind)
        if kind == "charge":
            found = [self.api.world.records[self.charge]]
        with suppress(InvalidRequest):
            if found:
                verbs.carry_out(self.api.world, verbs.VERBS[things, verb], found[-1].id, told or {})


@given(st.lists(STEPS, max_size=14))
@settings(max_examples=60, deadline=None)
def test_balances_are_sums_and_a_charge_is_a_limit(steps):
    story = Story()
    for verb, number in steps:
        story.take(verb, number)
    world = story.api.world

    for account in (PLATFORM, story.maker):
        entries = [record.shown for record in world.shelf("balance_transaction", account)]
        settled = sum(entry["net"] for entry in entries if entry["available_on"] <= world.now())
        assert world.balances.available(account, "eur") == settled
        assert world.balances.pending(account, "eur") == sum(entry["net"] for entry in entries) - settled
    transfers = [record.shown for record in world.shelf("transfer", PLATFORM)]
    assert sum(each["amount"] - each["amount_reversed"] for each in transfers) <= 10_000
    refunds = [each.shown for each in world.shelf("refund", PLATFORM) if each.shown["status"] != "failed"]
    assert sum(each["amount"] for each in refunds) == world.records[story.charge].shown["amount_refunded"] <= 10_000
    assert world.balances.available(story.maker, "eur") + world.balances.pending(story.maker, "eur") >= 0
    assert _taken_back(world) == sum(
        each.shown["amount"] for each in world.kind("dispute") if each.shown["status"] in ("needs_response", "lost")
    )


def _taken_back(world):
    """What disputes have taken from the platform and not given back, without fees."""
    entries = [record.shown for record in world.shelf("balance_transaction", PLATFORM)]
    return -sum(entry["amount"] for entry in entries if entry["type"] == "adjustment")
