"""Objects of a 3MF file put where its build wants them: counted first, so that nothing multiplies without end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Whole
from marketplace.adapters.geometry_kernel.meshes.model_xml import ModelPart, Reference, Shape
from marketplace.adapters.geometry_kernel.meshes.soup import Soup, Sums, few_enough
from marketplace.geometry.errors import NoGeometry, TooComplex, Unreadable
from marketplace.geometry.features import Component
from marketplace.geometry.values import Remark, RemarkKind

MAX_INSTANCES: Final = 10_000
MAX_DEPTH: Final = 16
MAX_COMPONENTS: Final = 1_000
_NOT_BUILT: Final = frozenset({"support", "solidsupport", "other"})
_KINDS: Final = frozenset({"model", "surface", *_NOT_BUILT})
_AGAIN: Final = "Please export it again."

Key = tuple[str, str]
"""A model part and the number of an object in it."""


@dataclass(frozen=True, slots=True)
class Instance:
    """An object with a mesh, where it is built."""

    key: Key
    shape: Shape
    transform: Floats


@dataclass(frozen=True, slots=True)
class Instances:
    """All that is built, one after the other in one soup."""

    instances: tuple[Instance, ...]
    soup: Soup
    remarks: tuple[Remark, ...]

    @property
    def has_surfaces(self) -> bool:
        """Whether some of it is a surface by its own word, which bounds no body."""
        return any(instance.shape.kind == "surface" for instance in self.instances)

    def components(self, sums: Sums, *, is_closed: bool) -> tuple[Component, ...]:
        """What occurs how often: instances of one object of the same volume and area. The first thousand."""
        sizes = [len(instance.shape.corners) // 3 for instance in self.instances]
        starts = np.cumsum([0, *sizes[:-1]]).astype(np.intp)
        areas = np.add.reduceat(sums.areas, starts)
        volumes = np.abs(np.add.reduceat(sums.volumes, starts)) * is_closed
        counts: dict[tuple[Key, str, str], list[tuple[Instance, float, float]]] = {}
        for instance, volume, area in zip(self.instances, volumes.tolist(), areas.tolist(), strict=True):
            counts.setdefault((instance.key, f"{volume:.6g}", f"{area:.6g}"), []).append((instance, volume, area))
        return tuple(_component(alike) for alike in list(counts.values())[:MAX_COMPONENTS])


def _component(alike: list[tuple[Instance, float, float]]) -> Component:
    instance, volume, area = alike[0]
    return Component((instance.shape.name or "")[:200] or None, len(alike), volume, area)


def placed(parts: Mapping[str, ModelPart], root: str, *, millimetres: float, limits: Limits) -> Instances:
    """What the root model builds. Raises Unreadable, TooComplex or NoGeometry."""
    items = parts[root].items
    if not items:
        raise NoGeometry(f"The 3MF file does not say what to build. {_AGAIN}")
    _Counting(parts, limits).check(root, items)
    found = list(_instances(parts, root, items, np.vstack([np.eye(3), np.zeros(3)]) * millimetres))
    kept = tuple(instance for instance in found if instance.shape.kind not in _NOT_BUILT)
    if not kept:
        raise NoGeometry(f"The 3MF file builds nothing but supports. {_AGAIN}")
    remarks = []
    if len(kept) < len(found):
        text = f"{len(found) - len(kept)} supports or other aids in the file were not counted."
        remarks.append(Remark(RemarkKind.LEFT_OUT, text))
    return Instances(kept, _soup(kept), tuple(remarks))


@dataclass(frozen=True, slots=True)
class _Size:
    height: int
    instances: int
    triangles: int
    vertices: int


class _Counting:
    """How much each object comes to, each counted once however often it occurs."""

    def __init__(self, parts: Mapping[str, ModelPart], limits: Limits) -> None:
        self._parts, self._limits = parts, limits
        self._sizes: dict[Key, _Size] = {}

    def check(self, root: str, items: list[Reference]) -> None:
        """Raises TooComplex for more than can be built, Unreadable for an object that is not there."""
        self._bounded(self._sum(root, items, depth=0))

    def _sum(self, path: str, references: list[Reference], *, depth: int) -> _Size:
        sizes = [self._size(key_of(path, reference), depth=depth) for reference in references]
        height = 1 + max((size.height for size in sizes), default=0)
        if depth + height > MAX_DEPTH + 1:
            raise TooComplex(f"The 3MF file nests objects more than {MAX_DEPTH} deep, or in one another.")
        size = _Size(
            height,
            sum(size.instances for size in sizes),
            sum(size.triangles for size in sizes),
            sum(size.vertices for size in sizes),
        )
        self._bounded(size)
        return size

    def _size(self, key: Key, *, depth: int) -> _Size:
        if depth >= MAX_DEPTH:
            raise TooComplex(f"The 3MF file nests objects more than {MAX_DEPTH} deep, or in one another.")
        if key not in self._sizes:
            shape = shape_of(self._parts, key)
            own = _Size(0, 1, len(shape.corners) // 3, len(shape.coordinates) // 3)
            nested = self._sum(key[0], shape.components, depth=depth + 1) if shape.components else own
            self._sizes[key] = nested
        return self._sizes[key]

    def _bounded(self, size: _Size) -> None:
        if size.instances > MAX_INSTANCES:
            raise TooComplex(f"The 3MF file builds more than {MAX_INSTANCES:,} objects. Please split it.")
        few_enough(max(size.triangles, size.vertices // 3), self._limits)


def key_of(path: str, reference: Reference) -> Key:
    """The object that a model part refers to."""
    return (path if reference.path is None else reference.path.removeprefix("/").lower(), reference.number)


def shape_of(parts: Mapping[str, ModelPart], key: Key) -> Shape:
    """The object; raises Unreadable where there is none, or of no shape that we read."""
    shape = parts[key[0]].shapes.get(key[1])
    if shape is None or shape.kind not in _KINDS:
        raise Unreadable(f"The 3MF file builds an object that it does not hold. {_AGAIN}")
    if not shape.is_known or not (shape.corners or shape.components):
        raise Unreadable("The 3MF file builds an object without a mesh, which we do not read. Please export a mesh.")
    return shape


def _instances(
    parts: Mapping[str, ModelPart], path: str, references: list[Reference], outer: Floats
) -> Iterator[Instance]:
    for reference in references:
        key = key_of(path, reference)
        shape = shape_of(parts, key)
        transform = _then(reference.transform, outer)
        if shape.components and shape.kind not in _NOT_BUILT:
            yield from _instances(parts, key[0], shape.components, transform)
        else:
            yield Instance(key, shape, transform)


def _then(first: Floats, second: Floats) -> Floats:
    """First the one placement, then the other."""
    both: Floats = first @ second[:3]
    both[3] += second[3]
    return both


def _soup(instances: tuple[Instance, ...]) -> Soup:
    points, triangles, before = [], [], 0
    for instance in instances:
        own, corners = _mesh(instance.shape)
        points.append(own @ instance.transform[:3] + instance.transform[3])
        is_mirrored = np.linalg.det(instance.transform[:3]) < 0
        triangles.append((corners[:, ::-1] if is_mirrored else corners) + np.int32(before))
        before += len(own)
    return Soup(np.concatenate(points), np.concatenate(triangles))


def _mesh(shape: Shape) -> tuple[Floats, Whole]:
    points = np.frombuffer(shape.coordinates, dtype=np.float64).reshape(-1, 3)
    corners = np.frombuffer(shape.corners, dtype=np.int32).reshape(-1, 3)
    if corners.min() < 0 or corners.max() >= len(points):
        raise Unreadable(f"The 3MF file has a triangle with a corner that is not there. {_AGAIN}")
    return points, corners
