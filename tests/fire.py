"""Everybody at one work centre at once: buyers, customers who cancel, and clerks who end what nobody paid for."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier
from typing import Any, Final
from uuid import UUID

from flask import Flask
from sqlalchemy import event, text

from marketplace.capacity import service as capacity
from marketplace.capacity.errors import CapacityTaken
from marketplace.kernel.database import db, session
from marketplace.kernel.errors import Refusal
from marketplace.kernel.transaction import transaction
from marketplace.orders import queries as orders
from marketplace.workflows import checking
from marketplace.workflows.ordering import cancelling, checkout
from tests.bare_quotes import bare_quote
from tests.minutes import from_today, in_an_hour
from tests.scenes import Scene, Shop
from tests.worlds import Person, World

DAYS: Final = 3
OPEN_MIN: Final = 480
KEPT: Final = 8
CANCELLED: Final = 8
OVERDUE: Final = 8
"""Orders that are there before: some stay, customers cancel some, and nobody pays for some."""
BUYERS: Final = 40
CLERKS: Final = 8
THREADS: Final = BUYERS + CANCELLED + OVERDUE + CLERKS

HELD: Final = "select sum(held_min), sum(open_min) from capacity_days where work_centre_id = :centre and day > :today"
LIVING: Final = """
    select coalesce(sum(h.minutes), 0) from jobs j join holds h on h.id = j.hold_id
    where j.work_centre_id = :centre and j.state <> 'cancelled'
"""
ENDED: Final = """
    select count(*), count(distinct m.subject_id) from state_moves m join jobs j on j.order_id = m.subject_id
    where m.subject_kind = 'orders' and m.to_state = 'cancelled' and j.work_centre_id = :centre
