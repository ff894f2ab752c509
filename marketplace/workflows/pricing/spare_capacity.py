"""What a slot of spare capacity would make of a part, and for how much: asked of many slots, or quoted of one.

The slot's discount is a line of its own in the price tree, taken off the factory's price before its minimum order and
everything that is not the factory's; all other lines are those of the listing's rate card.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from uuid import UUID

from marketplace.capacity.queries import Slot
from marketplace.capacity.rules import ONE_DAY
from marketplace.costing.constants import sources
from marketplace.costing.errors import ConstantsImpossible, LotTooLarge
from marketplace.costing.rates import Charges
from marketplace.costing.values import Routing
from marketplace.kernel.actor import Actor
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import CHARGE_LIMITS
from marketplace.kernel.paging import Page, PageRequest
from marketplace.listings import book
from marketplace.listings.book import Listed, Shelf
from marketplace.listings.explaining import Lack, lacks
from marketplace.quoting import service as quotes
from marketplace.quoting.models import Quote
from marketplace.quoting.service import Answer, Answers, Requirement
from marketplace.spare import queries
from marketplace.spare import service as spare
from marketplace.spare.errors import SlotUnfit
from marketplace.spare.models import SpareSlot
from marketplace.spare.paging import SlotRequest
from marketplace.workflows.pricing import answering, charging, offering, questions
from marketplace.workflows.pricing.charging import Charging
from marketplace.workflows.pricing.questions import Question, listing_needs
from marketplace.workflows.pricing.why_not import UNABLE


@dataclass(slots=True)
class SlotStanding:
    """How a slot stands to a requirement: what it would answer, or every reason why it does not."""

    id: UUID
    slot: SpareSlot
    reasons: Sequence[Lack]
    answer: Answer | None


def standings(wanted: Requirement, request: PageRequest, *, by: Actor, charges: Charges) -> Page[SlotStanding]:
    """Open slots of the requirement's process and material, newest first, and how each stands to it.

    Nothing is written. Raises what `questions.understood` does.
    """
    question = questions.understood(wanted, by=by)
    asked = SlotRequest(request.limit, request.cursor, process=wanted.process, material=wanted.material)
    page, shelf = queries.page_for_anyone(asked), book.shelf(wanted.process)
    today = charging.for_customer(by, charges)
    return Page([_standing(slot, question, shelf, today) for slot in page.items], page.next_cursor)


def quote(slot_id: UUID, wanted: Requirement, *, by: Actor, charges: Charges, valid_days: int) -> Quote:
    """Freeze what a slot answers to a requirement as a quote of one offer, good until the slot closes at the latest.

    Raises SlotNotFound, SlotClosed, SlotUnfit, and what `questions.understood` and `quoting.service.freeze` do.
    """
    slot = queries.to_book(slot_id)
    question = questions.understood(wanted, by=by)
    spare.refuse_unless_open(slot)
    found = _standing(slot, question, book.shelf(slot.process), charging.for_customer(by, charges))
    if found.answer is None:
        told = [asdict(each) for each in found.reasons]
        raise SlotUnfit("This slot does not fit: " + " ".join(each.says for each in found.reasons), reasons=told)
    answers = Answers(
        best=[found.answer],
        eligible=1,
        left_out={},
        facets={},
        explained=None,
        routing=question.routing,
        findings=question.findings,
    )
    return quotes.freeze(wanted, answers, quote_id=new_id(), valid_days=valid_days, by=by, until=slot.closes_at)


def _standing(slot: SpareSlot, question: Question, shelf: Shelf, today: Charging) -> SlotStanding:
    found = _found(slot, question, shelf, today)
    if isinstance(found, Answer):
        return SlotStanding(slot.id, slot, (), found)
    return SlotStanding(slot.id, slot, found, None)


def _found(slot: SpareSlot, question: Question, shelf: Shelf, today: Charging) -> Answer | list[Lack]:
    wanted = question.wanted.process
    if slot.process != wanted:
        return [Lack("process", f"It offers {slot.process}, not {wanted}.", wanted, slot.process)]
    place = shelf.places.get(slot.work_centre_id)
    row = None if place is None else shelf.rows[place]
    if row is None:
        return [Lack("listing", "Its listing is not public any more.", None, None)]
    return lacks(row, listing_needs(question)) or _answered(slot, question, row, today)


def _answered(slot: SpareSlot, question: Question, row: Listed, today: Charging) -> Answer | list[Lack]:
    try:
        routing = offering.own_routing(question, row)
        minutes = max(1, routing.machine_minutes(question.wanted.quantity))
        rates = replace(offering.rates_of(row, question), spare_bps=slot.discount_bps)
        if lacking := _lacking(slot, minutes) or _chained(question, row, minutes):
            return lacking
        sourced = _sourced(routing)
        found = answering.of_one_card(question, row, sourced, rates, _days(slot), today, machine_min=minutes)
    except (LotTooLarge, ConstantsImpossible):
        return [Lack("lot_too_large", UNABLE["lot_too_large"], None, None)]
    if found.total_minor == 0:
        return [Lack("no_price", UNABLE["no_price"], None, None)]
    if not CHARGE_LIMITS[question.wanted.currency].allow(found.total_minor):
        return [Lack("not_payable", UNABLE["not_payable"], found.total_minor, None)]
    return replace(found, slot_id=slot.id)


def _sourced(routing: Routing) -> Routing:
    """The routing with the source of a slot's discount in the legend of its tree."""
    return replace(routing, sources={**routing.sources, "slot": sources()["slot"]})


def _lacking(slot: SpareSlot, minutes: int) -> list[Lack]:
    """Why a lot of so many minutes is none of the slot's bookings."""
    lacking = []
    if minutes < slot.least_min:
        says = f"A booking takes {slot.least_min} minutes at least; the lot takes {minutes}: ask for more pieces."
        lacking.append(Lack("least_minutes", says, minutes, slot.least_min))
    if minutes > slot.free_min:
        says = f"The lot takes {minutes} minutes; {slot.free_min} of the slot are free: ask for fewer pieces."
        lacking.append(Lack("minutes", says, minutes, slot.free_min))
    return lacking


def _chained(question: Question, row: Listed, minutes: int) -> list[Lack]:
    """A slot is minutes of one work centre: a lot that goes on elsewhere in its house is dated with all of them."""
    if not offering.chain_of(row, question, minutes):
        return []
    says = "Its house finishes this lot on other machines too; ask all factories for a quote."
    return [Lack("chain", says, None, None)]


def _days(slot: SpareSlot) -> Slot:
    """A booking's minutes lie anywhere in the slot, so that it is done with the slot's last day."""
    return Slot(slot.first_day - ONE_DAY, slot.last_day)
