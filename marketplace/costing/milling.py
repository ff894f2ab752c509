"""The routing of 3-axis milling: from box, volume, area, reach, pockets and holes to operations. Minutes and mm.

Formulas follow public sources (shop handbooks and cost libraries, keys in sources.toml); they disagree by factors, so
each constant may be replaced per work centre.
"""

import math
from collections import Counter
from typing import Final

import numpy as np

from marketplace.costing.holes import drill, spindle_rpm, tools
from marketplace.costing.inspecting import inspect
from marketplace.costing.steps import (
    LEARNING,
    Constants,
    data,
    milliminutes,
    named,
    practice,
    practised,
    shown,
    tolerance,
    whole,
)
from marketplace.costing.values import (
    Figure,
    Making,
    MaterialFacts,
    Number,
    Operation,
    PartFacts,
    Spread,
    Variable,
    Whole,
)

FINISH_CONSTANTS: Final = (
    "finish_tool_diameter",
    "finish_stepover",
    "finish_teeth",
    "spindle_limit",
    "non_cutting_share",
)
GROWTH_CONSTANTS: Final = ("rough_usual_volume", "rough_growth", "rough_most")
HIDDEN_SHARE: Final = 0.01
"""Of the area; less is what sampling may miss."""
LARGE_MM3: Final = 1e6
"""Volume removed above which the sources of the removal rate say little: their tiers end at a quarter of it (P3L)."""
LONG_TOOL: Final = 6.0
"""Reach over diameter above which cutters chatter (manufacturability: cnc_long_tool)."""


def stock_mm3(facts: PartFacts, k: Constants) -> Number:
    """Volume of the blank: each side of the bounding box plus the allowance (both sides together)."""
    x, y, z = (side + k["stock_allowance"].value for side in facts.box_mm)
    return x * y * z


def material_mg(facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants) -> Whole:
    """Mass of the blank in whole milligrams: mm³ × kg/m³ ÷ 1000."""
    return whole(stock_mm3(facts, k) * material.density.value / 1000)


def operations(facts: PartFacts, material: MaterialFacts, making: Making, k: Constants) -> tuple[Operation, ...]:
    """Program, set up, rough, finish, drill (if there are holes), handle, deburr, inspect."""
    return steps(facts, material, making, k, set_ups(facts, k))


def set_ups(facts: PartFacts, k: Constants) -> Figure:
    """One for each direction that the part is worked from, where that was found; else the usual number."""
    if facts.reach is None or not facts.reach.directions:
        return k["setups"]
    return Figure(float(len(facts.reach.directions)), "set-ups", "measured")


def steps(
    facts: PartFacts, material: MaterialFacts, making: Making, k: Constants, setups: Figure
) -> tuple[Operation, ...]:
    """The operations of milling in so many set-ups."""
    drilling = (drill("Drill", facts.holes, material, making, k),) if facts.holes else ()
    return (
        program(making, k, setups),
        set_up(k, setups),
        rough(facts, material, k),
        finish(facts, material, making, k),
        *drilling,
        handle(facts, making, k, setups),
        practised("Deburr", "deburr time", k["deburr_time"], making, k),
        *inspect(facts, making, k),
    )


def program(making: Making, k: Constants, setups: Figure) -> Operation:
    """By hand, once per lot: set-ups × programming, and the first piece measured throughout [cnc_volume]."""
    factor = tolerance(making, k)
    minutes = setups.value * k["programming_time"].value + k["first_piece_time"].value * factor.value
    names = ("programming_time", "first_piece_time")
    variables = (named("set-ups", setups), *shown(names, k), named("tolerance", factor))
    return Operation("Program and prove", variables, labour_mmin=milliminutes(minutes))


def set_up(k: Constants, setups: Figure) -> Operation:
    """Once per lot: set-ups × time of one [P3L 0.5 h; myshopmetrics 15–30 min in a vise]."""
    variables = (named("set-ups", setups), named("time per set-up", k["setup_time"]))
    return Operation("Set up", variables, setup_mmin=milliminutes(setups.value * k["setup_time"].value))


