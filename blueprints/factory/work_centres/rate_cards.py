"""Rate cards: prices from now on, each set kept."""

from uuid import UUID

from blueprints.factory.work_centres.card_schemas import RateCardPage, SetRateCard, ShowRateCard
from blueprints.factory.work_centres.routes import work_centres
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.schemas import Query
from marketplace.capability import queries, service
from marketplace.capability.models import RateCard
from marketplace.costing import rates
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction


@work_centres.post("/<uuid:work_centre_id>/rate-cards")
@work_centres.arguments(SetRateCard)
@work_centres.response(201, ShowRateCard)
@idempotent
def set_rate_card(prices: rates.RateCard, work_centre_id: UUID, once: Once) -> RateCard:
    """Set new prices; quotes made from now on use them, earlier ones keep theirs."""
    with transaction():
        centre = queries.work_centre_to_change(actor(), work_centre_id)
        card_id = once(lambda: service.set_rate_card(centre, prices, by=actor()).id)
        return queries.rate_card(actor(), card_id)


@work_centres.get("/<uuid:work_centre_id>/rate-cards")
@work_centres.arguments(Query, location="query")
@work_centres.response(200, RateCardPage)
def browse_rate_cards(page: PageRequest, work_centre_id: UUID) -> Page[RateCard]:
    """List the prices that a work centre has had, the present ones first."""
    return queries.page_of_rate_cards(queries.work_centre(actor(), work_centre_id), page)
