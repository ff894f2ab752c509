"""A bid to begin with: what a factory's own rate card would ask for the part, line by line, where a routing exists."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from marketplace.capability import cards
from marketplace.capability import queries as capability
from marketplace.capability.catalogue import material_for
from marketplace.capability.models import RateCard as CardRow
from marketplace.capability.models import WorkCentre
from marketplace.capacity import queries as capacity
from marketplace.costing import formulas, own_constants
from marketplace.costing.bids import BidLine, Group, Per
from marketplace.costing.prices import price
from marketplace.costing.rates import Charges
from marketplace.costing.routings import route
from marketplace.costing.values import Making
from marketplace.kernel.actor import Actor
from marketplace.manufacturability import judging
from marketplace.parts import service as parts
from marketplace.quoting.errors import CannotBePriced
from marketplace.rfqs import answering
from marketplace.rfqs.errors import NoRatesForThis, QuantityNotAsked
from marketplace.rfqs.models import RfqInvitation
from marketplace.rfqs.queries import factories
from marketplace.workflows.pricing.part_facts import facts_of


@dataclass(frozen=True, slots=True)
class Draft:
    """Lines and terms that a factory may change and send as its bid; nothing is kept of it."""

    work_centre_id: UUID
    quantity: int
    lines: list[BidLine]
    margin_bps: int
    machine_min: int
    ships_on: date | None
    """The earliest; none where the calendar has not so many minutes."""


def draft(rfq_id: UUID, work_centre_id: UUID, quantity: int, *, by: Actor) -> Draft:
    """What the work centre's rate card would ask: its rates and its margin.

    Its minimum order, breaks and lead times are left to the factory.

    Raises RfqNotFound, RfqOver, RfqClosed, TermsNotAgreed, QuantityNotAsked, WorkCentreUnknown, CentreNotCleared,
    NoRatesForThis, CannotBePriced for open geometry, and what the routing refuses.
    """
    invitation = factories.for_factory(by, rfq_id)
    answering.refuse_unless_bidding(invitation)
    if quantity not in invitation.rfq.quantities:
        raise QuantityNotAsked("Draft a bid for one of the quantities asked for.", quantities=invitation.rfq.quantities)
    centre = capability.work_centre(by, work_centre_id)
    answering.refuse_unless_cleared(invitation.rfq, centre)
    return _drafted(invitation, centre, _card(invitation, centre), quantity)


def _card(invitation: RfqInvitation, centre: WorkCentre) -> CardRow:
    card = capability.current_card(centre.id)
    if card is None or card.currency != invitation.rfq.currency:
        raise NoRatesForThis(
            f"This work centre has no rate card in {invitation.rfq.currency}; write the lines of your bid yourself.",
            work_centre_id=centre.id,
        )
    return card


def _drafted(invitation: RfqInvitation, centre: WorkCentre, card: CardRow, quantity: int) -> Draft:
    rfq = invitation.rfq
    material = material_for(centre.process, rfq.material)
    measured = parts.priceable(rfq.revision)
    if judging.is_blocked(judging.findings(measured, centre.process)):
        raise CannotBePriced("This part has no automatic price; write the lines of your bid yourself.")
    making = Making(quantity, rfq.tolerance, inspection=rfq.inspection, thickness_mm=rfq.thickness_mm)
    own = own_constants.figures(centre.process, centre.constants)
    routing = route(centre.process, material.facts, facts_of(measured), making, own)
    rates = cards.card(card).rates(rfq.material, making)
    minutes = max(1, routing.machine_minutes(quantity))
    finish = capacity.finish_date(centre.id, minutes)
    return Draft(
        work_centre_id=centre.id,
        quantity=quantity,
        lines=list(lines_of(price(routing, rates, Charges()).tree)),
        margin_bps=card.margin_bps,
        machine_min=minutes,
        ships_on=finish + timedelta(days=centre.handling_days) if finish else None,
    )


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a cost line of an automatic price becomes a line of a bid."""

    group: Group
    per: Per
    quantity: str
    unit: str
    rate: str


KINDS: Final = {
    (formulas.MATERIAL, "Material"): _Kind(Group.MATERIAL, Per.PIECE, "mass", "mg", "material price"),
    (formulas.LOT, "Set-up labour"): _Kind(Group.SETUP, Per.LOT, "time", "min/1000", "rate"),
    (formulas.LOT, "Tooling"): _Kind(Group.TOOLING, Per.LOT, "time", "min/1000", "rate"),
    (formulas.LOT, "Labour of the lot"): _Kind(Group.LABOUR, Per.LOT, "time", "min/1000", "rate"),
    (formulas.RUN, "Machine"): _Kind(Group.MACHINE, Per.PIECE, "time", "min/1000", "rate"),
    (formulas.RUN, "Labour"): _Kind(Group.LABOUR, Per.PIECE, "time", "min/1000", "rate"),
}


def lines_of(tree: dict[str, Any]) -> Iterator[BidLine]:
    """The cost lines of an automatic price's making as lines of a bid: they come to the same, line by line."""
    (line,) = tree["children"]
    making = line["children"][0]
    for step in making["children"]:
        for cost in step["children"]:
            if cost["kind"] == "cost" and cost["amount"]:
                yield _line(step["label"], cost)


def _line(step: str, cost: dict[str, Any]) -> BidLine:
    label = step if step == cost["label"] else f"{step}: {cost['label']}"
    kind = KINDS.get((cost["formula"], cost["label"]))
    if kind is None:
        return BidLine(Group.OTHER, label, Per.LOT, 1, "unit", cost["amount"])
    of = {each["label"]: each["value"] for each in cost["children"]}
    return BidLine(kind.group, label, kind.per, of[kind.quantity], kind.unit, of[kind.rate])