def rough(facts: PartFacts, material: MaterialFacts, k: Constants) -> Operation:
    """(stock − part) ÷ (removal rate × growth) + what narrow and deep places count extra ÷ removal rate, both ×
    (1 + non-cutting share)."""
    removed = np.maximum(stock_mm3(facts, k) - facts.volume_mm3, 0.0)
    grown = growth(removed, k)
    extra, why = slow_mm3(facts, removed, grown, k)
    rate = data(material, "removal_rate")
    minutes = (removed / grown + extra) / rate.value * (1 + k["non_cutting_share"].value)
    variables = (
        Variable("stock volume", stock_mm3(facts, k), "mm3", "computed"),
        Variable("part volume", facts.volume_mm3, "mm3", "measured"),
        *why,
        named("removal rate", rate),
        Variable("times quicker, by the volume removed", grown, "ratio", "computed"),
        *shown(GROWTH_CONSTANTS, k),
        named("non-cutting share", k["non_cutting_share"]),
    )
    return Operation("Rough mill", variables, machine_mmin_each=milliminutes(minutes))


def growth(removed: Number, k: Constants) -> Number:
    """How many times the usual removal rate so large a volume is cleared at: large stock takes large tools.

    max(1, removed ÷ usual volume) ^ exponent, up to a limit; the exponent is under 1, so that more takes longer
    [P3L: rate by tiers of the volume removed].
    """
    times = np.maximum(1.0, removed / k["rough_usual_volume"].value) ** k["rough_growth"].value
    return np.minimum(times, k["rough_most"].value)


def slow_mm3(facts: PartFacts, removed: Number, grown: Number, k: Constants) -> tuple[Number, tuple[Variable, ...]]:
    """What must be added, at the usual removal rate, because tools are small or long in places, and its variables.

    Pocket by pocket where they were recognised, with the tools that fit; else a share of the volume where some place
    asks for a long tool, which is as large as the others.
    """
    pockets = sizes(facts)
    if pockets:
        total = sum(math.prod(size) * count for size, count in pockets.items())
        slow = sum(
            math.prod(size) * count * (1 / pocket_rate(size[0], size[1], k) - 1) for size, count in pockets.items()
        )
        extra = slow * np.minimum(1.0, removed / total)
        names: tuple[str, ...] = ("rough_tool_diameter", "pocket_fit", "deep_from", "deep_rate", "slowest_rate")
    elif facts.reach is not None and facts.reach.tool_ratio is not None:
        extra = removed / grown * k["narrow_share"].value * (1 / deep_rate(facts.reach.tool_ratio, k) - 1)
        names = ("narrow_share", "deep_from", "deep_rate")
    else:
        return 0.0, ()
    return extra, (Variable("narrow and deep places count extra", extra, "mm3", "computed"), *shown(names, k))


def sizes(facts: PartFacts) -> Counter[tuple[float, float, float]]:
    """How many pockets there are of each depth, width and length, to a hundredth of a millimetre."""
    pockets = facts.features.pockets if facts.features is not None else ()
    measured = ((round(each.depth_mm, 2), round(each.width_mm, 2), round(each.length_mm, 2)) for each in pockets)
    return Counter(size for size in measured if min(size) > 0)


def pocket_rate(depth: float, width: float, k: Constants) -> Number:
    """The share of the removal rate that is left in a pocket.

    Depth, width and feed of a cut all go with the tool's diameter and the speed against it, so the rate goes with its
    square; the tool is the widest that fits, or the usual one.
    """
    tool = np.minimum(k["rough_tool_diameter"].value, k["pocket_fit"].value * width)
    share = (tool / k["rough_tool_diameter"].value) ** 2 * deep_rate(depth / tool, k)
    return np.maximum(share, k["slowest_rate"].value)


def deep_rate(ratio: Number, k: Constants) -> Number:
    """The share of the removal rate that is left for a tool that reaches so many diameters deep [P3L, deep pockets]."""
    return np.where(ratio > k["deep_from"].value, k["deep_rate"].value, 1.0)


