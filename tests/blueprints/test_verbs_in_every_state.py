"""Every verb of a job, in every state of it, by everybody: it is in the table below, or refused and nothing changes.

The verbs come from the URL map, the states from the code, and what is allowed from this file alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
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
from marketplace.orders.states import FirstArticleGate, JobState
from marketplace.payments.ports import ChargeSeen, IntentSeen, Movement
from marketplace.production import subcontracting
from marketplace.production.subcontracting import Wanted
from marketplace.quality import closing, inspecting
from marketplace.quality import queries as inspections
from marketplace.quality.values import Instrument, Value
from marketplace.quality.values import Stage as Measured
from marketplace.workflows import checking
from marketplace.workflows.money import settlement
from marketplace.workflows.ordering import amending, checkout, fulfilment
from marketplace.workflows.shop_floor import first_articles
from tests import databases
from tests.bare_quotes import bare_quote
from tests.blueprints.factory.test_inspections import SIZES, SURFACE
from tests.inspections import KEY
from tests.tries import watcher
from tests.worlds import Person

TOTAL: Final = 5_000
WHY: Final = {"reason": "The spindle is down until next week."}
CHEAPER: Final = {"what": "Without the second side.", "total_minor": TOTAL - 1_000}
NO: Final = {"answer": "The drawing says otherwise."}
RECORD: Final = "the record of the job's first article"

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
FACTORY_ON_FIRST_ARTICLES: Final[dict[str, tuple[Any, set[str]]]] = {
    "hand_over": ({"record_id": RECORD}, {"accepted", "in_production"}),
    "withdraw": (None, {"in_production"}),
}
CUSTOMER_ON_FIRST_ARTICLES: Final[dict[str, tuple[Any, set[str]]]] = {
    "release": ({"remark": "Good."}, {"in_production"}),
    "reject": (WHY, {"in_production"}),
}
"""A job of which one is handed over is in production."""
FACTORY_ON_SUBCONTRACTS: Final[dict[str, tuple[Any, set[str]]]] = {
    "propose": ({"operation": 1, "company": "Elox AG", "what": "Anodised there."}, {"accepted", "in_production"}),
    "withdraw": (None, {"accepted", "in_production", "shipped", "claimed"}),
}
CUSTOMER_ON_SUBCONTRACTS: Final[dict[str, tuple[Any, set[str]]]] = {
    "agree": ({"shares_file": True}, {"accepted", "in_production"}),
    "refuse": (WHY, {"accepted", "in_production", "shipped", "claimed"}),
}
"""What is still open when all has left may be ended; nothing new is agreed to."""
ROOMS: Final = {
    "factory_jobs": FACTORY,
    "customer_orders": CUSTOMER,
    "factory_first_articles": FACTORY_ON_FIRST_ARTICLES,
    "customer_first_articles": CUSTOMER_ON_FIRST_ARTICLES,
    "factory_subcontracts": FACTORY_ON_SUBCONTRACTS,
    "customer_subcontracts": CUSTOMER_ON_SUBCONTRACTS,
}
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
        return Side.FACTORY if self.room.startswith("factory_") else Side.CUSTOMER

    @property
    def sent(self) -> Any:
        return ROOMS[self.room][self.name][0]

    @property
    def beside(self) -> Callable[["Stage", Any], None] | None:
        """What a job has, once its factory has taken it, for this verb."""
        if self.name in ("propose", "propose_change"):
            return None
        if self.room.endswith("_subcontracts"):
            return _proposed
        if self.room.endswith("_first_articles"):
            return _inspected if self.name == "hand_over" else _handed_over
        return None

    @property
    def allowed(self) -> set[str]:
        return ROOMS[self.room][self.name][1]

    @property
    def changed_by(self) -> Side | None:
        """Whose open change the job has, where a change belongs to its state."""
        if self.room not in ("factory_jobs", "customer_orders"):
            return None
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


def test_the_table_has_every_verb_of_its_rooms(app):
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

    def job(self, state: JobState, verb: Verb) -> tuple[UUID, UUID]:
        """The ids of an order and of its job, brought there as people would; claims alone are written."""
        with self.app.app_context():
            with transaction():
                quote = bare_quote(self.customer, self.revision_id, [(self.shop, TOTAL)], is_routed=True)
                quote = replace(quote, first_article=verb.room.endswith("_first_articles"))
                order_id = checkout.place(checkout.Basket([quote]), by=self.customer.actor, payment_minutes=60).id
            (job_id,) = session().execute(text("select id from jobs where order_id = :id"), {"id": order_id}).one()
            session().rollback()
            for step in _way_to(state, self, verb):
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


def _proposed(stage: Stage, job: Job) -> None:
    """Its operation is proposed to be done elsewhere."""
    subcontracting.propose(job, Wanted(operation=1, company="Elox AG", what="There."), by=stage.shop.owner.actor)


def _inspected(stage: Stage, job: Job) -> None:
    """Its first piece is measured, and there is a record of that."""
    maker = stage.shop.owner.actor
    caliper = Instrument("Caliper", "C-17", date(2099, 12, 31))
    sizes = [Value(piece=1, characteristic=n, value=size, instrument=caliper) for n, size in SIZES.items()]
    inspecting.measure(
        job, Measured.FIRST_ARTICLE, [*sizes, Value(piece=1, characteristic=SURFACE, passes=True)], by=maker
    )
    closing.close(job, Measured.FIRST_ARTICLE, None, by=maker, key=KEY)


def _handed_over(stage: Stage, job: Job) -> None:
    """Its first article is the customer's to answer."""
    _inspected(stage, job)
    first_articles.hand_over(job, _record_of(job.id), note="", by=stage.shop.owner.actor)


