"""How long holes take: drilled, tapped, opened to a counterbore or countersink. Milling and turning share it."""

import math
from collections import Counter
from collections.abc import Iterable
from typing import Final

import numpy as np

from marketplace.costing.steps import Constants, data, milliminutes, named, shown, tolerance
from marketplace.costing.values import Bore, Making, MaterialFacts, Number, Operation, Variable

FEEDS: Final = ((3.175, "to_3mm"), (6.35, "to_6mm"), (12.7, "to_12mm"), (25.4, "to_25mm"), (math.inf, "above"))
DRILL_CONSTANTS: Final = (
    "drill_point",
    "drill_approach",
    "drill_handling_time",
    "peck_from",
    "peck_share",
    "spindle_limit",
)
SHOWN_HOLES: Final = 8
"""Kinds of hole that a tree lists one by one; the rest is in the sum."""


def spindle_rpm(speed_m_min: Number, diameter_mm: Number, k: Constants) -> Number:
    """n = 1000·vc ÷ (π·D), not above the spindle's limit."""
    return np.minimum(1000 * speed_m_min / (math.pi * diameter_mm), k["spindle_limit"].value)


def hole_minutes(diameter: float, depth: float, material: MaterialFacts, k: Constants) -> Number:
    """(depth + point + approach) ÷ (n·f) × pecks + handling; above 3 D pecking adds 0.3 of the time per diameter."""
    feed = next(k[f"drill_feed_{name}"].value for limit, name in FEEDS if diameter <= limit)
    travel = depth + k["drill_point"].value * diameter + k["drill_approach"].value
    pecks = 1 + k["peck_share"].value * np.maximum(0.0, depth / diameter - k["peck_from"].value)
    rpm = spindle_rpm(data(material, "drill_speed").value, diameter, k)
    return travel / (rpm * feed) * pecks + k["drill_handling_time"].value / 60


def thread_minutes(bore: Bore, material: MaterialFacts, k: Constants) -> Number:
    """In and out at the pitch: 2·(depth + approach) ÷ (n·pitch) + handling; taps run at a share of a drill's speed."""
    speed = data(material, "drill_speed").value * k["tap_speed_share"].value
    travel = 2 * (bore.depth_mm + k["drill_approach"].value)
    return travel / (spindle_rpm(speed, bore.diameter_mm, k) * bore.pitch_mm) + k["tap_handling_time"].value / 60


def bore_minutes(bore: Bore, material: MaterialFacts, k: Constants) -> Number:
    """A hole drilled and, with a pitch, tapped; what widens another is cut flat or conical, which is slower [P3L]."""
    minutes = hole_minutes(bore.diameter_mm, bore.depth_mm, material, k)
    if bore.widens:
        return minutes * k["bore_factor"].value
    return minutes + thread_minutes(bore, material, k) if bore.pitch_mm else minutes


def drill(name: str, bores: Iterable[Bore], material: MaterialFacts, making: Making, k: Constants) -> Operation:
    """Sum over the holes of `bore_minutes`, times what the tolerance asks for (reaming, boring)."""
    kinds = Counter(
        bore._replace(diameter_mm=round(bore.diameter_mm, 3), depth_mm=round(bore.depth_mm, 3)) for bore in bores
    )
    times = {bore: bore_minutes(bore, material, k) for bore in kinds}
    factor = tolerance(making, k)
    listed = (
        Variable(f"time of each of {count} {_said(bore)}", times[bore], "min", "computed")
        for bore, count in kinds.most_common(SHOWN_HOLES)
    )
    variables = (
        Variable("holes", kinds.total(), "holes", "measured"),
        *listed,
        named("drilling speed", data(material, "drill_speed")),
        *shown(DRILL_CONSTANTS, k),
        *(shown(("bore_factor",), k) if any(bore.widens for bore in kinds) else ()),
        *(shown(("tap_speed_share", "tap_handling_time"), k) if any(bore.pitch_mm for bore in kinds) else ()),
        named("tolerance", factor),
    )
    total = sum((times[bore] * count for bore, count in kinds.items()), start=0.0) * factor.value
    return Operation(name, variables, machine_mmin_each=milliminutes(total))


def _said(bore: Bore) -> str:
    kind = "bores " if bore.widens else f"threads {bore.pitch_mm:g} " if bore.pitch_mm else ""
    return f"{kind}⌀{bore.diameter_mm:g} × {bore.depth_mm:g} mm"


def tools(bores: Iterable[Bore]) -> int:
    """A drill per diameter and a cutter per widening (to a tenth of a millimetre), a tap per thread, a spot drill."""
    made = tuple(bores)
    cutters = {(bore.widens, round(bore.diameter_mm, 1)) for bore in made}
    taps = {(round(bore.diameter_mm, 1), round(bore.pitch_mm, 3)) for bore in made if bore.pitch_mm}
    return len(cutters) + len(taps) + bool(made)
