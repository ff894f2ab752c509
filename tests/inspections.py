"""Jobs whose pieces are measured, and records of them: for tests below HTTP and for those of whole databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any
from uuid import UUID

from flask import Flask

from marketplace.costing.rates import Charges
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.ids import new_id
from marketplace.kernel.transaction import transaction
from marketplace.orders import making
from marketplace.orders import queries as orders
from marketplace.orders.models import Job
from marketplace.quality import closing, inspecting
from marketplace.quality.models import Record
from marketplace.quality.signing import SigningKey
from marketplace.quality.values import EntryKind, Side, Stage
from marketplace.quoting import queries as quotes
from marketplace.quoting.service import Requirement
from marketplace.workflows.ordering import checkout, fulfilment
from marketplace.workflows.pricing import quoting
from tests.scenes import Scene
from tests.worlds import Person

KEY = SigningKey(bytes(range(32)))
CALIPER = {"name": "Caliper", "serial": "C-17", "calibrated_until": "2099-12-31"}


@dataclass(frozen=True)
class Bench:
    """A job that was paid, its two parties, and the part."""

    app: Flask
    customer: Person
    factory: Person
    order_id: UUID
    job_id: UUID

    def job(self) -> Job:
        """The job as its factory loads it to change it; inside a transaction."""
        return orders.for_factory_to_change(self.factory.actor, self.job_id)

    def accept(self) -> "Bench":
        with self.app.app_context(), transaction():
            fulfilment.accept(self.job(), by=self.factory.actor)
        return self

    def ship(self, pieces: int | None = None) -> UUID:
        """Some pieces leave, or all that are left; the id of their shipment."""
        with self.app.app_context(), transaction():
            fulfilment.ship(self.job(), by=self.factory.actor, carrier="DHL", tracking_number="JD01", pieces=pieces)
        with self.app.app_context():
            return orders.for_factory(self.factory.actor, self.job_id).shipments[-1].id


def bench(scene: Scene, customer: Person, factory: Person, *, quantity: int = 2, inspection: str = "full") -> Bench:
    """A paid job on the scene's bracket."""
    scene.shop(factory, name=f"Mill {new_id()}")
    wanted = Requirement(
        revision_id=scene.part(customer).id,
        process="cnc_milling",
        material="aluminium_6061",
        quantity=quantity,
        currency="EUR",
        inspection=inspection,
    )
    with scene.app.app_context(), transaction():
        quote_id = quoting.ask(wanted, by=customer.actor, charges=Charges(fee_bps=800), valid_days=7).id
    with scene.app.app_context():
        offers = quotes.for_customer(customer.actor, quote_id).offers
        offer = next(each for each in offers if each.factory_id == factory.organisation_id)
    with scene.app.app_context(), transaction():
        basket = checkout.Basket([checkout.Choice(quote_id, offer.id)])
        order_id = checkout.place(basket, by=customer.actor, payment_minutes=30).id
    with scene.app.app_context(), transaction():
        order = orders.to_change(order_id)
        making.mark_paid(order, by=SYSTEM)
        return Bench(scene.app, customer, factory, order_id, order.jobs[0].id)


def meet(*acts: Callable[[], Any]) -> list[Any]:
    """What each of them returns, all begun at the same moment."""
    gate = Barrier(len(acts))

    def begin(act: Callable[[], Any]) -> Any:
        gate.wait(timeout=30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begin, acts))


def recorded(job: Job, *, by: Actor, key: SigningKey = KEY) -> Record:
    """The first record of a job, whatever its state: of its plan, and of an instrument."""
    inspecting.begun(job)
    book = inspecting.open_book(job)
    book.write(EntryKind.INSTRUMENT, CALIPER, by=by, side=Side.FACTORY)
    return closing.sign(book, Stage.FIRST_ARTICLE, None, by=by, key=key)
