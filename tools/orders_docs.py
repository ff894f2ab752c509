"""Draws what follows from the code in docs/orders.md, states from their moves: `python -m tools.orders_docs`."""

from collections.abc import Callable, Mapping
from typing import Final

from marketplace.orders.invariants import INVARIANTS
from marketplace.orders.rules import CANCELLING
from marketplace.orders.states import CHANGE, JOB, ORDER
from tools.papers import ROOT, table, written
from tools.rfq_docs import diagram

PAPER: Final = ROOT / "docs" / "orders.md"


def cancelling() -> str:
    """Who gives up, in which state, what goes back."""
    rows = [
        (
            side,
            state,
            f"{terms.back_bps // 100} %",
            terms.why,
        )
        for side, states in CANCELLING.items()
        for state, terms in states.items()
    ]
    return table(("given up by", "in state", "back of what has not left", "why"), rows)


PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "states of an order": lambda: diagram(ORDER),
    "states of a job": lambda: diagram(JOB),
    "states of a change": lambda: diagram(CHANGE),
    "cancelling": cancelling,
    "invariants": lambda: table(("id", "always true"), [(each.id, each.says) for each in INVARIANTS]),
}


def main() -> None:
    PAPER.write_text(written(PAPER.read_text(encoding="utf-8"), PARTS), encoding="utf-8")


if __name__ == "__main__":
    main()
