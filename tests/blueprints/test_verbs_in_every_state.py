"""Every verb of a job, in every state of it, by everybody: it is in the table below, or refused and nothing changes.

The verbs come from the URL map, the states from the code, and what is allowed from this file alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from marketplace.kernel.actor import Role
from marketplace.kernel.database import session
from marketplace.kernel.money import Money
from marketplace.kernel.transaction import transaction
from marketplace.orders import making, queries
from marketplace.orders.models import Job, Side
from marketplace.orders.states import JobState
from marketplace.payments.ports import ChargeSeen, IntentSeen, Movement
from marketplace.workflows import amending, checking, checkout, fulfilment, settlement
from tests import databases
from tests.bare_quotes import bare_quote
from tests.tries import watcher
from tests.worlds import Person

TOTAL: Final = 5_000
WHY: Final = {"reason": "The spindle is down until next week."}
CHEAPER: Final = {"what": "Without the second side.", "total_minor": TOTAL - 1_000}
NO: Final = {"answer": "The drawing says otherwise."}

FACTORY: Final[dict[str, tuple[Any, set[str]]]] = {
    "accept": (None, {"offered"}),
    "decline": (WHY, {"offered", "countered"}),
    "give_up": (WHY, {"offered", "countered", "accepted", "in_production"}),
    "report": ({"pieces_done": 10}, {"accepted", "in_production"}),
    "ship": ({"carrier": "DHL", "tracking_number": "JD1"}, {"accepted", "in_production"}),
    "propose": (CHEAPER, {"offered", "accepted", "in_production"}),
    "agree": (None, {"accepted", "in_production"}),
    "refuse": (NO, {"accepted", "in_production"}),
    "withdraw": (None, {"countered", "accepted", "in_production"}),
}
"""What each verb of the factory's room is sent with, and the states of the job in which its factory may say it."""
CUSTOMER: Final[dict[str, tuple[Any, set[str]]]] = {
    "cancel": (WHY, {"waiting", "offered", "countered", "accepted", "in_production"}),
    "accept": (None, {"shipped"}),
    "accept_job": (None, {"shipped"}),
    "cancel_job": (WHY, {"offered", "countered", "accepted", "in_production"}),
    "propose_change": (CHEAPER, {"accepted", "in_production"}),
    "agree_change": (None, {"countered", "accepted", "in_production"}),
    "refuse_change": (NO, {"countered", "accepted", "in_production"}),
    "withdraw_change": (None, {"accepted", "in_production"}),
}
ROOMS: Final = {"factory_jobs": FACTORY, "customer_orders": CUSTOMER}
NOT_OF_A_JOB: Final = {"customer_orders.place"}
"""Makes the order."""
ANSWERS: Final = {"agree", "refuse", "agree_change", "refuse_change"}
"""These need an open change of the other side's."""
TAKES_BACK: Final = {"withdraw", "withdraw_change"}
"""These need one of the own side's."""


@dataclass(frozen=True)
class Verb:
    """One verb of one room."""

    room: str
    name: str

    @property
    def side(self) -> Side:
        return Side.FACTORY if self.room == "factory_jobs" else Side.CUSTOMER

    @property
    def sent(self) -> Any:
        return ROOMS[self.room][self.name][0]

    @property
    def allowed(self) -> set[str]:
        return ROOMS[self.room][self.name][1]

    @property
    def changed_by(self) -> Side | None:
        """Whose open change the job has, where a change belongs to its state."""
        if self.name in TAKES_BACK:
            return self.side
        if self.name in ANSWERS:
            return Side.CUSTOMER if self.side is Side.FACTORY else Side.FACTORY
        return None

    def url(self, app: Flask, **known: Any) -> str:
        """Its address, filled with what it names of this."""
        endpoint = f"{self.room}.{self.name}"
        (rule,) = app.url_map.iter_rules(endpoint)
        with app.test_request_context():
            return app.url_for(endpoint, **{name: known[name] for name in rule.arguments})


VERBS: Final = [Verb(room, name) for room, verbs in ROOMS.items() for name in verbs]


def test_the_table_has_every_verb_of_both_rooms(app):
    found = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in ROOMS and rule.methods - {"GET", "HEAD", "OPTIONS"}
    }
    assert found == {f"{each.room}.{each.name}" for each in VERBS} | NOT_OF_A_JOB


