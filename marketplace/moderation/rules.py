"""What a case may end in, how long an appeal is open, and what the party is told. Pure."""

from datetime import datetime, timedelta
from typing import Final

from marketplace.moderation.models import CaseKind, Outcome

TIME_TO_APPEAL: Final = timedelta(days=30)
LEAST_REASON: Final = 10
"""Characters; fewer explain nothing to anybody."""

OUTCOMES: Final = {
    CaseKind.SUBMISSION: frozenset({Outcome.APPROVE, Outcome.REJECT}),
    CaseKind.REPORT: frozenset({Outcome.APPROVE, Outcome.SUSPEND}),
}

WHAT_HAPPENED: Final = {
    (CaseKind.SUBMISSION, Outcome.APPROVE): "Your listing was examined and is now public.",
    (CaseKind.SUBMISSION, Outcome.REJECT): "Your listing was examined and is not published.",
    (CaseKind.REPORT, Outcome.APPROVE): "Your listing was examined after a report and stays public.",
    (
        CaseKind.REPORT,
        Outcome.SUSPEND,
    ): "Your listing was examined after a report and is suspended: it makes no offers.",
    (CaseKind.APPEAL, Outcome.APPROVE): "Your appeal was examined and succeeds: your listing is now public.",
    (CaseKind.APPEAL, Outcome.REJECT): "Your appeal was examined and does not succeed: your listing stays unpublished.",
    (CaseKind.APPEAL, Outcome.SUSPEND): "Your appeal was examined and does not succeed: your listing stays suspended.",
}

ADVERSE: Final = frozenset({Outcome.REJECT, Outcome.SUSPEND})


def possible(kind: CaseKind, *, appealed: Outcome | None) -> frozenset[Outcome]:
    """The outcomes that a case can have; an appeal upholds the decision or reverses it."""
    if kind is CaseKind.APPEAL and appealed is not None:
        return frozenset({Outcome.APPROVE, appealed})
    return OUTCOMES[kind]


def appeal_until(decided_at: datetime) -> datetime:
    """The last instant at which a decision can be appealed."""
    return decided_at + TIME_TO_APPEAL


def statement(
    kind: CaseKind, outcome: Outcome, *, reason: str, appeal_until: datetime, is_same_examiner: bool = False
) -> str:
    """What the party reads: what happened, why, who looked again, and the way to appeal."""
    paragraphs = [WHAT_HAPPENED[kind, outcome], f"The reason: {reason}"]
    if is_same_examiner:
        paragraphs.append(
            "This marketplace has only one person who can decide, so the person who took the first decision "
            "also examined this appeal."
        )
    paragraphs.append(_way_back(outcome, appeal_until))
    return "\n\n".join(paragraphs)


def _way_back(outcome: Outcome, until: datetime) -> str:
    day = f"{until:%d %B %Y, %H:%M} UTC"
    if outcome in ADVERSE:
        return (
            f"You can appeal until {day}, once, in your own words, from the listing itself. Another person than the "
            "one who decided will examine it, if there is one. You can also withdraw the listing, change it and submit "
            "it again."
        )
    return (
        "This is in your favour, so there is nothing to appeal. A decision against the listing would come with "
        "its own reason and its own way to appeal."
    )
