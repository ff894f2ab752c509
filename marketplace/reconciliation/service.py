"""Writing a comparison down, and a person who says why the books differ."""

from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.audit import service as audit
from marketplace.kernel import transaction
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.reconciliation import queries
from marketplace.reconciliation.errors import ExplainedByStaffOnly
from marketplace.reconciliation.models import Difference, Reconciliation, Scope
from marketplace.reconciliation.states import DifferenceKind, DifferenceState
from marketplace.reconciliation.values import Finding, Total


def record(
    scope: Scope, findings: Sequence[Finding], *, totals: Sequence[Total], counted: Mapping[str, Any]
) -> Reconciliation:
    """Write a comparison down: what it found for the first time is open, what it did not find any more is resolved."""
    transaction.inside()
    queries.alone()
    there = {_found(each): each for each in queries.unresolved()}
    for finding, difference in there.items():
        if finding not in findings and _was_looked_at(difference, scope):
            difference.move(DifferenceState.RESOLVED, by=SYSTEM)
    session().flush()
    new = [each for each in dict.fromkeys(findings) if each not in there]
    run = Reconciliation(
        id=new_id(),
        scope=scope,
        differences=len(set(findings)),
        opened=len(new),
        totals=[_shown(each) for each in totals],
        **counted,
    )
    session().add(run)
    session().flush()
    session().add_all([_difference(each, run) for each in new])
    session().flush()
    return run


def _was_looked_at(difference: Difference, scope: Scope) -> bool:
    """The sums are those of a whole comparison; all else that was ever found is looked at in each."""
    return difference.kind is not DifferenceKind.TOTAL or scope is Scope.WHOLE


def _found(difference: Difference) -> Finding:
    return Finding(
        kind=difference.kind,
        about=difference.about,
        says=difference.says,
        order_id=difference.order_id,
        currency=difference.currency,
        ours_minor=difference.ours_minor,
        theirs_minor=difference.theirs_minor,
    )


def _difference(finding: Finding, run: Reconciliation) -> Difference:
    return Difference(
        id=new_id(),
        found_in=run.id,
        kind=finding.kind,
        about=finding.about,
        says=finding.says,
        order_id=finding.order_id,
        currency=finding.currency,
        ours_minor=finding.ours_minor,
        theirs_minor=finding.theirs_minor,
        state=DifferenceState.OPEN,
    )


def _shown(total: Total) -> dict[str, Any]:
    return {"currency": total.currency, "ours_minor": total.ours_minor, "theirs_minor": total.theirs_minor}


def explain(difference: Difference, *, reason: str, by: Actor) -> None:
    """A person says why the books differ here; the row is locked. Raises ExplainedByStaffOnly, IllegalMove."""
    transaction.inside()
    if by.user_id is None or not by.is_staff:
        raise ExplainedByStaffOnly("Only a person of the staff explains a difference.")
    difference.move(DifferenceState.EXPLAINED, by=by, reason=reason)
    audit.record(by, "difference.explained", difference, reason=reason, about=difference.about)
