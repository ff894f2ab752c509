"""Freezing an accepted bid as a quote of one offer, so that it is ordered like any other."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from marketplace.costing.tree import compact, figures
from marketplace.costing.values import Node
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.quoting.models import Offer, Quote, RankBy


@dataclass(frozen=True, slots=True)
class Awarded:
    """A bid that a customer has accepted, and the requirement that it answers."""

    bid_id: UUID
    revision_id: UUID
    process: str
    material: str
    quantity: int
    currency: str
    tolerance: str
    inspection: str
    thickness_um: int | None
    certificates: list[str]
    is_controlled: bool
    deliver_to: str | None
    """A country, where the bid includes delivery."""
    listing_id: UUID
    factory_id: UUID
    work_centre_id: UUID
    total_minor: int
    factory_minor: int
    fee_minor: int
    tax_minor: int
    tax: dict[str, Any] | None
    fee_tax_minor: int
    delivery_minor: int
    machine_min: int
    finish_by: date
    ships_on: date
    tree: Node
    explanation: Node
    """What `costing.tree.compact` leaves out of the tree."""
    findings: list[Any]


def freeze_bid(awarded: Awarded, *, valid_days: int, by: Actor) -> Quote:
    """Write the bid down as the one offer of a new quote, figure for figure and with its tax; it has no rate card."""
    transaction.inside()
    shape = compact(awarded.tree)
    quote = Quote(
        id=new_id(),
        organisation_id=by.organisation,
        requested_by=by.user_id,
        revision_id=awarded.revision_id,
        process=awarded.process,
        material=awarded.material,
        quantity=awarded.quantity,
        currency=awarded.currency,
        tolerance=awarded.tolerance,
        inspection=awarded.inspection,
        thickness_um=awarded.thickness_um,
        certificates=awarded.certificates,
        is_controlled=awarded.is_controlled,
        deliver_to=awarded.deliver_to,
        rank_by=RankBy.PRICE,
        number=1,
        expires_at=clock.now() + timedelta(days=valid_days),
        eligible=1,
        findings=awarded.findings,
        explanation={**awarded.explanation, "shape": shape},
    )
    session().add(quote)
    session().flush()
    session().add(
        Offer(
            quote_id=quote.id,
            position=1,
            bid_id=awarded.bid_id,
            listing_id=awarded.listing_id,
            work_centre_id=awarded.work_centre_id,
            factory_id=awarded.factory_id,
            total_minor=awarded.total_minor,
            factory_minor=awarded.factory_minor,
            fee_minor=awarded.fee_minor,
            tax_minor=awarded.tax_minor,
            tax=awarded.tax,
            fee_tax_minor=awarded.fee_tax_minor,
            delivery_minor=awarded.delivery_minor,
            machine_min=awarded.machine_min,
            finish_by=awarded.finish_by,
            ships_on=awarded.ships_on,
            figures=figures(shape),
        )
    )
    return quote
