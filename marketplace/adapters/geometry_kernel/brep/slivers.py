"""Triangles without width, whose corners lie in a line as the holes of a grid do, made parts of those beside them."""

from typing import Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Whole

_FLAT: Final = 1e-9
"""Twice the area over the square of the longest side; a triangle that is flatter has its corners in a line."""
_MOST_ROUNDS: Final = 8

_Edge = tuple[int, int]


def turned(points: Floats, triangles: Whole) -> Whole:
    """The triangles (m, 3) over points of a plane (n, 2), counter-clockwise, with as few slivers as may be.

    The longest side of a sliver goes past its third corner. The triangle on its other side is split there, so that the
    two of them make two others: the border stays.
    """
    found = triangles.copy()
    for _ in range(_MOST_ROUNDS):
        thin = _slivers(points, found)
        if len(thin) == 0 or not _split(points, found, thin.tolist()):
            break
    return found


def is_any_turned_over(points: Floats, triangles: Whole) -> bool:
    """Whether a triangle runs clockwise: what it is part of lies over itself."""
    sides = _sides(points, triangles)
    longest = (sides**2).sum(axis=2).max(axis=1)
    return bool((_cross(sides[:, 0], sides[:, 1]) < -_FLAT * longest).any())


def _slivers(points: Floats, triangles: Whole) -> npt.NDArray[np.int64]:
    sides = _sides(points, triangles)
    longest = (sides**2).sum(axis=2).max(axis=1)
    return np.flatnonzero(np.abs(_cross(sides[:, 0], sides[:, 1])) <= _FLAT * longest)


def _split(points: Floats, triangles: Whole, thin: list[int]) -> bool:
    """Split what lies beside each sliver, in place; says whether there was any."""
    owner_of = _owners(triangles)
    is_any = False
    for number in thin:
        sides = _sides(points, triangles[number : number + 1])[0]
        first = int((sides**2).sum(axis=1).argmax())
        start, end, middle = (int(triangles[number, (first + step) % 3]) for step in range(3))
        beside = owner_of.get((end, start))
        if beside is None:
            continue
        beyond = int(triangles[beside].sum()) - start - end
        pair = np.array([(middle, start, beyond), (middle, beyond, end)], dtype=np.int32)
        ways = _sides(points, pair)
        if (middle, beyond) in owner_of or (beyond, middle) in owner_of or (_cross(ways[:, 0], ways[:, 1]) < 0).any():
            continue
        _forget(owner_of, triangles[[number, beside]])
        triangles[[number, beside]] = pair
        _remember(owner_of, pair, (number, beside))
        is_any = True
    return is_any


def _sides(points: Floats, triangles: Whole) -> Floats:
    corners = points[triangles]
    sides: Floats = corners[:, [1, 2, 0]] - corners
    return sides


def _cross(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])


def _owners(triangles: Whole) -> dict[_Edge, int]:
    """The triangle that has each directed edge."""
    owner_of: dict[_Edge, int] = {}
    _remember(owner_of, triangles, range(len(triangles)))
    return owner_of


def _remember(owner_of: dict[_Edge, int], triangles: Whole, numbers: tuple[int, int] | range) -> None:
    for number, (one, two, three) in zip(numbers, triangles.tolist(), strict=True):
        owner_of.update({(one, two): number, (two, three): number, (three, one): number})


def _forget(owner_of: dict[_Edge, int], triangles: Whole) -> None:
    for one, two, three in triangles.tolist():
        for edge in ((one, two), (two, three), (three, one)):
            owner_of.pop(edge, None)
