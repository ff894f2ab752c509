"""Requests for quotation across the house: from a part to a request, from a factory's lines to a bid, and from an
accepted bid to a quote that is ordered like any other.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from marketplace.capability import catalogue, certificates
from marketplace.capability import queries as capability
from marketplace.capability.catalogue import MaterialUnknown, material_for
from marketplace.capability.models import WorkCentre
from marketplace.capacity import queries as capacity
from marketplace.costing import bids as reckoning
from marketplace.costing.bids import BidPrice, Group
from marketplace.costing.errors import ThicknessNotAsked
from marketplace.costing.rates import Charges
from marketplace.costing.sampling import level
from marketplace.costing.tolerances import tolerance
from marketplace.fees import service as fees
from marketplace.geometry.values import Measurement
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.money import Money
from marketplace.listings import queries as listings
from marketplace.listings.models import ListingState
from marketplace.manufacturability import judging
from marketplace.parts import queries as revisions
from marketplace.parts import service as parts
from marketplace.payments import rules as payments
from marketplace.quoting import awarding as quoting
from marketplace.quoting.awarding import Awarded
from marketplace.quoting.models import Quote
from marketplace.rfqs import answering, asking, bidding, deciding, rules
from marketplace.rfqs.asking import Guests, Request
from marketplace.rfqs.bidding import BidTerms, Reckoned
from marketplace.rfqs.errors import (
    CentreNotListed,
    MinutesTooFew,
    QuantityNotAsked,
    ShipDateImpossible,
)
from marketplace.rfqs.models import Bid, Bidder, Rfq
from marketplace.rfqs.queries import customers, factories
from marketplace.rfqs.rules import Fit, SortBy
from marketplace.rfqs.states import BidState, RfqState
from marketplace.workflows.pricing import charging
from marketplace.workflows.pricing.charging import tax_on_fee

UNCHARGED: Final = Charges()


def ask(wanted: Request, *, by: Actor) -> Rfq:
    """Ask chosen or all eligible factories for bids. Open geometry may be asked for: a person prices it.

    Raises RevisionNotFound, StillMeasuring, FileWasRefused, UnitsUnconfirmed (Q3), CurrencyUnknown, ProcessUnknown,
    MaterialUnknown, MaterialNotForProcess, ToleranceUnknown, InspectionUnknown, CertificateUnknown,
    ThicknessNotAsked, and what `asking.ask` raises.
    """
    measured = parts.priceable(revisions.revision_to_quote(by, wanted.revision_id))
    Money(0, wanted.currency)
    _check_material(wanted.processes, wanted.material)
    tolerance(wanted.tolerance)
    level(wanted.inspection)
    certificates.check(wanted.certificates)
    if wanted.thickness_um is not None and measured.drawing is None:
        raise ThicknessNotAsked("The file says how thick this part is; state a thickness of flat drawings only.")
    return asking.ask(wanted, box_mm=measured.box_mm, by=by)


def invite(rfq: Rfq, guests: Guests, *, by: Actor) -> None:
    """Invite more factories to a request that comes locked; see `asking.invite`."""
    asking.invite(rfq, guests, box_mm=_measured(rfq).box_mm, by=by)


def bid(rfq_id: UUID, terms: BidTerms, *, by: Actor, fee_bps: int) -> Bid:
    """Reckon what a factory's lines come to, see that it has the minutes before the ship date, and write the bid down.

    Raises RfqNotFound, RfqOver, RfqClosed, TermsNotAgreed, QuantityNotAsked, MinutesTooFew, WorkCentreUnknown,
    CentreNotListed, CentreNotCleared, DayOutOfReach, ShipDateImpossible, BidOutOfRange, AmountNotPayable,
    TooManyVersions.
    """
    invitation = factories.for_factory_to_change(by, rfq_id)
    answering.refuse_unless_bidding(invitation)
    rfq = invitation.rfq
    if terms.quantity not in rfq.quantities:
        raise QuantityNotAsked("Bid for one of the quantities that were asked for.", quantities=rfq.quantities)
    paid = reckoning.machine_minutes(terms.lines, terms.quantity)
    if terms.machine_min < paid:
        raise MinutesTooFew(f"Your lines are paid for {paid} machine minutes; reserve at least as many.", least=paid)
    centre = capability.work_centre(by, terms.work_centre_id)
    listing_id = factories.live_listing_of(centre.id)
    if listing_id is None:
        raise CentreNotListed("Have this work centre listed first: only what is public may be ordered.")
    answering.refuse_unless_cleared(rfq, centre)
    rules.check_day(terms.ships_on, now=clock.now())
    finish_by = terms.ships_on - timedelta(days=centre.handling_days)
    _refuse_unless_free(centre, terms.machine_min, finish_by)
    price = priced(rfq, terms, fee_bps=fees.of_factory(by.organisation, usual_bps=fee_bps))
    _refuse_unless_payable(price)
    return bidding.bid(invitation, terms, Reckoned(price, listing_id, finish_by), by=by)


def priced(rfq: Rfq, terms: BidTerms, *, fee_bps: int) -> BidPrice:
    """What the lines come to, with its price tree. Raises BidOutOfRange."""
    return reckoning.price(
        terms.lines,
        title=f"{rfq.title}, {catalogue.materials()[rfq.material].name_en}",
        pieces=terms.quantity,
        currency=rfq.currency,
        margin_bps=terms.margin_bps,
        fee_bps=fee_bps,
    )


def accept(rfq_id: UUID, bid_id: UUID, *, by: Actor, valid_days: int, charges: Charges = UNCHARGED) -> Rfq:
    """Take one bid: it is frozen as a quote of one offer, all others are not chosen. Taking it again changes nothing.

    Bids are before tax; the quote has it as one more line. `charges` say where the platform is registered for tax.

    Everything that an order would be refused for is asked first, as the request is over afterwards.
    Raises RfqNotFound, BidNotFound, AnotherAccepted, RfqOver, BidNotOpen, BidExpired, AmountNotPayable,
    CentreNotListed, ShipDateImpossible.
    """
    rfq = customers.for_customer_to_change(by, rfq_id)
    taken = customers.bid_of(rfq, bid_id)
    if rfq.state is RfqState.DECIDED and taken.state is BidState.ACCEPTED:
        return rfq
    deciding.refuse_unless_acceptable(rfq, taken)
    _refuse_unless_payable(taken)
    if not listings.stays_live(taken.listing_id):
        raise CentreNotListed("This factory no longer offers that work centre; accept another bid.")
    _refuse_unless_free(taken.work_centre, taken.machine_min, taken.finish_by)
    quote = _freeze(rfq, taken, valid_days=valid_days, by=by, charges=charges)
    deciding.accept(rfq, taken, quote_id=quote.id, by=by)
    return customers.for_customer(by, rfq.id)


@dataclass(frozen=True, slots=True)
class Compared:
    """One row of the table in which bids stand side by side."""

    bid: Bid
    bidder: Bidder
    groups: dict[Group, int]
    margin_minor: int
    fit: Fit
    is_late: bool

    @property
    def currency(self) -> str:
        return self.bid.currency


def compare(rfq: Rfq, *, quantity: int | None, sort_by: SortBy) -> list[Compared]:
    """The bids of the customer's request side by side, in the order that the customer chose. Raises QuantityNotAsked.

    Nothing of where a factory is enters the rows or their order (F1).
    """
    if quantity is not None and quantity not in rfq.quantities:
        raise QuantityNotAsked("Compare one of the quantities that were asked for.", quantities=rfq.quantities)
    measured = Measurement.from_json(customers.revision_of(rfq).measurement or {})
    return [_row(rfq, each, measured) for each in rules.in_order(customers.compared(rfq, quantity), sort_by)]


def _row(rfq: Rfq, each: Bid, measured: Measurement) -> Compared:
    return Compared(
        bid=each,
        bidder=each.invitation.bidder,
        groups=reckoning.by_group(each.breakdown),
        margin_minor=reckoning.margin_of(each.breakdown),
        fit=rules.fit(each.work_centre, rfq, measured, is_live=each.listing.state is ListingState.LIVE),
        is_late=rules.is_late(each.ships_on, rfq.wanted_on),
    )


def _check_material(processes: Sequence[str], material: str) -> None:
    for process in processes:
        material_for(process, material)
    if material not in catalogue.materials():
        raise MaterialUnknown(f"There is no material {material!r}.", known=sorted(catalogue.materials()))


def _measured(rfq: Rfq) -> Measurement:
    return parts.priceable(rfq.revision)


def _refuse_unless_payable(price: BidPrice | Bid) -> None:
    payments.refuse_unless_payable(
        Money(price.total_minor, price.currency), to_seller=Money(price.factory_minor, price.currency)
    )


def _refuse_unless_free(centre: WorkCentre, minutes: int, finish_by: date) -> None:
    earliest = capacity.finish_date(centre.id, minutes)
    if earliest is None or earliest > finish_by:
        ships = earliest + timedelta(days=centre.handling_days) if earliest else None
        way_out = f"the earliest ship date is {ships}" if ships else "its calendar has not so many at all"
        raise ShipDateImpossible(
            f"This work centre has not {minutes} minutes open up to {finish_by}: {way_out}.", earliest=ships
        )


def _freeze(rfq: Rfq, taken: Bid, *, valid_days: int, by: Actor, charges: Charges) -> Quote:
    """The bid as a quote of one offer, so that checkout orders it as it orders every other. Raises AmountNotPayable."""
    process = taken.work_centre.process
    goes_to = rfq.delivery_country if reckoning.delivers(taken.breakdown) else None
    taxed = charging.for_customer(by, charges).of_factory(taken.invitation.factory_id, goes_to)
    price = BidPrice(taken.currency, taken.total_minor, taken.factory_minor, taken.fee_minor, taken.breakdown)
    if taxed.as_json() is not None:
        price = reckoning.taxed(price, taxed.sale.rate_bps)
        _refuse_unless_payable(price)
    return quoting.freeze_bid(
        Awarded(
            bid_id=taken.id,
            revision_id=rfq.revision_id,
            process=process,
            material=rfq.material,
            quantity=taken.quantity,
            currency=taken.currency,
            tolerance=rfq.tolerance,
            inspection=rfq.inspection,
            thickness_um=rfq.thickness_um,
            certificates=rfq.certificates,
            is_controlled=rfq.is_controlled,
            deliver_to=goes_to,
            listing_id=taken.listing_id,
            factory_id=taken.invitation.factory_id,
            work_centre_id=taken.work_centre_id,
            total_minor=price.total_minor,
            factory_minor=taken.factory_minor,
            fee_minor=taken.fee_minor,
            tax_minor=price.total_minor - taken.total_minor,
            tax=taxed.as_json(),
            fee_tax_minor=tax_on_fee(taxed, taken.fee_minor, taken.currency),
            delivery_minor=reckoning.by_group(taken.breakdown)[Group.DELIVERY],
            machine_min=taken.machine_min,
            finish_by=taken.finish_by,
            ships_on=taken.ships_on,
            tree=price.tree,
            explanation=reckoning.explanation(price.tree),
            findings=[asdict(finding) for finding in judging.findings(_measured(rfq), process)],
        ),
        valid_days=valid_days,
        by=by,
    )
