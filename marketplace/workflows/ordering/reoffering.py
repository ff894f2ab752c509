"""A job that its factory does not make goes to the next best offer of the same quote, if the customer wants that."""

from typing import NamedTuple
from uuid import UUID

from marketplace.capacity import queries as capacity_rows
from marketplace.capacity.errors import CapacityTaken
from marketplace.capacity.models import Hold
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.listings import queries as listings
from marketplace.orders import placing, sharing
from marketplace.orders.models import Job
from marketplace.orders.rules import ANSWER_TIME
from marketplace.quoting import queries as quotes
from marketplace.quoting.models import Offer, Quote
from marketplace.workflows.money import refunding
from marketplace.workflows.ordering import holding
from marketplace.workflows.ordering.buying import bought


class Left(NamedTuple):
    """What may take a job's place: offers of factories that were not asked yet, the customer's best first."""

    quote: Quote
    offers: list[Offer]


def left(job: Job) -> Left:
    """The offers that may take the job's place: live, no dearer than what was paid for it, and in time.

    Locks their listings and work centres, and the job's, each kind by its ids: no two such moves wait for each other.
    """
    line = next(each for each in job.order.lines if each.number == job.line_number)
    asked = [each.factory_id for each in job.order.jobs if each.line_number == job.line_number]
    quote, offers = quotes.offers_left(line.quote_id, without=asked)
    _, most = _funds(job)
    until = job.order.no_later_than
    fit = [each for each in offers if each.total_minor <= most and (until is None or each.ships_on <= until)]
    live = listings.stay_live({each.listing_id for each in fit})
    fit = [each for each in fit if each.listing_id in live]
    capacity_rows.locked_places({job.work_centre_id, *(job.hold.elsewhere or ()), *holding.places(fit)})
    return Left(quote, fit)


def to_the_best_of(those: Left, job: Job, *, why: str, by: Actor) -> bool:
    """Offer the line to the first that still has its minutes; whether there was one. What it costs less goes back."""
    payment_id, _ = _funds(job)
    for offer in those.offers:
        hold = _held(offer, those.quote.quantity)
        if hold is not None:
            refunding.refund(job, sharing.total_minor(job) - offer.total_minor, reason=why, by=by)
            sharing.give_up(job, offer.total_minor, why=why)
            placing.put_in_place_of(job, bought(those.quote, offer, hold.id), payment_id=payment_id, by=by)
            return True
    return False


def _funds(job: Job) -> tuple[UUID, int]:
    """The order's own payment, and how much of it is this job's; the payments of its changes go back."""
    payment_id, parties = next(iter(sharing.entitled(job).items()))
    return payment_id, sum(parties.values())


def _held(offer: Offer, pieces: int) -> Hold | None:
    """The offer's minutes, kept for its factory's answer, if they are still free."""
    try:
        return holding.hold(offer, pieces=pieces, expires_at=clock.now() + ANSWER_TIME)
    except CapacityTaken:
        return None