def _record_of(job_id: UUID) -> UUID | None:
    """The record of a job, if there is one."""
    inspection = inspections.of_job(job_id)
    return None if inspection is None else inspections.records(inspection.id)[-1].id


def _released(stage: Stage, job: Job) -> None:
    """Whatever it has of a first article, the customer has released it."""
    if job.first_article is FirstArticleGate.AWAITED:
        first_articles.hand_over(job, _record_of(job.id), note="", by=stage.shop.owner.actor)
    first_articles.release(job, 1, remark="", by=stage.customer.actor)


def _way_to(state: JobState, stage: Stage, verb: Verb) -> Iterator[Callable[[Any], Any]]:
    """Steps from a placed order to a job in this state."""
    buyer, maker, changed_by = stage.customer.actor, stage.shop.owner.actor, verb.changed_by

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
        if verb.beside and (state is not JobState.ACCEPTED or verb.beside is not _handed_over):
            yield partial(verb.beside, stage)
    if state is JobState.IN_PRODUCTION:
        yield lambda job: making.report(job, by=maker, pieces_done=1, note="")
    if state in (JobState.SHIPPED, JobState.CLAIMED, JobState.DONE):
        if verb.room.endswith("_first_articles"):
            yield partial(_released, stage)
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
        order_id, job_id = stage.job(state, verb)
        url, sent = verb.url(app, order_id=order_id, job_id=job_id, number=1), verb.sent
        if sent == {"record_id": RECORD}:
            with app.app_context():
                sent = {"record_id": str(_record_of(job_id) or job_id)}
        for who, browser in sorted(actors.items(), key=lambda each: each[0] == verb.side.value):
            before = contents()
            reply = browser.post(url, json=sent) if sent else browser.post(url)
            is_done, has_changed = reply.status_code < 300, contents() != before
            if reply.status_code not in expected(verb, state, who) or is_done is not has_changed:
                wrong.append(f"{who} {verb.name}: {reply.status_code} {reply.json.get('code')}, changed {has_changed}")
    assert wrong == []
    if state is not JobState.CLAIMED:  # a claim that nobody made
        with app.app_context():
            assert {each.invariant.id for each in checking.check() if each.offenders} <= {"D1"}
