"""Sheet metal: whether the part is cut from sheet and bent, and what a laser and a press brake make of it.

Flat area, cut length and pierces are closed forms of volume V, area A and Euler characteristic χ for cuts square to the
sheet. A bend's volume is that of its neutral line at K = 0.5, so V/t is the flat area there. What of A is not on the
two sides is cut edge, (A − 2V/t)/t long. A surface with g openings has χ = 2 − 2g, which with the outline makes
2 − χ/2 pierces.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.brep import adjacency, flanges, folds, outlines, topology, unfolding
from marketplace.adapters.geometry_kernel.brep.adjacency import Edges
from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, table
from marketplace.adapters.geometry_kernel.brep.folds import Folded
from marketplace.adapters.geometry_kernel.brep.offsets import offsets
from marketplace.adapters.geometry_kernel.brep.outlines import Outline
from marketplace.adapters.geometry_kernel.brep.part import Part
from marketplace.adapters.geometry_kernel.brep.shapes import rounded
from marketplace.adapters.geometry_kernel.brep.skins import Skins, skins
from marketplace.adapters.geometry_kernel.brep.turned import turned
from marketplace.geometry.features import Hole
from marketplace.geometry.figures import MAX_LISTED
from marketplace.geometry.shape import Sheet, Walls

THIN: Final = 8
"""A sheet is at least this many times as long as it is thick."""

AGREES: Final = 0.1
"""Share by which a typical wall measured by rays may differ from the thickness."""

MOST_FOLDS: Final = 200
"""Parts with more folds are not laid flat: no brake bends them."""


def sheet(
    part: Part,
    *,
    volume_mm3: float,
    area_mm2: float,
    walls: Walls | None,
    holes: Sequence[Hole],
    faces: FaceTable | None = None,
    edges: Edges | None = None,
) -> Sheet | None:
    """The part as sheet metal; None unless it is one body of even thickness that can be laid flat.

    A flat disc is sheet and can be turned; a tube is only turned. `faces` and `edges` are the part's, where they are
    at hand.
    """
    if len(part.solids) != 1 or min(volume_mm3, area_mm2) <= 0 or topology.shells(part.solids[0]) != 1:
        return None
    faces = table(part.faces) if faces is None else faces
    edges = adjacency.edges(faces) if edges is None else edges
    found = offsets(faces)
    skin = skins(faces, edges, found, volume_mm3=volume_mm3, area_mm2=area_mm2)
    if skin is None or not _is_thin(edges, skin) or not _agrees(walls, skin):
        return None
    bent = folds.folded(faces, edges, found, skin)
    if bent.folds and turned(part, faces) is not None:
        return None
    return _sheet(part, bent, edges, holes, volume_mm3, area_mm2)


def _is_thin(edges: Edges, skin: Skins) -> bool:
    points = edges.points[edges.of_all(skin.front)].reshape(-1, 3)
    return len(points) > 0 and float(np.ptp(points, axis=0).max()) > THIN * skin.thickness_mm


def _agrees(walls: Walls | None, skin: Skins) -> bool:
    return walls is None or abs(walls.typical_mm - skin.thickness_mm) <= AGREES * skin.thickness_mm


def _sheet(
    part: Part, bent: Folded, edges: Edges, holes: Sequence[Hole], volume_mm3: float, area_mm2: float
) -> Sheet | None:
    traced = ((number, outlines.outline(edges, flat.rows)) for number, flat in enumerate(bent.flats) if len(flat.rows))
    borders = {number: border for number, border in traced if len(border.outer)}
    is_measurable = len(bent.folds) <= MOST_FOLDS
    box, is_closed = _blank(bent, borders) if is_measurable else (None, False)
    if is_closed:
        return None
    hole = flanges.nearest_hole(bent, borders, holes) if is_measurable else None
    flange = flanges.shortest_flange(bent, borders) if is_measurable else None
    thickness = bent.thickness_mm
    return Sheet(
        thickness_mm=rounded(thickness),
        flat_mm2=volume_mm3 / thickness,
        cut_mm=max(0.0, (area_mm2 - 2 * volume_mm3 / thickness) / thickness),
        pierces=max(1, 2 - topology.euler_characteristic(part.solids[0]) // 2),
        bends=folds.bends(bent.folds)[:MAX_LISTED],
        flat_box_mm=box,
        hole_to_bend_mm=hole and hole[0],
        hole_to_bend_at_mm=hole and hole[1],
        flange_mm=flange and flange[0],
        flange_at_mm=flange and flange[1],
    )


def _blank(bent: Folded, borders: dict[int, Outline]) -> tuple[tuple[float, float] | None, bool]:
    """Long and short side of the blank, where all flats can be laid flat; and whether the section is closed."""
    if not borders:
        return unfolding.rolled_out(bent), False
    places = unfolding.laid_flat(bent, max(borders, key=lambda flat: len(borders[flat].outer)))
    if places is None:
        return None, True
    if len(places) < len(bent.flats):
        return None, False
    flats = [places[number].of(border.outer) for number, border in borders.items()]
    return unfolding.smallest_rectangle(np.concatenate((*flats, unfolding.fold_corners(bent, places)))), False
