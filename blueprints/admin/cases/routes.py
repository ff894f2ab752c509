"""Cases: what is to be examined, with all that a decision needs, and the decision."""

from typing import Any
from uuid import UUID

from blueprints.admin.cases.schemas import (
    CasePage,
    CaseQuery,
    DecideCase,
    ReportListing,
    ShowCase,
    ShowCaseFile,
    ShowStaffDecision,
)
from blueprints.admin.door import door
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from marketplace.kernel.paging import Page
from marketplace.kernel.transaction import transaction
from marketplace.moderation import queries
from marketplace.moderation.models import Case, Decision
from marketplace.moderation.paging import CaseRequest
from marketplace.workflows import moderating

cases = door.room("cases", "What is examined: submissions, reports and appeals.")
reports = door.room("listings", "Live listings that the staff has doubts about.")


@cases.get("")
@cases.arguments(CaseQuery, location="query")
@cases.response(200, CasePage)
def browse(wanted: CaseRequest) -> Page[Case]:
    """List cases, newest first; `state=open` are those to be decided."""
    return queries.page(wanted)


@cases.get("/<uuid:case_id>")
@cases.response(200, ShowCaseFile)
def show(case_id: UUID) -> moderating.CaseFile:
    """Show a case with its listing, work centre, current rate card, and every decision about the listing so far."""
    return moderating.case_file(case_id)


@cases.post("/<uuid:case_id>/decide")
@cases.arguments(DecideCase)
@cases.response(201, ShowStaffDecision)
@idempotent
def decide(verdict: dict[str, Any], case_id: UUID, once: Once) -> Decision:
    """Decide a case with a reason; the listing moves, and its factory reads the statement.

    An appeal is decided by another person than the one who took the decision, unless the staff is one person.
    """
    with transaction():
        decision_id = once(lambda: moderating.decide(case_id, by=actor(), **verdict).id)
        return queries.decision(decision_id)


@reports.post("/<uuid:listing_id>/report")
@reports.arguments(ReportListing)
@reports.response(201, ShowCase)
@idempotent
def report(doubts: dict[str, Any], listing_id: UUID, once: Once) -> Case:
    """Have a live listing examined again; it stays public until that is decided."""
    with transaction():
        case_id = once(lambda: moderating.report(listing_id, grounds=doubts["grounds"], by=actor()).id)
        return queries.for_staff(case_id)
