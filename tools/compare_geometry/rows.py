"""Two figures side by side, how far apart they are, and whether that is too far."""

from dataclasses import dataclass
from typing import Final

Figure = float | str | tuple[float, ...]

WIDTHS: Final = (32, 15, 29, 29, 9, 8)
HEADS: Final = ("file", "figure", "ours", "theirs", "apart", "")


@dataclass(frozen=True)
class Row:
    """One figure of one file. Numbers may differ by `limit`, relative to theirs; words must be the same."""

    file: str
    figure: str
    ours: Figure
    theirs: Figure
    limit: float = 0.0

    @property
    def apart(self) -> float:
        """The largest relative difference; 1 between unequal words."""
        ours, theirs = _numbers(self.ours), _numbers(self.theirs)
        if ours is None or theirs is None:
            return float(self.ours != self.theirs)
        return max(_relative(one, other) for one, other in zip(ours, theirs, strict=True))

    @property
    def agrees(self) -> bool:
        return self.apart <= self.limit


@dataclass(frozen=True)
class Left:
    """A file that was not compared, and why."""

    file: str
    reason: str


def _numbers(figure: Figure) -> tuple[float, ...] | None:
    if isinstance(figure, str):
        return None
    return figure if isinstance(figure, tuple) else (figure,)


def _relative(one: float, other: float) -> float:
    return 0.0 if one == other else abs(one - other) / max(abs(other), 1e-300)


def head() -> str:
    return f"{_line(HEADS)}\n{'─' * (sum(WIDTHS) + len(WIDTHS) - 1)}"


def line(row: Row) -> str:
    verdict = "" if row.agrees else "DIFFERS"
    return _line((row.file, row.figure, _shown(row.ours), _shown(row.theirs), f"{row.apart:.1e}", verdict))


def summary(rows: list[Row], left: list[Left]) -> str:
    """How many figures of how many files were compared, how many differ; files not compared, with the reason."""
    files, differing = {row.file for row in rows}, [row for row in rows if not row.agrees]
    said = [f"{len(rows)} figures of {len(files)} files compared, {len(differing)} beyond the limit."]
    said += [f"Not compared: {item.file}: {item.reason}" for item in left]
    return "\n".join(said)


def _shown(figure: Figure) -> str:
    if isinstance(figure, str):
        return figure
    if isinstance(figure, tuple):
        return " × ".join(f"{side:.6g}" for side in figure)
    return f"{figure:.9g}"


def _line(cells: tuple[str, ...]) -> str:
    first, second, *rest = zip(cells, WIDTHS, strict=True)
    left = [cell[:width].ljust(width) for cell, width in (first, second)]
    return " ".join([*left, *(cell.rjust(width) for cell, width in rest)]).rstrip()
