"""An order comes to be: its lines, a job for each, and who gets how much of it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import Base
from marketplace.kernel.ids import new_id
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders.models import IfDeclined, Incoterm, Job, Order, OrderLine, Share, ShareKind
from marketplace.orders.rules import ANSWER_TIME
from marketplace.orders.states import FirstArticleGate, JobState

Address = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bought:
    """What one frozen offer puts into an order: a line, a job, and its shares."""

    quote_id: UUID
    offer_id: UUID
    revision_id: UUID
    factory_id: UUID
    work_centre_id: UUID
    hold_id: UUID
    process: str
    material: str
    description: str
    quantity: int
    currency: str
    total_minor: int
    factory_minor: int
    fee_minor: int
    tax_minor: int
    tax: dict[str, Any] | None
    fee_tax_minor: int
    """The platform's tax on its fee, which the factory pays out of its part."""
    ships_on: date
    address: Address | None = None
    asks_first_article: bool = False
    """Whether its factory stops after the first piece until the customer has released it."""

    @property
    def price_minor(self) -> int:
        """What the factory gets of it, before the tax that it owes itself."""
        return self.factory_minor - self.fee_tax_minor


@dataclass(frozen=True, slots=True)
class Terms:
    """What a customer says of a whole order."""

    purchase_order_number: str = ""
    notes: str = ""
    incoterm: Incoterm = Incoterm.EXW
    address: Address | None = None
    if_declined: IfDeclined = IfDeclined.REFUND
    no_later_than: date | None = None


def terms_of(order: Order) -> Terms:
    """What its customer said of an order."""
    return Terms(**{each.name: getattr(order, each.name) for each in fields(Terms)})


def place(bought: Sequence[Bought], terms: Terms, *, by: Actor, payment_id: UUID, pay_by: datetime) -> Order:
    """Write the order with its lines, its jobs and the shares that its payment will be divided into."""
    order = Order(
        id=new_id(),
        organisation_id=by.organisation,
        placed_by=by.user_id,
        currency=bought[0].currency,
        total_minor=sum(each.total_minor for each in bought),
        pay_by=pay_by,
        purchase_order_number=terms.purchase_order_number,
        notes=terms.notes,
        incoterm=terms.incoterm,
        address=terms.address,
        if_declined=terms.if_declined,
        no_later_than=terms.no_later_than,
    )
    rows: list[Base] = [order]
    order.lines = [_line(order, number, each) for number, each in enumerate(bought, 1)]
    order.jobs = [job_of(order, number, each) for number, each in enumerate(bought, 1)]
    rows += [*order.lines, *order.jobs]
    for job, each in zip(order.jobs, bought, strict=True):
        rows += shares_of(job, each, payment_id=payment_id)
    transaction.note(*rows)
    audit.record(by, "order.placed", order)
    return order


def _line(order: Order, number: int, bought: Bought) -> OrderLine:
    return OrderLine(
        order_id=order.id,
        number=number,
        quote_id=bought.quote_id,
        offer_id=bought.offer_id,
        revision_id=bought.revision_id,
        description=bought.description,
        quantity=bought.quantity,
        total_minor=bought.total_minor,
        tax_minor=bought.tax_minor,
        tax=bought.tax,
        address=bought.address,
    )


def job_of(order: Order, line_number: int, bought: Bought) -> Job:
    """The work of one factory on one line."""
    return Job(
        id=new_id(),
        order_id=order.id,
        line_number=line_number,
        offer_id=bought.offer_id,
        factory_id=bought.factory_id,
        work_centre_id=bought.work_centre_id,
        hold_id=bought.hold_id,
        revision_id=bought.revision_id,
        process=bought.process,
        material=bought.material,
        quantity=bought.quantity,
        total_minor=bought.total_minor,
        price_minor=bought.price_minor,
        currency=bought.currency,
        ships_on=bought.ships_on,
        first_article=FirstArticleGate.AWAITED if bought.asks_first_article else None,
        reports=[],
        shipments=[],
        changes=[],
    )


def shares_of(job: Job, bought: Bought, *, payment_id: UUID) -> list[Share]:
    """Who gets how much of a new job, out of one payment; tax goes to whoever owes it to their state."""
    shared = [
        (ShareKind.FACTORY, bought.factory_id, bought.price_minor),
        (ShareKind.PLATFORM_FEE, None, bought.fee_minor),
    ]
    taxes = ((ShareKind.TAX, bought.factory_id, bought.tax_minor), (ShareKind.TAX, None, bought.fee_tax_minor))
    shared += [each for each in taxes if each[2]]
    return [
        Share(job_id=job.id, number=number, payment_id=payment_id, kind=kind, party_id=party_id, amount_minor=minor)
        for number, (kind, party_id, minor) in enumerate(shared, 1)
    ]


def put_in_place_of(declined: Job, bought: Bought, *, payment_id: UUID, by: Actor) -> Job:
    """Another factory is offered the line of a job that its own did not take, out of the same payment."""
    line = next(each for each in declined.order.lines if each.number == declined.line_number)
    asks = declined.first_article is not None
    job = job_of(declined.order, line.number, replace(bought, address=line.address, asks_first_article=asks))
    job.state = JobState.OFFERED
    job.answer_by = clock.now() + ANSWER_TIME
    job.shares = shares_of(job, bought, payment_id=payment_id)
    declined.order.jobs.append(job)
    audit.record(by, "job.reoffered", job, in_place_of=str(declined.id))
    notifications.tell(job.factory_id, NoticeKind.JOB_OFFERED, job)
    return job
