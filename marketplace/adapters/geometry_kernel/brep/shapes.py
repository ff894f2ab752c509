"""Small words for OpenCASCADE's shapes and vectors."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from OCP.TopExp import TopExp_Explorer

Shape = Any  # OCP's types carry no annotations
Array = npt.NDArray[np.float64]


def explore(shape: Shape, kind: Shape) -> Iterator[Shape]:
    """Every sub-shape of a kind, each as often as the part uses it."""
    explorer = TopExp_Explorer(shape, kind)
    while explorer.More():
        yield explorer.Current()
        explorer.Next()


def triple(point: Shape) -> Array:
    """A point, direction or vector of OpenCASCADE as an array."""
    return np.array((point.X(), point.Y(), point.Z()))


def rounded(length_mm: float) -> float:
    """A length to the nanometre, which is finer than a kernel computes it: 127.0000001 is 127."""
    return round(float(length_mm), 6)


def place(point: Array) -> tuple[float, float, float]:
    """A point as a record has it."""
    x, y, z = (rounded(part) + 0.0 for part in point)
    return x, y, z


def direction(way: Array) -> tuple[float, float, float]:
    """A unit vector as a record has it: to twelve digits, and never minus zero."""
    x, y, z = (round(float(part), 12) + 0.0 for part in way)
    return x, y, z
