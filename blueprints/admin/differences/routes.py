"""What our books and the payment provider's do not agree on; while it is about money, nothing goes to sellers."""

from typing import Any
from uuid import UUID

from blueprints.admin.differences.schemas import DifferencePage, DifferenceQuery, ExplainDifference, ShowDifference
from blueprints.admin.door import door
from blueprints.http.identity import actor
from marketplace.kernel.paging import Page
from marketplace.kernel.transaction import transaction
from marketplace.reconciliation import queries
from marketplace.reconciliation.paging import DifferenceRequest
from marketplace.reconciliation.queries import Told
from marketplace.workflows.money import reconciling

differences = door.room("differences", "What our books and the provider's do not agree on, and why.")


@differences.get("")
@differences.arguments(DifferenceQuery, location="query")
@differences.response(200, DifferencePage)
def browse(wanted: DifferenceRequest) -> Page[Told]:
    """List differences, newest first: the open ones, unless told otherwise."""
    with transaction():
        return queries.page_of_differences(wanted)


@differences.get("/<uuid:difference_id>")
@differences.response(200, ShowDifference)
def show(difference_id: UUID) -> Told:
    """Show one difference, and what became of it."""
    with transaction():
        return queries.told(difference_id)


@differences.post("/<uuid:difference_id>/explain")
@differences.arguments(ExplainDifference)
@differences.response(200, ShowDifference)
def explain(why: dict[str, Any], difference_id: UUID) -> Told:
    """Say why the books differ; once no difference of money is open, what waited for it goes on."""
    with transaction():
        reconciling.explain(difference_id, reason=why["reason"], by=actor())
    with transaction():
        return queries.told(difference_id)
