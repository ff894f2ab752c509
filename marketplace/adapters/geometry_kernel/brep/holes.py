"""Cylindrical holes of a part: hollow cylinders that go all the way round, with what widens and closes them.

The narrowest cylinder of a coaxial stack is the hole. Wider ones and cones that follow it up to an open end are its
counterbores and countersinks. The depth is that of the cylinder, without a drill's point.

Stretches of one axis and radius with a gap between them are one hole where the gap is a round cavity that crosses them
or a coaxial groove, and is no longer than the two stretches together. Across a slot, or across the bore of a tube, they
stay two holes: there a drill enters anew.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from math import degrees
from typing import Final

from marketplace.adapters.geometry_kernel.brep.adjacency import Edges, Meeting
from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, Surface
from marketplace.adapters.geometry_kernel.brep.shapes import direction, place, rounded
from marketplace.adapters.geometry_kernel.brep.stretches import TOUCHING_MM, End, Stretch, end_of, stretches, tubes
from marketplace.geometry.errors import TooComplex
from marketplace.geometry.features import Bottom, Entry, Hole, Widening
from marketplace.geometry.figures import MAX_LISTED

SAME_RADIUS_MM: Final = 2e-3
MAX_WIDENINGS: Final = 8
MAX_FACES: Final = 64
_BOTTOMS: Final = {
    Surface.PLANE: Bottom.FLAT,
    Surface.CONE: Bottom.CONICAL,
    Surface.SPHERE: Bottom.ROUND,
    Surface.TORUS: Bottom.ROUND,
}


@dataclass(frozen=True, slots=True)
class FoundHole:
    """A hole with all the faces that are its own: walls, widenings, seats and bottom."""

    hole: Hole
    faces: frozenset[int]


@dataclass(slots=True, eq=False)
class _Element:
    """A stretch of a stack with both of its ends; `grooves` are faces of what interrupts it."""

    stretch: Stretch
    low_end: End
    high_end: End
    grooves: tuple[int, ...] = ()
    is_taken: bool = False

    def end(self, *, high: bool) -> End:
        return self.high_end if high else self.low_end

    @property
    def own(self) -> tuple[int, ...]:
        return (*self.stretch.faces, *self.grooves)


@dataclass(frozen=True, slots=True)
class _Mouth:
    """What lies beyond one end of a hole: widenings up to the open, or what closes it."""

    elements: tuple[_Element, ...]
    closing: tuple[int, ...]


def holes(faces: FaceTable, edges: Edges) -> list[FoundHole]:
    """Every cylindrical hole. Raises TooComplex above the number that a measurement may hold."""
    stacks: dict[int, list[_Element]] = defaultdict(list)
    for element in _elements(faces, edges):
        stacks[element.stretch.line].append(element)
    owners = {face: id(e) for stack in stacks.values() for e in stack if e.stretch.is_cylinder for face in e.own}
    found = [hole for stack in stacks.values() for hole in _of_stack(faces, edges, _joined(stack, owners))]
    if len(found) > MAX_LISTED:
        raise TooComplex(f"The part has more than {MAX_LISTED:,} holes. Please split it.", limit=MAX_LISTED)
    return found


def _elements(faces: FaceTable, edges: Edges) -> Iterator[_Element]:
    for stretch in stretches(faces, edges, hollow=True):
        low_end, high_end = (end_of(faces, edges, stretch, high=high) for high in (False, True))
        yield _Element(stretch, low_end, high_end)


def _joined(stack: list[_Element], owners: dict[int, int]) -> list[_Element]:
    """The elements of a stack in order, interrupted holes made whole."""
    kept: list[_Element] = []
    for element in sorted(stack, key=lambda element: (element.stretch.low, element.stretch.high)):
        before = _latest_alike(kept, element)
        if before is not None and (between := _between(kept, before, element, owners)) is not None:
            kept = [other for other in kept if other not in between and other is not before]
            element = _whole(before, between, element)
        kept.append(element)
    return kept


def _latest_alike(kept: list[_Element], element: _Element) -> _Element | None:
    if not element.stretch.is_cylinder:
        return None
    alike = (
        other
        for other in reversed(kept[-4:])
        if other.stretch.is_cylinder and abs(other.stretch.radius - element.stretch.radius) < SAME_RADIUS_MM
    )
    return next(alike, None)


def _between(kept: list[_Element], before: _Element, after: _Element, owners: dict[int, int]) -> list[_Element] | None:
    """The coaxial grooves between two stretches of one hole; None where they are two holes."""
    gap = after.stretch.low - before.stretch.high
    if gap > before.stretch.length + after.stretch.length:
        return None
    grooves = kept[next(i for i, other in enumerate(kept) if other is before) + 1 :]
    if grooves:
        filled = sum(groove.stretch.length for groove in grooves)
        is_wider = all(groove.stretch.radius > before.stretch.radius for groove in grooves)
        return grooves if is_wider and abs(filled - gap) <= TOUCHING_MM * (len(grooves) + 1) else None
    crossing = [{owners[face] for face in end.beside if face in owners} for end in (before.high_end, after.low_end)]
    return [] if crossing[0] & crossing[1] else None


def _whole(before: _Element, between: list[_Element], after: _Element) -> _Element:
    faces = (*before.stretch.faces, *after.stretch.faces)
    stretch = replace(before.stretch, high=after.stretch.high, faces=faces)
    grooves = (*before.grooves, *(face for groove in between for face in groove.own), *after.grooves)
    return _Element(stretch, before.low_end, after.high_end, grooves)


def _of_stack(faces: FaceTable, edges: Edges, stack: list[_Element]) -> Iterator[FoundHole]:
    """The narrow first: they take the wider ones beside them as their widenings."""
    cylinders = [index for index, element in enumerate(stack) if element.stretch.is_cylinder]
    for index in sorted(cylinders, key=lambda index: stack[index].stretch.radius):
        if stack[index].is_taken:
            continue
        low, high = (_mouth(faces, stack, index, high=high) for high in (False, True))
        if _has_island(faces, edges, stack[index], (*low.closing, *high.closing)):
            continue
        for element in (*low.elements, *high.elements):
            element.is_taken = True
        yield _found(faces, edges, stack[index], low, high)


def _mouth(faces: FaceTable, stack: list[_Element], index: int, *, high: bool) -> _Mouth:
    """Follow the stack from a hole outwards while it widens; only what leads to an open end is a widening."""
    step, element = (1 if high else -1), stack[index]
    chain: list[_Element] = []
    while 0 <= (index := index + step) < len(stack) and _follows(faces, element, stack[index], high=high):
        if stack[index].is_taken or not _widens(element.stretch, stack[index].stretch, high=high):
            return _Mouth((), element.end(high=high).closing)
        element = stack[index]
        chain.append(element)
    closing = element.end(high=high).closing
    return _Mouth(() if closing else tuple(chain[:MAX_WIDENINGS]), closing)


def _follows(faces: FaceTable, element: _Element, other: _Element, *, high: bool) -> bool:
    gap = other.stretch.low - element.stretch.high if high else element.stretch.low - other.stretch.high
    slack = tubes(faces, element.end(high=high).beside) + tubes(faces, other.end(high=not high).beside)
    return -TOUCHING_MM - slack <= gap <= TOUCHING_MM + slack


def _widens(inner: Stretch, outer: Stretch, *, high: bool) -> bool:
    """Whether a stack widens outwards from one element to the next; a cone may lead to a cylinder as wide as it."""
    reached = _radii(inner, high=high)[1]
    near, far = _radii(outer, high=high)
    is_seated = outer.is_cylinder and not inner.is_cylinder
    return reached - SAME_RADIUS_MM <= near <= far and (is_seated or far > reached + SAME_RADIUS_MM)


def _radii(stretch: Stretch, *, high: bool) -> tuple[float, float]:
    """Its radius near the hole, and far from it."""
    return (stretch.low_radius, stretch.high_radius) if high else (stretch.high_radius, stretch.low_radius)


def _has_island(faces: FaceTable, edges: Edges, element: _Element, closing: tuple[int, ...]) -> bool:
    """Whether something stands on the hole's floor: then it is a pocket, which no drill makes."""
    for floor in _floors(faces, edges, closing):
        around = edges.of(floor)
        inner = around[~edges.is_outer[around, edges.side(around, floor)]]
        if (edges.meeting[inner] == Meeting.CONCAVE).any():
            return True
    return False


