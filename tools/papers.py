"""Papers in docs/ whose tables, trees and diagrams follow from the code, between marks that stay."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
_END: Final = "<!-- end -->"


def written(paper: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """The paper with each part, by the name in its mark, written anew. Raises ValueError where a mark is missing."""
    for name, made in parts.items():
        mark = f"<!-- generated: {name} -->\n"
        before, found, rest = paper.partition(mark)
        _, ended, after = rest.partition(_END)
        if not found or not ended:
            raise ValueError(f"no place for the {name} in the paper")
        paper = f"{before}{mark}\n{made()}\n\n{_END}{after}"
    return paper


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
