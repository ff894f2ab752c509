"""Bends laid flat: how much sheet a bend takes up, and the blank it is made from.

Where the neutral line lies between the inside of the bend (K = 0) and its outside (K = 1) is a matter of material,
radius and tool. A measurement has it in the middle (K = 0.5), which is exact for the volume; a factory that knows its
K factor comes from there to its own blank.
"""

from collections.abc import Iterable
from math import log10, pi, radians, tan
from typing import Final

from marketplace.geometry.shape import Bend

MIDDLE: Final = 0.5
"""The K factor that measurements are made with."""


def bend_allowance(angle_deg: float, radius_mm: float, thickness_mm: float, k: float = MIDDLE) -> float:
    """The length of the neutral line through a bend, in mm: θ · (r + K·t), θ the angle turned (90 for an L).

    Machinery's Handbook, “Bending Sheet Metal”, and DIN 6935 have the same arc. Raises ValueError for a K factor that
    is not from 0 to 1, and for a negative angle, radius or thickness.
    """
    if not 0 <= k <= 1 or min(angle_deg, radius_mm, thickness_mm) < 0:
        raise ValueError(f"no bend: {angle_deg}°, radius {radius_mm}, thickness {thickness_mm}, K {k}")
    return radians(angle_deg) * (radius_mm + k * thickness_mm)


def k_factor(radius_mm: float, thickness_mm: float) -> float:
    """The K factor of DIN 6935 for steel: ½ (0.65 + ½ lg(r/t)), at most 0.5 (from r = 5t on), at least 0.

    Raises ValueError unless the thickness is above and the radius not below zero.
    """
    if thickness_mm <= 0 or radius_mm < 0:
        raise ValueError(f"no bend: radius {radius_mm}, thickness {thickness_mm}")
    if radius_mm == 0:
        return 0.0
    return min(max((0.65 + log10(radius_mm / thickness_mm) / 2) / 2, 0.0), MIDDLE)


def setback(angle_deg: float, radius_mm: float, thickness_mm: float) -> float:
    """From the beginning of a bend out to its mould line, in mm: (r + t) · tan(θ/2).

    Above 90° the mould lines run away, and flanges are measured to the outermost point of the bend instead, which is
    r + t from its beginning (DIN 6935 for opening angles below 90°).
    """
    return (radius_mm + thickness_mm) * tan(min(radians(angle_deg), pi / 2) / 2)


def flat_length(middle_mm: float, bends: Iterable[Bend], *, thickness_mm: float, k: float) -> float:
    """The length of a blank at a K factor, in mm, from its length at K = 0.5 and the bends that lie along it."""
    return middle_mm + sum(_gain(bend, thickness_mm, k) for bend in bends)


def flat_area(middle_mm2: float, bends: Iterable[Bend], *, thickness_mm: float, k: float) -> float:
    """The area of a blank at a K factor, in mm², from its area at K = 0.5 and all of its bends."""
    return middle_mm2 + sum(_gain(bend, thickness_mm, k) * bend.length_mm for bend in bends)


def _gain(bend: Bend, thickness_mm: float, k: float) -> float:
    at_k, middle = (bend_allowance(bend.angle_deg, bend.radius_mm, thickness_mm, factor) for factor in (k, MIDDLE))
    return at_k - middle
