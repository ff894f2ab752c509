"""The routing of 3-axis milling: from box, volume, area and holes to operations. Minutes and mm throughout.

Formulas follow public sources (shop handbooks and cost libraries, keys in sources.toml); they disagree by factors, so
each constant may be replaced per work centre.
"""

import math
from collections import Counter

import numpy as np

from marketplace.costing.inspecting import inspect
from marketplace.costing.steps import Constants, by_hand, milliminutes, named, whole
from marketplace.costing.values import Making, MaterialFacts, Number, Operation, PartFacts, Spread, Variable, Whole

FEEDS = ((3.175, "to_3mm"), (6.35, "to_6mm"), (12.7, "to_12mm"), (25.4, "to_25mm"), (math.inf, "above"))

FINISH_CONSTANTS = (
    "finish_tool_diameter",
    "finish_stepover",
    "finish_teeth",
    "spindle_limit",
    "non_cutting_share",
)
DRILL_CONSTANTS = ("drill_point", "drill_approach", "drill_handling_time", "peck_from", "peck_share", "spindle_limit")
SHOWN_HOLES = 8
"""Kinds of hole that a tree lists one by one; the rest is in the sum."""


def stock_mm3(facts: PartFacts, k: Constants) -> Number:
    """Volume of the blank: each side of the bounding box plus the allowance (both sides together)."""
    x, y, z = (side + k["stock_allowance"].value for side in facts.box_mm)
    return x * y * z


def material_mg(facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants) -> Whole:
    """Mass of the blank in whole milligrams: mm³ × kg/m³ ÷ 1000."""
    return whole(stock_mm3(facts, k) * material.density.value / 1000)


def operations(facts: PartFacts, material: MaterialFacts, making: Making, k: Constants) -> tuple[Operation, ...]:
    """Set up, rough, finish, drill (if there are holes), handle, deburr, inspect."""
    drilling = (drill(facts, material, k),) if facts.holes else ()
    return (
        set_up(k),
        rough(facts, material, k),
        finish(facts, material, k),
        *drilling,
        handle(facts, k),
        by_hand("Deburr", "deburr time", k["deburr_time"]),
        *inspect(facts, making, k),
    )


def set_up(k: Constants) -> Operation:
    """Once per lot: set-ups × time of one [P3L 0.5 h; myshopmetrics 15–30 min in a vise]."""
    minutes = k["setups"].value * k["setup_time"].value
    variables = (named("set-ups", k["setups"]), named("time per set-up", k["setup_time"]))
    return Operation("Set up", variables, setup_mmin=milliminutes(minutes))


def rough(facts: PartFacts, material: MaterialFacts, k: Constants) -> Operation:
    """(stock − part) ÷ removal rate × (1 + non-cutting share)."""
    removed = stock_mm3(facts, k) - facts.volume_mm3
    rate = material.cutting["removal_rate"]
    minutes = removed / rate.value * (1 + k["non_cutting_share"].value)
    variables = (
        Variable("stock volume", stock_mm3(facts, k), "mm3", "computed"),
        Variable("part volume", facts.volume_mm3, "mm3", "measured"),
        named("removal rate", rate),
        named("non-cutting share", k["non_cutting_share"]),
    )
    return Operation("Rough mill", variables, machine_mmin_each=milliminutes(minutes))


def spindle_rpm(speed_m_min: Number, diameter_mm: Number, k: Constants) -> Number:
    """n = 1000·vc ÷ (π·D), not above the spindle's limit."""
    return np.minimum(1000 * speed_m_min / (math.pi * diameter_mm), k["spindle_limit"].value)