@dataclass(frozen=True)
class Stage:
    """A factory, a customer, and orders of one job in whatever state is asked for."""

    app: Flask
    customer: Person
    shop: Any
    revision_id: UUID

    def job(self, state: JobState, changed_by: Side | None = None) -> tuple[UUID, UUID]:
        """The ids of an order and of its job, brought there as people would; claims alone are written."""
        with self.app.app_context():
            with transaction():
                quote = bare_quote(self.customer, self.revision_id, [(self.shop, TOTAL)])
                order_id = checkout.place(checkout.Basket([quote]), by=self.customer.actor, payment_minutes=60).id
            (job_id,) = session().execute(text("select id from jobs where order_id = :id"), {"id": order_id}).one()
            session().rollback()
            for step in _way_to(state, self.customer, self.shop.owner, changed_by):
                if step is _pay:
                    _pay(order_id)
                    continue
                with transaction():
                    step(queries.job_of(queries.to_change(order_id), job_id))
            if state is JobState.CLAIMED:
                with transaction():
                    session().execute(text("update jobs set state = 'claimed' where id = :id"), {"id": job_id})
        return order_id, job_id


def _pay(order_id: UUID) -> None:
    with transaction():
        query = text("select id, amount_minor from payments where order_id = :id")
        row = session().execute(query, {"id": order_id}).one()
        amount = Money(row.amount_minor, "EUR")
        charge = ChargeSeen(f"ch_{row.id}", Movement(f"txn_{row.id}", amount, Money(30, "EUR")))
        settlement.capture(IntentSeen(f"pi_{row.id}", amount, False, "secret", row.id, charge))


def _way_to(
    state: JobState, customer: Person, factory: Person, changed_by: Side | None
) -> Iterator[Callable[[Any], Any]]:
    """Steps from a placed order to a job in this state."""
    buyer, maker = customer.actor, factory.actor

    def propose(job: Job, side: Side = Side.FACTORY) -> None:
        amending.propose(
            job, side=side, by=maker if side is Side.FACTORY else buyer, what="M6.", total_minor=TOTAL - 500
        )

    if state is JobState.WAITING:
        return
    yield _pay
    if state is JobState.COUNTERED:
        yield propose
    elif state is JobState.DECLINED:
        yield lambda job: fulfilment.decline(job, by=maker, reason="No.")
    elif state is JobState.CANCELLED:
        yield lambda job: fulfilment.cancel(job, by=buyer, reason="No.")
    elif state is not JobState.OFFERED:
        yield lambda job: fulfilment.accept(job, by=maker)
        if changed_by:
            yield lambda job: propose(job, changed_by)
    if state is JobState.IN_PRODUCTION:
        yield lambda job: making.report(job, by=maker, pieces_done=4, note="")
    if state in (JobState.SHIPPED, JobState.CLAIMED, JobState.DONE):
        yield lambda job: fulfilment.ship(job, by=maker, carrier="DHL", tracking_number="JD1")
    if state is JobState.DONE:
        yield lambda job: fulfilment.accept_goods(job, by=buyer)


@pytest.fixture
def stage(app, scene, make_organisation) -> Stage:
    customer = make_organisation("Customer")
    shop = scene.shop(make_organisation("Shop", hats=("factory",)), open_min=10_000)
    return Stage(app, customer, shop, scene.part(customer).id)


@pytest.fixture
def actors(stage, make_organisation, make_member, as_user):
    """Everybody who asks, by who they are."""
    people = {
        "customer": stage.customer,
        "factory": stage.shop.owner,
        "other customer": make_organisation("Other customer"),
        "other factory": make_organisation("Other factory", hats=("factory",)),
        "customer's viewer": make_member(stage.customer, Role.VIEWER),
        "factory's viewer": make_member(stage.shop.owner, Role.VIEWER),
    }
    return {who: as_user(person) for who, person in people.items()}


@pytest.fixture
def contents(config):
    """Tells a digest of every table."""
    with databases.connect(config.database_url) as connection:
        yield watcher(connection)


def expected(verb: Verb, state: JobState, who: str) -> set[int]:
    """The statuses that the table allows."""
    side = verb.side.value
    if who == side:
        if state.value in verb.allowed:
            return {200, 201}
        return {404} if state is JobState.WAITING and side == "factory" else {404, 409}
    return {404} if who == f"other {side}" else {403}


@pytest.mark.parametrize("state", list(JobState))
def test_a_verb_is_in_the_table_or_refused_and_nothing_changes(app, stage, actors, contents, state):
    wrong = []
    for verb in VERBS:
        order_id, job_id = stage.job(state, verb.changed_by)
        url = verb.url(app, order_id=order_id, job_id=job_id, number=1)
        for who, browser in sorted(actors.items(), key=lambda each: each[0] == verb.side.value):
            before = contents()
            reply = browser.post(url, json=verb.sent) if verb.sent else browser.post(url)
            is_done, has_changed = reply.status_code < 300, contents() != before
            if reply.status_code not in expected(verb, state, who) or is_done is not has_changed:
                wrong.append(f"{who} {verb.name}: {reply.status_code} {reply.json.get('code')}, changed {has_changed}")
    assert wrong == []
    if state is not JobState.CLAIMED:  # a claim that nobody made
        with app.app_context():
            assert {each.invariant.id for each in checking.check() if each.offenders} <= {"D1"}
