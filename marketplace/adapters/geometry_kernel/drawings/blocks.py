"""The entities of model space with blocks in their places, counted before any is drawn.

Blocks may hold blocks: twenty lines of a file can stand for a million entities, so that totals are added up block by
block first, each block once.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from marketplace.adapters.geometry_kernel.drawings.curves import Matrix
from marketplace.geometry.errors import TooComplex, Unreadable

MAX_DEPTH: Final = 16
MAX_DRAWN: Final = 100_000
"""Entities that are drawn, blocks counted in every place."""

DEFAULT_LAYER: Final = "0"
"""What lies on it inside a block takes the layer of the block's place."""
BY_BLOCK: Final = "byblock"


@dataclass(frozen=True, slots=True)
class Placed:
    """An entity where it is drawn."""

    entity: Any
    matrix: Matrix
    layer: str
    line_type: str


def placed(drawing: Any) -> Iterator[Placed]:
    """Every visible entity of model space; raises TooComplex before the first is made."""
    layout = drawing.modelspace()
    if _Totals(drawing).of(layout, "", 0) > MAX_DRAWN:
        raise _too_many()
    yield from _expanded(layout, Placed(None, np.eye(4), DEFAULT_LAYER, "continuous"), drawing)


class _Totals:
    """How many entities each block draws; a block that holds itself is as deep as we go."""

    def __init__(self, drawing: Any) -> None:
        self._drawing = drawing
        self._known: dict[str, tuple[int, int]] = {}

    def of(self, layout: Any, name: str, depth: int) -> int:
        """Entities drawn by the layout, at a depth of nesting; raises TooComplex when it is too deep."""
        return self._counted(layout, name, depth)[0]

    def _counted(self, layout: Any, name: str, depth: int) -> tuple[int, int]:
        if depth > MAX_DEPTH:
            raise _too_many()
        if name in self._known:
            total, height = self._known[name]
            if depth + height > MAX_DEPTH:
                raise _too_many()
            return total, height
        total, height = 0, 0
        for entity in layout:
            total += 1
            if entity.dxftype() == "INSERT" and (block := _block(entity, self._drawing)) is not None:
                inner, inner_height = self._counted(block, _key(entity), depth + 1)
                total += inner * _rows(entity) * _columns(entity)
                height = max(height, inner_height + 1)
        self._known[name] = total, height
        return total, height


def _expanded(layout: Any, host: Placed, drawing: Any) -> Iterator[Placed]:
    for entity in layout:
        here = _inherited(entity, host, drawing)
        if here is None:
            continue
        block = _block(entity, drawing) if entity.dxftype() == "INSERT" else None
        if block is None:
            yield here
            continue
        for matrix in _places(entity, block):
            yield from _expanded(block, Placed(None, matrix @ host.matrix, here.layer, here.line_type), drawing)


def _inherited(entity: Any, host: Placed, drawing: Any) -> Placed | None:
    """The entity with the layer and line type that it takes from its host; None where it is made invisible."""
    if _attribute(entity, "invisible", 0):
        return None
    layer = _attribute(entity, "layer", DEFAULT_LAYER)
    layer = host.layer if layer == DEFAULT_LAYER else layer
    line_type = _attribute(entity, "linetype", "BYLAYER").lower()
    if line_type == BY_BLOCK:
        line_type = host.line_type
    elif line_type == "bylayer":
        line_type = drawing.layers.get(layer).dxf.linetype.lower() if drawing.layers.has_entry(layer) else "continuous"
    return Placed(entity, host.matrix, layer, line_type)


def _attribute(entity: Any, name: str, default: Any) -> Any:
    """An attribute of an entity; kinds that ezdxf does not know have none."""
    return entity.dxf.get(name, default) if entity.dxf.is_supported(name) else default


def _block(insert: Any, drawing: Any) -> Any:
    return drawing.blocks.get(insert.dxf.get("name", ""))


def _key(insert: Any) -> str:
    return str(insert.dxf.name).lower()


def _rows(insert: Any) -> int:
    return max(1, int(insert.dxf.row_count))


def _columns(insert: Any) -> int:
    return max(1, int(insert.dxf.column_count))


def _places(insert: Any, block: Any) -> Iterator[Matrix]:
    """Where the block lies: once, or on a grid that turns with the block but is not scaled with it."""
    dxf = insert.dxf
    system = insert.ocs()
    axes = np.array([tuple(axis) for axis in (system.ux, system.uy, system.uz)])
    turn = math.radians(dxf.rotation)
    turned = np.array([[math.cos(turn), math.sin(turn), 0], [-math.sin(turn), math.cos(turn), 0], [0, 0, 1]]) @ axes
    linear = np.diag([dxf.xscale, dxf.yscale, dxf.zscale]) @ turned
    at = np.array(tuple(dxf.get("insert", (0, 0, 0)))) @ axes - np.array(tuple(block.block.dxf.base_point)) @ linear
    if not np.isfinite([*at, *linear.ravel()]).all():
        raise Unreadable("The drawing places a block at coordinates that are no numbers. Please export it again.")
    for row in range(_rows(insert)):
        for column in range(_columns(insert)):
            matrix = np.eye(4)
            matrix[:3, :3] = linear
            matrix[3, :3] = at + np.array([column * dxf.column_spacing, row * dxf.row_spacing, 0.0]) @ turned
            yield matrix


def _too_many() -> TooComplex:
    return TooComplex(
        f"The drawing draws more than {MAX_DRAWN:,} entities, or nests blocks more than {MAX_DEPTH} deep. "
        "Please explode its blocks and export the part alone."
    )
