"""Parts as a recogniser sees them: numbered faces of solids made with OpenCASCADE."""

from typing import Any

from OCP.TopAbs import TopAbs_SOLID

from marketplace.adapters.geometry_kernel.brep.part import Part, numbered
from tests.marketplace.adapters.geometry_kernel.geometry_parts import sub_shapes


def part_of(shape: Any, callouts: tuple[Any, ...] = ()) -> Part:
    """A part of the shape's solids, in millimetres."""
    solids = tuple(sub_shapes(shape, TopAbs_SOLID))
    faces, faces_of = numbered(solids)
    return Part(solids, (), faces, faces_of, None, callouts=callouts)
