"""Draws what follows from the code in docs/production.md, states from moves: `python -m tools.production_docs`."""

from collections.abc import Callable, Mapping
from typing import Final

from marketplace.production.invariants import INVARIANTS
from marketplace.production.states import FIRST_ARTICLE, SUBCONTRACT
from tools.papers import ROOT, table, written
from tools.rfq_docs import diagram

PAPER: Final = ROOT / "docs" / "production.md"

PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "states of a first article": lambda: diagram(FIRST_ARTICLE),
    "states of a subcontract": lambda: diagram(SUBCONTRACT),
    "invariants": lambda: table(("id", "always true"), [(each.id, each.says) for each in INVARIANTS]),
}


def main() -> None:
    PAPER.write_text(written(PAPER.read_text(encoding="utf-8"), PARTS), encoding="utf-8")


if __name__ == "__main__":
    main()
