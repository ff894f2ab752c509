"""What a drawing draws: strokes with a layer, in millimetres; and what of it was left out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from marketplace.adapters.geometry_kernel.drawings import entities, layers
from marketplace.adapters.geometry_kernel.drawings.blocks import Placed, placed
from marketplace.adapters.geometry_kernel.drawings.curves import Matrix, Piece
from marketplace.adapters.geometry_kernel.drawings.layers import Role
from marketplace.geometry.errors import TooComplex, Unreadable

MAX_POINTS: Final = 1_000_000
SHORTEST_MM: Final = 1e-6
"""What is shorter is a dot."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One entity as it is drawn: pieces end to end."""

    pieces: tuple[Piece, ...]
    layer: str
    role: Role

    @property
    def length_mm(self) -> float:
        """Length along it."""
        return sum(piece.length_mm for piece in self.pieces)


@dataclass(slots=True)
class Strokes:
    """All strokes of a drawing, and how many entities of each sort were left out."""

    drawn: list[Stroke] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    hidden: Counter[str] = field(default_factory=Counter)
    """Entities on layers that are off or frozen, by layer."""
    broken_lines: int = 0
    """Strokes ignored for their kind of line alone."""

    def of(self, role: Role) -> list[Stroke]:
        """The strokes of one role."""
        return [stroke for stroke in self.drawn if stroke.role is role]


def strokes(drawing: Any, unit_mm: float) -> Strokes:
    """The strokes of model space; raises TooComplex, Unreadable, NotFinite or OutOfRange."""
    found = Strokes()
    invisible = {layer.dxf.name.lower() for layer in drawing.layers if layer.is_off() or layer.is_frozen()}
    scale = np.diag([unit_mm, unit_mm, unit_mm, 1.0])
    points = 0
    for item in placed(drawing):
        if item.layer.lower() in invisible:
            found.hidden[_readable(item.layer)] += 1
            continue
        points += _take(item, scale, found)
        if points > MAX_POINTS:
            raise TooComplex(f"The drawing's curves have more than {MAX_POINTS:,} points. Please simplify it.")
    return found


def _take(item: Placed, scale: Matrix, found: Strokes) -> int:
    """Add one entity to what was found; says how many points it has."""
    if entities.is_solid(item.entity):
        raise Unreadable(
            "The drawing holds solids or faces in space. Please export the flat outlines of the part as lines, "
            "or send a STEP file.",
            entity=item.entity.dxftype(),
        )
    curves = entities.curves(item.entity)
    if curves is None:
        found.left_out[item.entity.dxftype()] += 1
        return 0
    matrix = entities.placement(item.entity) @ item.matrix @ scale
    pieces = tuple(_long_enough(curve.drawn(matrix) for curve in curves))
    if pieces:
        role = layers.role(item.layer, item.line_type)
        found.drawn.append(Stroke(pieces, _readable(item.layer), role))
        found.broken_lines += role is Role.IGNORED and layers.role(item.layer, "") is Role.CUT
    return sum(len(piece.points) for piece in pieces)


def _long_enough(pieces: Iterator[Piece]) -> Iterator[Piece]:
    return (piece for piece in pieces if piece.length_mm > SHORTEST_MM)


def _readable(name: str) -> str:
    """A layer's name as it may be shown: bytes in no known code arrive as lone surrogates."""
    return name.encode("utf-8", "replace").decode("utf-8")[:200] or "0"
