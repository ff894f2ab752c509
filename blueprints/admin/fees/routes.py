"""The platform's fee, seen by staff: every rate there was, and the next."""

from blueprints.admin.door import door
from blueprints.admin.fees.schemas import DecideFee, FeePage, FeeQuery, ShowFee
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.ports import settings
from marketplace.fees import queries, service
from marketplace.fees.models import FeeRate
from marketplace.fees.paging import FeeRequest
from marketplace.fees.service import FeeDecision
from marketplace.kernel.paging import Page
from marketplace.kernel.transaction import transaction

fees = door.room("fee-rates", "What the platform asks of factories' prices, each from a day on.")


@fees.get("")
@fees.arguments(FeeQuery, location="query")
@fees.response(200, FeePage)
def browse(wanted: FeeRequest) -> Page[FeeRate]:
    """List the fees that were decided, newest first."""
    return queries.page_for_staff(wanted)


@fees.post("")
@fees.arguments(DecideFee)
@fees.response(201, ShowFee)
@idempotent
def decide(terms: FeeDecision, once: Once) -> FeeRate:
    """Put a fee in force from a day on, with a reason that the organisation reads; offers made before keep theirs."""
    who, usual_bps = actor(), settings().platform_fee_bps
    with transaction():
        made = once(lambda: service.decide(terms, usual_bps=usual_bps, by=who).id, caller_id=who.user_id)
        return queries.one(made)
