"""Why does this listing not answer?"""

from uuid import UUID

from blueprints.customer.door import door
from blueprints.customer.listings.schemas import ShowStanding
from blueprints.customer.quotes.schemas import StateRequirement
from blueprints.http.identity import actor
from blueprints.http.ports import charges
from marketplace.quoting.service import Requirement
from marketplace.workflows.pricing import why_not
from marketplace.workflows.pricing.why_not import Standing

listings = door.room("listings", "Whether one listing answers a requirement, and if not, why.")


@listings.post("/<uuid:listing_id>/eligibility")
@listings.arguments(StateRequirement)
@listings.response(200, ShowStanding)
def explain(wanted: Requirement, listing_id: UUID) -> Standing:
    """Say what one live listing answers to a requirement, or every reason why it does not.

    Nothing is written. A reason is one of those that a quote counts in `left_out`, or `process`.
    """
    return why_not.of_listing(listing_id, wanted, by=actor(), charges=charges())