def _floors(faces: FaceTable, edges: Edges, closing: tuple[int, ...]) -> list[int]:
    """Planes that close a hole, at once or behind a rounded corner."""
    behind = [int(other) for face in closing if faces.surface[face] == Surface.TORUS for other in _smooth(edges, face)]
    return [face for face in dict.fromkeys((*closing, *behind)) if faces.surface[face] == Surface.PLANE]


def _smooth(edges: Edges, face: int) -> list[int]:
    around = edges.of(face)
    beyond: list[int] = edges.beyond(around[edges.meeting[around] == Meeting.SMOOTH], face).tolist()
    return beyond


def _found(faces: FaceTable, edges: Edges, element: _Element, low: _Mouth, high: _Mouth) -> FoundHole:
    stretch, closing = element.stretch, (*low.closing, *high.closing)
    widenings = (*_widenings(low.elements, high=False), *_widenings(high.elements, high=True))
    seats = [face for entry in (*low.elements, *high.elements) for face in _seats(entry)]
    bottom = [face for face in closing if faces.surface[face] != Surface.TORUS]
    bottom += _floors(faces, edges, closing)
    own = dict.fromkeys((*element.own, *(f for e in (*low.elements, *high.elements) for f in e.own), *seats, *bottom))
    hole = Hole(
        diameter_mm=rounded(2 * stretch.radius),
        depth_mm=rounded(stretch.length),
        is_through=not closing,
        axis=direction(stretch.axis),
        at_mm=place(stretch.at((stretch.low + stretch.high) / 2)),
        bottom=_bottom(faces, edges, closing),
        widenings=widenings[:MAX_WIDENINGS],
        faces=tuple(own)[:MAX_FACES],
    )
    return FoundHole(hole, frozenset(own))


