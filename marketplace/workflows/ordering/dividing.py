"""How what a customer pays for a job is divided, as its factory sees it: its price, its tax, the platform's part."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.kernel.actor import Actor
from marketplace.orders import queries as orders
from marketplace.orders.models import ShareKind
from marketplace.quoting import queries as quotes
from marketplace.quoting.frozen import UNTAXED


@dataclass(frozen=True, slots=True)
class Division:
    """The parts of what is paid for a job, less what went back of it, in minor units."""

    currency: str
    total_minor: int
    price_minor: int
    """The factory's, before the tax that it owes itself."""
    tax_minor: int
    """The factory's tax on the sale: it is sent with its price, and the factory declares it."""
    fee_minor: int
    fee_tax_minor: int
    """The platform's tax on its fee, on the commission invoice: the factory has paid it out of its part."""
    taxed: Mapping[str, Any]


def of_job(job_id: UUID, *, by: Actor) -> Division:
    """How a job of the factory's own is divided now. Raises JobNotFound."""
    job, shares = orders.shares_for_factory(by, job_id)
    parts = {
        (kind, is_ours): sum(
            each.amount_minor for each in shares if (each.kind, each.party_id is not None) == (kind, is_ours)
        )
        for kind in ShareKind
        for is_ours in (False, True)
    }
    return Division(
        currency=job.currency,
        total_minor=sum(parts.values()),
        price_minor=parts[ShareKind.FACTORY, True],
        tax_minor=parts[ShareKind.TAX, True],
        fee_minor=parts[ShareKind.PLATFORM_FEE, False],
        fee_tax_minor=parts[ShareKind.TAX, False],
        taxed=quotes.tax_of(job.offer_id) or UNTAXED,
    )