def finish(facts: PartFacts, material: MaterialFacts, k: Constants) -> Operation:
    """Area ÷ (step-over · feed) × (1 + non-cutting share); feed = n · teeth · feed per tooth; hole walls left out."""
    walls = sum(math.pi * diameter * depth for diameter, depth in facts.holes)
    area = max(facts.area_mm2 - walls, 0.0)
    diameter = k["finish_tool_diameter"].value
    speed, tooth = material.cutting["cutting_speed"], material.cutting["feed_per_tooth"]
    feed = spindle_rpm(speed.value, diameter, k) * k["finish_teeth"].value * tooth.value
    minutes = area / (k["finish_stepover"].value * diameter * feed) * (1 + k["non_cutting_share"].value)
    variables = (
        Variable("area without hole walls", area, "mm2", "measured"),
        named("cutting speed", speed),
        named("feed per tooth", tooth),
        Variable("feed", feed, "mm/min", "computed"),
        *(named(name.replace("_", " "), k[name]) for name in FINISH_CONSTANTS),
    )
    return Operation("Finish mill", variables, machine_mmin_each=milliminutes(minutes))


def drill(facts: PartFacts, material: MaterialFacts, k: Constants) -> Operation:
    """Sum over the holes of `hole_minutes`."""
    kinds = Counter((round(diameter, 3), round(depth, 3)) for diameter, depth in facts.holes)
    times = {kind: hole_minutes(*kind, material, k) for kind in kinds}
    shown = (
        Variable(f"time of each of {count} ⌀{kind[0]:g} × {kind[1]:g} mm", times[kind], "min", "computed")
        for kind, count in kinds.most_common(SHOWN_HOLES)
    )
    variables = (
        Variable("holes", len(facts.holes), "holes", "measured"),
        *shown,
        named("drilling speed", material.cutting["drill_speed"]),
        *(named(name.replace("_", " "), k[name]) for name in DRILL_CONSTANTS),
    )
    total = sum((times[kind] * count for kind, count in kinds.items()), start=0.0)
    return Operation("Drill", variables, machine_mmin_each=milliminutes(total))


def hole_minutes(diameter: float, depth: float, material: MaterialFacts, k: Constants) -> Number:
    """(depth + point + approach) ÷ (n·f) × pecks + handling; above 3 D pecking adds 0.3 of the time per diameter."""
    feed = next(k[f"drill_feed_{name}"].value for limit, name in FEEDS if diameter <= limit)
    travel = depth + k["drill_point"].value * diameter + k["drill_approach"].value
    pecks = 1 + k["peck_share"].value * np.maximum(0.0, depth / diameter - k["peck_from"].value)
    rpm = spindle_rpm(material.cutting["drill_speed"].value, diameter, k)
    return travel / (rpm * feed) * pecks + k["drill_handling_time"].value / 60


def handle(facts: PartFacts, k: Constants) -> Operation:
    """Per piece: tool changes on the machine; loading and turning over costs machine and operator the same time.

    Tools: mills in each set-up, one drill per diameter (to a tenth of a millimetre) and a spot drill.
    """
    diameters = {round(diameter, 1) for diameter, _ in facts.holes}
    tools = whole(k["setups"].value * k["mills_per_setup"].value) + len(diameters) + bool(diameters)
    loading = k["setups"].value * k["handling_time"].value
    variables = (
        Variable("tools", tools, "tools", "computed"),
        named("tool change", k["tool_change_time"]),
        named("set-ups", k["setups"]),
        named("load and turn", k["handling_time"]),
    )
    return Operation(
        "Change tools and load",
        variables,
        machine_mmin_each=milliminutes(loading + tools * k["tool_change_time"].value / 60),
        labour_mmin_each=milliminutes(loading),
    )


def material_variables(
    facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants
) -> tuple[Variable, ...]:
    """What explains the mass of the blank."""
    sides = (Variable(f"box {axis}", side, "mm", "measured") for axis, side in zip("xyz", facts.box_mm, strict=True))
    return (*sides, named("stock allowance", k["stock_allowance"]), named("density", material.density))


def doubts(_facts: PartFacts, _material: MaterialFacts, _making: Making) -> tuple[str, ...]:
    """None yet."""
    return ()


def spread(_facts: PartFacts, _material: MaterialFacts, _making: Making) -> Spread:
    """None yet: the figure itself."""
    return Spread()
