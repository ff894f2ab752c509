"""Writes the parts of docs/messages.md that follow from the code: `python -m tools.messages_docs`."""

from typing import Final

from marketplace.notifications.kinds import TITLES
from tools import papers

PAPER: Final = papers.ROOT / "docs" / "messages.md"


def main() -> None:
    PAPER.write_text(written(PAPER.read_text(encoding="utf-8")), encoding="utf-8")


def written(paper: str) -> str:
    """The paper with its parts written anew. Raises ValueError where a mark is missing."""
    return papers.written(paper, {"notices": notices})


def notices() -> str:
    """Everything that people are told."""
    return papers.table(("kind", "says"), [(f"`{kind}`", title) for kind, title in TITLES.items()])


if __name__ == "__main__":
    main()