def _seats(element: _Element) -> tuple[int, ...]:
    """The faces on which a counterbore ends towards its hole."""
    return (*element.low_end.closing, *element.high_end.closing)


def _bottom(faces: FaceTable, edges: Edges, closing: tuple[int, ...]) -> Bottom | None:
    if not closing:
        return None
    if _floors(faces, edges, closing):
        return Bottom.FLAT
    kinds = [_BOTTOMS.get(Surface(int(faces.surface[face]))) for face in closing]
    return next((kind for kind in kinds if kind is not None), None)


def _widenings(elements: tuple[_Element, ...], *, high: bool) -> Iterator[Widening]:
    """From the hole outwards. A cone that leads to a wider cylinder of its own radius is that counterbore's seat."""
    seat: Stretch | None = None
    for element, after in zip_longest(elements, elements[1:]):
        stretch = element.stretch
        if not stretch.is_cylinder and after is not None and after.stretch.is_cylinder:
            far, near = _radii(stretch, high=high)[1], _radii(after.stretch, high=high)[0]
            if abs(far - near) < SAME_RADIUS_MM:
                seat = stretch
                continue
        yield _widening(stretch, seat)
        seat = None


def _widening(stretch: Stretch, seat: Stretch | None) -> Widening:
    cone = seat if stretch.is_cylinder else stretch
    return Widening(
        kind=Entry.COUNTERBORE if stretch.is_cylinder else Entry.COUNTERSINK,
        diameter_mm=rounded(2 * stretch.radius),
        depth_mm=rounded(stretch.length),
        angle_deg=None if cone is None else rounded(2 * degrees(abs(cone.half_angle))),
    )
