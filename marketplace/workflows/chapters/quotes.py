"""What was agreed: each quote with the offer that was taken, its price in full, as tools/recompute.py takes it."""

from collections.abc import Iterator
from typing import Any

from marketplace.attachments.models import Side
from marketplace.quoting.frozen import FrozenOffer
from marketplace.workflows.chapters import queries
from marketplace.workflows.chapters.values import File, Scope, as_json, columns

AMOUNTS = {
    "total": "total_minor",
    "unit_price": "unit_minor",
    "factory_price": "factory_minor",
    "platform_fee": "fee_minor",
    "royalty": "royalty_minor",
    "net": "net_minor",
    "tax": "tax_minor",
    "delivery": "delivery_minor",
}
"""What is shown beside the tree, by the names of the API."""
INNER = ("organisation_id", "requested_by", "explanation", "left_out", "facets")
"""The first two name persons, the others are in the price tree or about others' listings."""


def chapter(scope: Scope) -> Iterator[File]:
    """quotes/…; a factory sees its price in its job."""
    if scope.side is Side.CUSTOMER:
        for quote, offer in queries.quotes_of(scope.order):
            yield as_json(f"quotes/{quote.id}.json", {**columns(quote, but=INNER), "offers": [_offer(offer)]})


def _offer(offer: FrozenOffer) -> dict[str, Any]:
    return {
        "id": offer.id,
        "factory_id": offer.factory_id,
        "machine_min": offer.machine_min,
        "finish_by": offer.finish_by,
        "ships_on": offer.ships_on,
        **{name: {"minor": getattr(offer, column), "currency": offer.currency} for name, column in AMOUNTS.items()},
        "taxed": offer.taxed,
        "breakdown": offer.explained_breakdown,
    }
