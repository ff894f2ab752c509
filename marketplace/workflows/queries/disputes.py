"""An order as the evidence of a dispute tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import (
    and_,
    select,
)

from marketplace.accounts.models import Organisation, User
from marketplace.kernel.database import session
from marketplace.orders.errors import OrderNotFound
from marketplace.orders.models import Job, Order, OrderLine
from marketplace.orders.queries import SHIPMENTS, shown_jobs
from marketplace.parts.models import Part, Revision


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought, and who of them placed the order."""

    organisation: str
    country: str
    name: str
    email: str


def order_of_dispute(order_id: UUID) -> tuple[Order, Sequence[Job], Buyer]:
    """An order with its jobs that were ever offered, and who bought it: for the house itself. Raises OrderNotFound."""
    query = (
        select(Order, Organisation.name, Organisation.country, User.name, User.email)
        .join(Organisation, Organisation.id == Order.organisation_id)
        .join(User, User.id == Order.placed_by)
        .where(Order.id == order_id)
    )
    row = session().execute(query).one_or_none()
    if row is None:
        raise OrderNotFound("There is no such order.")
    jobs = shown_jobs().where(Job.order_id == order_id).options(SHIPMENTS).order_by(Job.line_number, Job.id)
    return row[0], session().scalars(jobs).all(), Buyer(*row[1:])


@dataclass(frozen=True, slots=True)
class LineWithPart:
    """A position of an order, the part it is of, and the job that makes it, or made it last."""

    line: OrderLine
    revision: Revision
    part_name: str
    factory: str
    process: str
    material: str
    ships_on: date


def lines_with_parts(order_id: UUID) -> Sequence[LineWithPart]:
    """The positions of an order, by number."""
    query = (
        select(OrderLine, Revision, Part.name, Organisation.name, Job.process, Job.material, Job.ships_on)
        .join(Revision, Revision.id == OrderLine.revision_id)
        .join(Part, Part.id == Revision.part_id)
        .join(Job, and_(Job.order_id == OrderLine.order_id, Job.line_number == OrderLine.number))
        .join(Organisation, Organisation.id == Job.factory_id)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.number, Job.id)
    )
    last = {row[0].number: LineWithPart(*row) for row in session().execute(query)}
    return list(last.values())
