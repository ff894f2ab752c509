"""The published terms of every order."""

from datetime import timedelta
from typing import Any

from blueprints.http.caching import kept_for
from blueprints.public.door import door
from blueprints.public.terms.schemas import ShowTerms
from marketplace.claims import rules as claims
from marketplace.orders import rules

room = door.room("terms", "What holds for every order: times to answer, and what a cancellation costs.")


@room.get("")
@room.response(200, ShowTerms)
@room.alt_response(304, description="Not changed since you read it (If-None-Match).")
@kept_for(300)
def show() -> dict[str, Any]:
    """Show the times and terms of every order."""
    return {
        "answer_hours": rules.ANSWER_TIME // timedelta(hours=1),
        "acceptance_days": rules.ACCEPTANCE_TIME.days,
        "most_counters": rules.COUNTERS,
        "claim_answer_days": claims.ANSWER_TIME.days,
        "claim_further_days": claims.FURTHER_TIME.days,
        "claim_least_days_to_look": claims.LEAST_TO_LOOK.days,
        "cancelling": [
            {"who": side, "state": state, "back_bps": terms.back_bps, "why": terms.why}
            for side, states in rules.CANCELLING.items()
            for state, terms in states.items()
        ],
    }