def finish(facts: PartFacts, material: MaterialFacts, making: Making, k: Constants) -> Operation:
    """Area ÷ (step-over · feed) × (1 + non-cutting share) × tolerance; feed = n · teeth · feed per tooth.

    Hole walls are left out; a tight tolerance takes slower and further passes.
    """
    walls = sum(math.pi * hole.diameter_mm * hole.depth_mm for hole in facts.holes)
    area = max(facts.area_mm2 - walls, 0.0)
    diameter = k["finish_tool_diameter"].value
    speed, tooth = data(material, "cutting_speed"), data(material, "feed_per_tooth")
    feed = spindle_rpm(speed.value, diameter, k) * k["finish_teeth"].value * tooth.value
    factor = tolerance(making, k)
    passes = area / (k["finish_stepover"].value * diameter * feed)
    minutes = passes * (1 + k["non_cutting_share"].value) * factor.value
    variables = (
        Variable("area without hole walls", area, "mm2", "measured"),
        named("cutting speed", speed),
        named("feed per tooth", tooth),
        Variable("feed", feed, "mm/min", "computed"),
        *shown(FINISH_CONSTANTS, k),
        named("tolerance", factor),
    )
    return Operation("Finish mill", variables, machine_mmin_each=milliminutes(minutes))


def handle(facts: PartFacts, making: Making, k: Constants, setups: Figure) -> Operation:
    """Per piece: tool changes on the machine; loading and turning over costs machine and operator the same time.

    Tools: mills in each set-up, and those of the holes. Hands get quicker with practice.
    """
    count = whole(setups.value * k["mills_per_setup"].value) + tools(facts.holes)
    loading = setups.value * k["handling_time"].value * practice(making, k)
    variables = (
        Variable("tools", count, "tools", "computed"),
        named("tool change", k["tool_change_time"]),
        named("set-ups", setups),
        named("load and turn", k["handling_time"]),
        *shown(LEARNING, k),
    )
    return Operation(
        "Change tools and load",
        variables,
        machine_mmin_each=milliminutes(loading + count * k["tool_change_time"].value / 60),
        labour_mmin_each=milliminutes(loading),
    )


def material_variables(
    facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants
) -> tuple[Variable, ...]:
    """What explains the mass of the blank."""
    sides = (Variable(f"box {axis}", side, "mm", "measured") for axis, side in zip("xyz", facts.box_mm, strict=True))
    return (*sides, named("stock allowance", k["stock_allowance"]), named("density", material.density))


def doubts(facts: PartFacts, _material: MaterialFacts, making: Making) -> tuple[str, ...]:
    """Tilted faces, and what holds for milling at large."""
    tilted = facts.reach is not None and not facts.reach.is_three_axis
    said = (
        ("It is worked from tilted directions, which three axes reach only with special fixtures.",) if tilted else ()
    )
    return said + of_milling(facts, making)


def of_milling(facts: PartFacts, making: Making) -> tuple[str, ...]:
    """Faces that no tool was found to reach, tools that chatter, blocks that are large, tolerances that are ground."""
    reach, found = facts.reach, []
    if reach is not None and reach.hidden_mm2 > HIDDEN_SHARE * facts.area_mm2:
        found.append("Part of its surface is seen from no direction that was tried.")
    if reach is not None and reach.tool_ratio is not None and reach.tool_ratio > LONG_TOOL:
        found.append(f"A place asks for a cutter {reach.tool_ratio:.0f} times as long as thick.")
    if math.prod(facts.box_mm) - facts.volume_mm3 > LARGE_MM3:
        found.append("A large block: a person should look at the tools that clear it.")
    if making.tolerance == "ultra":
        found.append("So tight a tolerance over the whole part may need grinding.")
    return tuple(found)


def spread(_facts: PartFacts, _material: MaterialFacts, _making: Making) -> Spread:
    """From what the sources of the removal rate say of aluminium: 3 to 8.2 cm³/min about the 5 taken.

    Time 5 ÷ 8.2 to 5 ÷ 3; mass from a tenth less to the blank with 5 mm on every side (digifab) of a middling part.
    """
    return Spread(time_low_bps=6_100, time_high_bps=16_700, mass_low_bps=9_000, mass_high_bps=12_200, source="removal")
