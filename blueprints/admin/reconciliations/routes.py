"""Comparisons of our books with the payment provider's."""

from uuid import UUID

from blueprints.admin.door import door
from blueprints.admin.reconciliations.schemas import ReconciliationPage, ShowReconciliation
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.reconciliation import queries
from marketplace.reconciliation.models import Reconciliation

reconciliations = door.room("reconciliations", "Our books beside the provider's: each comparison, and what it found.")


@reconciliations.get("")
@reconciliations.arguments(Query, location="query")
@reconciliations.response(200, ReconciliationPage)
def browse(wanted: PageRequest) -> Page[Reconciliation]:
    """List comparisons, newest first: each hour's, and each night's of everything."""
    with transaction():
        return queries.page_of_runs(wanted)


@reconciliations.get("/<uuid:reconciliation_id>")
@reconciliations.response(200, ShowReconciliation)
def show(reconciliation_id: UUID) -> Reconciliation:
    """Show one comparison; its differences are at /v1/admin/differences?found_in=ID."""
    with transaction():
        return queries.run(reconciliation_id)
