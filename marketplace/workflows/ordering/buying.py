"""What an order takes over from a quote, exactly as it was frozen."""

from uuid import UUID

from marketplace.capability.catalogue import materials, processes
from marketplace.costing.sampling import level
from marketplace.orders.placing import Address, Bought
from marketplace.quoting.models import Offer, Quote


def bought(
    quote: Quote, offer: Offer, hold_id: UUID, *, address: Address | None = None, first_article: bool = False
) -> Bought:
    """The order's line and job: the price and dates of one offer, and what its quote asked for.

    `first_article`: whether the customer asks for one with the order, whatever the inspection level of the quote.
    """
    return Bought(
        quote_id=quote.id,
        offer_id=offer.id,
        revision_id=quote.revision_id,
        factory_id=offer.factory_id,
        work_centre_id=offer.work_centre_id,
        hold_id=hold_id,
        process=quote.process,
        material=quote.material,
        description=f"{processes()[quote.process].name_en}, {materials()[quote.material].name_en}",
        quantity=quote.quantity,
        currency=quote.currency,
        total_minor=offer.total_minor,
        factory_minor=offer.factory_minor,
        fee_minor=offer.fee_minor,
        tax_minor=offer.tax_minor,
        tax=offer.tax,
        fee_tax_minor=offer.fee_tax_minor,
        ships_on=offer.ships_on,
        address=address,
        asks_first_article=asks_first_article(quote, first_article),
    )


def asks_first_article(quote: Quote, is_wished: bool) -> bool:
    """Whether a job stops after its first piece: the inspection level says so, or the customer with the order."""
    return is_wished or level(quote.inspection).has_first_article
