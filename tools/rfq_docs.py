"""Draws what follows from the code in docs/rfq.md, states from their tables of moves: `python -m tools.rfq_docs`."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from marketplace.costing.bids import LABELS, UNITS
from marketplace.kernel.lifecycle import Lifecycle
from marketplace.rfqs.invariants import INVARIANTS
from marketplace.rfqs.states import BID, INVITATION, QUESTION, RFQ

PAPER: Final = Path(__file__).resolve().parents[1] / "docs" / "rfq.md"


def diagram(lifecycle: Lifecycle[Any]) -> str:
    """A state diagram (Mermaid), its arrows the moves of the table, in the order of the states."""
    states = list(type(lifecycle.start))
    arrows = [f"    {at} --> {to}" for at in states for to in states if lifecycle.allows(at, to)]
    ends = [f"    {at} --> [*]" for at in states if not lifecycle.moves.get(at)]
    return "\n".join(["```mermaid", "stateDiagram-v2", f"    [*] --> {lifecycle.start}", *arrows, *ends, "```"])


def units() -> str:
    rows = [f"| `{unit}` | {rate.unit} | {rate.divisor:,} |" for unit, rate in UNITS.items()]
    return "\n".join(["| unit | rate in | rate is for so many units |", "|---|---|---|", *rows])


def groups() -> str:
    return ", ".join(f"`{group}`" for group in LABELS)


def invariants() -> str:
    rows = [f"| {each.id} | {each.says} |" for each in INVARIANTS]
    return "\n".join(["| id | always true |", "|---|---|", *rows])


DRAWN: Final[Mapping[str, Callable[[], str]]] = {
    "states of a request": lambda: diagram(RFQ),
    "states of an invitation": lambda: diagram(INVITATION),
    "states of a question": lambda: diagram(QUESTION),
    "states of a bid": lambda: diagram(BID),
    "units": units,
    "groups": groups,
    "invariants": invariants,
}


def drawn(paper: str) -> str:
    """The paper with everything between its marks drawn anew."""
    for name, draw in DRAWN.items():
        between = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- end -->)", re.DOTALL)
        paper, found = between.subn(f"{draw()}\n", paper, count=1)
        assert found == 1, f"the paper has one place for the {name}"
    return paper


def main() -> None:
    PAPER.write_text(drawn(PAPER.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
