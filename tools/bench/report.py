"""The table: what was measured, its target, the machine's limit beside it, and how far we are from that."""

from dataclasses import dataclass
from typing import Final

WIDTHS: Final = (58, 13, 13, 6, 17, 8)
HEADS: Final = ("what", "here", "target", "", "limit", "ratio")


@dataclass(frozen=True)
class Figure:
    """One measured figure; `limit` is what the machine could do at the same work, `target` what we promised."""

    what: str
    value: float
    unit: str
    target: float | None = None
    limit: float | None = None
    is_rate: bool = False
    """More is better; otherwise less is."""

    @property
    def is_met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value >= self.target if self.is_rate else self.value <= self.target

    @property
    def ratio(self) -> float | None:
        """How many times worse than the limit."""
        if not self.limit or not self.value:
            return None
        return self.limit / self.value if self.is_rate else self.value / self.limit

    def cells(self) -> tuple[str, ...]:
        bound = "≥" if self.is_rate else "≤"
        return (
            self.what,
            f"{_short(self.value)} {self.unit}",
            f"{bound} {_short(self.target)} {self.unit}" if self.target is not None else "",
            {None: "", True: "met", False: "MISSED"}[self.is_met],
            f"{_short(self.limit)} {self.unit}" if self.limit is not None else "",
            f"{self.ratio:.1f}×" if self.ratio is not None else "",
        )


def head() -> str:
    return f"{_line(HEADS)}\n{'─' * (sum(WIDTHS) + len(WIDTHS) - 1)}"


def row(figure: Figure) -> str:
    return _line(figure.cells())


def _line(cells: tuple[str, ...]) -> str:
    first, *rest = zip(cells, WIDTHS, strict=True)
    return " ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]).rstrip()


def _short(value: float) -> str:
    """Three significant digits, or whole numbers where there are more."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
