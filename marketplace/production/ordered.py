"""What was ordered with a job, and where that is written."""

from dataclasses import dataclass
from datetime import date

from marketplace.orders.models import Job, Order
from marketplace.parts.models import Revision
from marketplace.quoting.models import Quote
from marketplace.rfqs.models import Rfq


@dataclass(frozen=True, slots=True)
class Ordered:
    """A job with its changes, its order, the quote it came from, and the part."""

    job: Job
    order: Order
    quote: Quote
    revision: Revision
    part_name: str
    ships_on: date
    """As its offer promised."""
    rfq: Rfq | None
    """Whose bid the offer is, if it is one."""
