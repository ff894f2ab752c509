"""What a moderation decision does to a listing: both are written in one transaction, the caller's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.capability import queries as capability
from marketplace.capability.models import RateCard
from marketplace.jobs.queue import Task, later
from marketplace.kernel.actor import Actor, Role
from marketplace.listings import queries as listings
from marketplace.listings.models import Listing, ListingState
from marketplace.moderation import queries, rules, service
from marketplace.moderation.errors import DecidedByStaffOnly, OutcomeNotPossible
from marketplace.moderation.models import Case, CaseKind, CaseState, Decision, Outcome
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind

STATE_AFTER: Final = {
    Outcome.APPROVE: ListingState.LIVE,
    Outcome.REJECT: ListingState.REJECTED,
    Outcome.SUSPEND: ListingState.SUSPENDED,
}

TOLD_AFTER: Final = {
    Outcome.APPROVE: NoticeKind.LISTING_APPROVED,
    Outcome.REJECT: NoticeKind.LISTING_REJECTED,
    Outcome.SUSPEND: NoticeKind.LISTING_SUSPENDED,
}


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with all that a decision needs."""

    case: Case
    possible: list[Outcome]
    listing: Listing
    rate_card: RateCard | None
    decisions: Sequence[Decision]


def case_file(case_id: UUID) -> CaseFile:
    """A case, its listing with work centre and current rates, and every decision so far. Raises CaseNotFound."""
    case = queries.for_staff(case_id)
    listing = listings.for_staff(case.subject_id)
    return CaseFile(
        case=case,
        possible=_possible(case),
        listing=listing,
        rate_card=capability.current_card(listing.work_centre_id),
        decisions=queries.decisions_on(listing.id),
    )


def _possible(case: Case) -> list[Outcome]:
    if case.state is not CaseState.OPEN:
        return []
    return sorted(rules.possible(case.kind, appealed=case.appealed.outcome if case.appealed else None))


def decide(case_id: UUID, outcome: Outcome, *, reason: str, by: Actor) -> Decision:
    """Decide a case and move its listing accordingly; a decision that upholds the state moves nothing.

    The listing is locked first, then the case, as everywhere. Raises CaseNotFound, and what
    `moderation.decide` raises.
    """
    listing = listings.to_change(queries.for_staff(case_id).subject_id)
    case = queries.to_decide(case_id)
    decision = service.decide(case, outcome, reason=reason, by=by)
    if listing.state is not STATE_AFTER[outcome]:
        listing.move(STATE_AFTER[outcome], by=by, reason=decision.reason)
        if listing.state is ListingState.LIVE:
            later(Task.MATCH_LISTING, listing_id=str(listing.id))
    audit.record(
        by,
        "case.decided",
        case,
        outcome=outcome,
        reason=decision.reason,
        listing_id=listing.id,
        decision_id=decision.id,
    )
    notifications.tell(listing.organisation_id, TOLD_AFTER[outcome], listing, text=decision.statement)
    return decision


def report(listing_id: UUID, *, grounds: str, by: Actor) -> Case:
    """Have a live listing examined again.

    Raises DecidedByStaffOnly, ListingNotFound, OutcomeNotPossible, CaseOpenAlready.
    """
    if not by.is_staff:
        raise DecidedByStaffOnly("Only a person of the staff opens a case on another's listing.")
    listing = listings.to_change(listing_id)
    if listing.state is not ListingState.LIVE:
        raise OutcomeNotPossible("Only a live listing can be suspended; this one is not public.", state=listing.state)
    case = service.open_case(listing, CaseKind.REPORT, grounds=grounds, by=by)
    audit.record(by, "listing.reported", listing, case_id=case.id, grounds=grounds)
    return case


def appeal(listing: Listing, *, text: str, by: Actor) -> Case:
    """The party asks for the standing decision to be looked at again. The listing comes locked.

    Raises RoleTooSmall below manager, NothingToAppeal, AppealTooLate, AppealedAlready, CaseOpenAlready.
    """
    by.needs(Role.MANAGER)
    case = service.appeal(listing, text=text, by=by)
    audit.record(by, "decision.appealed", listing, case_id=case.id, decision_id=case.appeals_decision_id)
    return case
