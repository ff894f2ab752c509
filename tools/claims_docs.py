"""Draws what follows from the code in docs/claims.md: states, times, remedies: `python -m tools.claims_docs`."""

from collections.abc import Callable, Mapping
from typing import Final

from marketplace.claims import rules
from marketplace.claims.invariants import INVARIANTS
from marketplace.claims.models import Remedy
from marketplace.claims.states import CLAIM, REMEASUREMENT
from marketplace.orders.rules import MADE_AGAIN
from marketplace.reputation import rules as reputation
from marketplace.reviews.invariants import INVARIANTS as REVIEW_INVARIANTS
from tools.papers import ROOT, table, written
from tools.rfq_docs import diagram

PAPER: Final = ROOT / "docs" / "claims.md"

TIMES: Final = (
    ("the factory answers a claim", rules.ANSWER_TIME, "it counts as accepted"),
    ("the customer takes an offer further", rules.FURTHER_TIME, "it counts as agreed to"),
    ("the customer takes a rejection further", rules.FURTHER_TIME, "the claim is dropped"),
    ("the customer looks at goods that are kept, at least", rules.LEAST_TO_LOOK, "they count as accepted"),
)
DONE: Final[Mapping[Remedy | None, tuple[str, str]]] = {
    Remedy.REMAKE: ("in_production", f"None. If the remake is given up: {MADE_AGAIN.why}"),
    Remedy.PART_REFUND: ("shipped", "The amount goes back at once, by the parties' shares."),
    Remedy.RETURN: ("cancelled", "All that was paid for the job goes back at once."),
    None: ("shipped", "None."),
}


PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "states of a claim": lambda: diagram(CLAIM),
    "states of a re-measurement": lambda: diagram(REMEASUREMENT),
    "times": lambda: table(("within", "days", "otherwise"), [(who, time.days, then) for who, time, then in TIMES]),
    "remedies": lambda: table(
        ("remedy", "the job is then", "money"), [(remedy or "none", *done) for remedy, done in DONE.items()]
    ),
    "figures": lambda: table(
        ("figure", "unit", "what it means"),
        [(name, reputation.UNITS[name], means) for name, means in reputation.MEANS.items()],
    ),
    "formula": lambda: f"{reputation.FORMULA}; prior_weight = {reputation.PRIOR_WEIGHT}.",
    "invariants": lambda: table(
        ("id", "always true"), [(each.id, each.says) for each in (*INVARIANTS, *REVIEW_INVARIANTS)]
    ),
}


def main() -> None:
    PAPER.write_text(written(PAPER.read_text(encoding="utf-8"), PARTS), encoding="utf-8")


if __name__ == "__main__":
    main()