"""


@dataclass(frozen=True)
class Range:
    """An application, and what one work centre after the other is shot at with."""

    app: Flask
    customer: Person
    owner: Person
    revision_id: UUID
    draw: random.Random

    @classmethod
    def laid_out(cls, app: Flask, *, seed: int) -> "Range":
        world = World(app)
        customer, owner = world.make_organisation("Customer"), world.make_organisation("Shop", hats=("factory",))
        return cls(app, customer, owner, Scene(app).part(customer).id, random.Random(seed))

    def loaded(self) -> "Loaded":
        """A new hot work centre with orders on it, and everybody who is about to come."""
        shop = Scene(self.app).shop(self.owner, open_min=OPEN_MIN, days=DAYS, name=f"Hot {self.draw.random()}")
        self._placed(shop, KEPT)
        ending = [*self._placed(shop, CANCELLED), *self._placed(shop, OVERDUE, payment_minutes=0)]
        with self.app.app_context(), transaction():
            baskets = [self._basket(shop) for _ in range(BUYERS)]
        givers = [self._giver(each) for each in ending]
        return Loaded(self.app, shop, [self._buyer(each) for each in baskets], [*givers, *[_clerk] * CLERKS])

    def _placed(self, shop: Shop, count: int, *, payment_minutes: int = 60) -> list[UUID]:
        with self.app.app_context():
            placed = []
            for _ in range(count):
                with transaction():
                    basket = self._basket(shop)
                    order = checkout.place(basket, by=self.customer.actor, payment_minutes=payment_minutes)
                    placed.append(order.id)
        return placed

    def _basket(self, shop: Shop) -> checkout.Basket:
        """20 to 60 minutes, so that the first 24 orders always fit, and the days end within lots."""
        minutes = self.draw.randint(20, 60)
        quote = bare_quote(self.customer, self.revision_id, [(shop, 5_000)], machine_min=minutes, within_days=DAYS)
        return checkout.Basket([quote])

    def _buyer(self, basket: checkout.Basket) -> Callable[[], str]:
        def buy() -> str:
            with transaction():
                checkout.place(basket, by=self.customer.actor, payment_minutes=60)
            return "ordered"

        return buy

    def _giver(self, order_id: UUID) -> Callable[[], str]:
        def give_up() -> str:
            with transaction():
                cancelling.cancel(orders.to_change(order_id), by=self.customer.actor, reason="No longer needed.")
            return "cancelled"

        return give_up


def _clerk() -> str:
    checkout.cancel_overdue()
    return "looked"


@dataclass(frozen=True)
class Loaded:
    """Who buys, and who gives back."""

    app: Flask
    shop: Shop
    buyers: Sequence[Callable[[], str]]
    givers: Sequence[Callable[[], str]]

    def fired(self) -> "Fired":
        """Let all of them go at once."""
        outcomes = at_once(self.app, [*self.buyers, *self.givers])
        return Fired(self.app, self.shop, Counter(outcomes[:BUYERS]), Counter(outcomes[BUYERS:]))


@dataclass(frozen=True)
class Fired:
    """What came of it."""

    app: Flask
    shop: Shop
    bought: Counter[str]
    gave_up: Counter[str]

    def faults(self) -> list[str]:
        """Everything that is not as it must be, read in a snapshot: stored invariants, exact sums, exact ends."""
        with self.app.app_context():
            found = [f"{each.invariant.id}: {each.invariant.says}" for each in checking.check() if each.offenders]
            asked = {"centre": self.shop.work_centre_id, "today": from_today(0)}
            held, opened = session().execute(text(HELD), asked).one()
            living = session().execute(text(LIVING), asked).scalar_one()
            ends, ended = session().execute(text(ENDED), asked).one()
        found = [each for each in found if not each.startswith("D1")]  # the scene's listings were never moderated
        found += [f"{held} minutes are held and {living} ordered"] if held != living else []
        found += [f"{held} of {opened} minutes are held"] if held > opened else []
        expected = CANCELLED + OVERDUE
        found += [f"{ended} orders ended, {ends} times"] if (ends, ended) != (expected, expected) else []
        known = {"ordered", "capacity_taken"}, {"cancelled", "not_cancellable", "looked"}
        strange = (self.bought.keys() - known[0]) | (self.gave_up.keys() - known[1])
        return found + [f"somebody was told {each}" for each in sorted(strange)]

    def sells_out(self) -> bool:
        """Whether what is left can be taken to the last minute, and not one minute more."""
        with self.app.app_context():
            asked = {"centre": self.shop.work_centre_id, "today": from_today(0)}
            held, opened = session().execute(text(HELD), asked).one()
            if opened > held:
                self._take(int(opened - held))
            try:
                self._take(1)
            except CapacityTaken:
                return True
        return False

    def _take(self, minutes: int) -> None:
        with transaction():
            capacity.hold(self.shop.work_centre_id, minutes, by=from_today(DAYS), expires_at=in_an_hour())


def at_once(app: Flask, acts: Sequence[Callable[[], str]]) -> list[str]:
    """Each act in a real thread with a connection of its own, all let go together; what each of them came to."""
    start = Barrier(len(acts))

    def run(act: Callable[[], str]) -> str:
        with app.app_context():
            session().connection()
            start.wait(timeout=30)
            session().rollback()
            try:
                return act()
            except Refusal as refusal:
                return refusal.code
            except Exception as failure:  # noqa: BLE001 - whatever else anybody is told is a fault, and named
                return f"{type(failure).__name__}: {failure}"[:300]

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


@contextmanager
def room_for(app: Flask, threads: int) -> Iterator[None]:
    """A connection for each thread, and patience: the house serves fewer at once, and a busy machine is slow."""
    with app.app_context():
        engine = db.engine
    before = engine.pool._pool.maxsize
    engine.pool._pool.maxsize = threads
    engine.dispose()  # a pool is made anew with the size that it is told
    event.listen(engine, "connect", _be_patient)
    try:
        yield
    finally:
        event.remove(engine, "connect", _be_patient)
        engine.pool._pool.maxsize = before
        engine.dispose()


def _be_patient(connection: Any, _: object) -> None:
    connection.execute("set lock_timeout = '120s'")
    connection.commit()
