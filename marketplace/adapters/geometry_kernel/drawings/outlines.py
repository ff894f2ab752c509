"""What a drawing looks like: its lines in the plane, in millimetres, each an array (n, 2) of points.

Curves are followed within `FOLLOWED_MM`, so that these arrays are for pictures and nesting; lengths and areas of a
measurement come from the curves themselves.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]

FOLLOWED_MM: Final = 0.02
"""How far a polyline may lie from the curve it follows: a tenth of a laser's kerf."""


@dataclass(frozen=True, slots=True)
class Region:
    """One part: its outer loop and the holes in it; the first point of a loop is repeated as its last."""

    outer: Points
    holes: tuple[Points, ...] = ()


@dataclass(frozen=True, slots=True)
class Outlines:
    """A drawing sorted into parts and lines that bound none.

    `open_chains` are cut lines that bound no part: chains with loose ends and loops that cross.
    """

    regions: tuple[Region, ...]
    open_chains: tuple[Points, ...] = ()
    bends: tuple[Points, ...] = ()
    engravings: tuple[Points, ...] = ()
