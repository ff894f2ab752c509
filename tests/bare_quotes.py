"""Quotes written straight into their tables, to be ordered from: nobody was asked for a price. Rows only, so quick."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.quoting.models import Offer, Quote, RankBy
from marketplace.workflows.ordering.checkout import Choice
from tests.scenes import Shop
from tests.worlds import Person

VALID: timedelta = timedelta(days=300)


def _above(*labels: str) -> dict[str, Any]:
    """A price tree of one branch without its amounts, to the one operation that it pays for."""
    below = [_above(*labels[1:])] if labels[1:] else []
    return {"kind": KINDS[-len(labels)], "label": labels[0], "amount": None, "children": below}


KINDS = ("order", "line", "component", "operation")
ROUTED = {"shape": _above("Order", "Bracket", "Making", "Rough mill")}


def bare_quote(
    customer: Person,
    revision_id: UUID,
    offers: Sequence[tuple[Shop, int]],
    *,
    machine_min: int = 30,
    within_days: int = 25,
    quantity: int = 10,
    is_routed: bool = False,
) -> Choice:
    """A quote with an offer of each shop at its price, inside the caller's transaction; the choice of the first.

    `is_routed`: whether the price pays for an operation, of which its job can be asked.
    """
    until = clock.now().date() + timedelta(days=within_days)
    quote = Quote(
        id=new_id(),
        organisation_id=customer.organisation_id,
        revision_id=revision_id,
        requested_by=customer.user_id,
        process="cnc_milling",
        material="aluminium_6061",
        quantity=quantity,
        currency="EUR",
        rank_by=RankBy.DATE,
        number=1,
        expires_at=clock.now() + VALID,
        eligible=len(offers),
        findings=[],
        explanation=ROUTED if is_routed else {},
    )
    session().add(quote)
    session().flush()
    rows = [
        Offer(
            id=new_id(),
            quote_id=quote.id,
            position=at,
            listing_id=shop.listing_id,
            work_centre_id=shop.work_centre_id,
            factory_id=shop.owner.organisation_id,
            rate_card_id=shop.rate_card_id,
            total_minor=price,
            factory_minor=price - price // 10,
            fee_minor=price // 10,
            machine_min=machine_min,
            finish_by=until,
            ships_on=until,
            figures=[price] * len(KINDS) if is_routed else [price],
        )
        for at, (shop, price) in enumerate(offers, 1)
    ]
    session().add_all(rows)
    session().flush()
    return Choice(quote.id, rows[0].id)
