"""Which way each closed shell must face: bodies outwards, closed rooms inside a body inwards."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes import shells as shells_of
from marketplace.adapters.geometry_kernel.meshes.mesh import Whole
from marketplace.adapters.geometry_kernel.meshes.shells import Pairs, Shells

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Nest:
    """How shells lie in one another, and which of them are turned round to bound a body."""

    depths: npt.NDArray[np.int64]
    """In how many others each lies: odd for a cavity."""
    outermost: npt.NDArray[np.int64]
    """For each the shell that lies in no other and has it inside."""
    is_turned: Flags
    """Those that face the wrong way in the file."""
    pairs: Pairs
    """(outer, inner) of each that lies inside another."""
    meeting: Pairs
    """All whose boxes meet."""

    @property
    def is_cavity(self) -> Flags:
        """The closed rooms inside a body."""
        is_cavity: Flags = self.depths % 2 == 1
        return is_cavity


def arranged(shells: Shells) -> Nest | None:
    """How the shells lie in one another; None where their sides do not tell body from cavity.

    A body with all that is in it may be inside out and is turned round as one. A shell that faces outwards inside a
    body is doubtful: a cavity the wrong way round, or a second body in the same place.
    """
    pairs = shells_of.meeting(*shells.boxes)
    inside = None if pairs is None else shells_of.nested(shells, pairs)
    if pairs is None or inside is None:
        return None
    depths = np.bincount(inside[:, 1], minlength=len(shells))
    outermost = _outermost(inside, depths)
    is_wrong = (shells.volumes < 0) != (depths % 2 == 1)
    is_turned = is_wrong[outermost]
    if (is_wrong != is_turned).any():
        return None
    return Nest(depths, outermost, is_turned, inside, pairs)


def _outermost(inside: Pairs, depths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    outermost = np.arange(len(depths))
    outer, inner = inside.T
    is_root = depths[outer] == 0
    outermost[inner[is_root]] = outer[is_root]
    return outermost


def turned(shells: Shells, nest: Nest) -> Whole:
    """The triangles of all shells, those that face the wrong way turned round."""
    if not nest.is_turned.any():
        return shells.triangles
    is_turned = np.repeat(nest.is_turned, np.diff(shells.starts))
    return np.where(is_turned[:, None], shells.triangles[:, ::-1], shells.triangles)
