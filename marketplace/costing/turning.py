"""The routing of turning from bar: from diameter, length, volume, area and holes to operations. Minutes and mm."""

import math
from typing import Final

import numpy as np

from marketplace.costing.errors import ShapeNotForProcess
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
    Bore,
    Making,
    MaterialFacts,
    Number,
    Operation,
    PartFacts,
    Spread,
    Variable,
    Whole,
)
from marketplace.geometry.shape import Turned

SLENDER: Final = 10.0
"""Length over diameter above which a steady rest is needed (manufacturability: turning_far_too_slender)."""
ROUND: Final = 0.98
"""Of the area; what is missing to it is sampled, so that a wholly round part may lie a little below 1."""


def turned(facts: PartFacts) -> Turned:
    """The part as a lathe sees it. Raises ShapeNotForProcess for what is not round about one axis."""
    if facts.turned is None or min(facts.turned.diameter_mm, facts.turned.length_mm) <= 0:
        raise ShapeNotForProcess(
            "The part was not recognised as round about one axis. Upload it as STEP (meshes are not recognised) or "
            "choose milling."
        )
    return facts.turned


def bar_mm(facts: PartFacts, k: Constants) -> tuple[Number, Number]:
    """Diameter and length of bar that a piece takes: allowances of P3L (1.6 mm all round, 3.2 mm on the length), and
    the width of the parting tool."""
    part = turned(facts)
    length = part.length_mm + k["facing_allowance"].value + k["parting_width"].value
    return part.diameter_mm + k["bar_allowance"].value, length


def bar_mm3(facts: PartFacts, k: Constants) -> Number:
    """Volume of bar that a piece takes: π/4·d²·l."""
    diameter, length = bar_mm(facts, k)
    return math.pi / 4 * diameter**2 * length


def material_mg(facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants) -> Whole:
    """Mass of the bar in whole milligrams, with its share of the end that stays in the chuck."""
    return whole(bar_mm3(facts, k) * (1 + k["remnant_share"].value) * material.density.value / 1000)


def operations(facts: PartFacts, material: MaterialFacts, making: Making, k: Constants) -> tuple[Operation, ...]:
    """Program, set up, rough, finish, drill on the axis, driven tools, part off, handle, deburr, inspect."""
    central = [bore for bore in facts.holes if bore.is_central]
    return (
        program(making, k),
        set_up(facts, k),
        rough(facts, material, k),
        finish(facts, material, making, k),
        *((drill("Drill on the axis", central, material, making, k),) if central else ()),
        *driven(facts, material, making, k),
        part_off(facts, material, k),
        handle(facts, making, k),
        practised("Deburr", "deburr time", k["deburr_time"], making, k),
        *inspect(facts, making, k),
    )


def across(facts: PartFacts) -> list[Bore]:
    """The holes that driven tools make: off the axis, or across it."""
    return [bore for bore in facts.holes if not bore.is_central]


def is_driven(facts: PartFacts) -> bool:
    """Whether driven tools are needed at all."""
    return bool(across(facts)) or turned(facts).round_share < ROUND


def program(making: Making, k: Constants) -> Operation:
    """By hand, once per lot: programming, and the first piece measured throughout [cnc_volume]."""
    factor = tolerance(making, k)
    minutes = k["programming_time"].value + k["first_piece_time"].value * factor.value
    variables = (*shown(("programming_time", "first_piece_time"), k), named("tolerance", factor))
    return Operation("Program and prove", variables, labour_mmin=milliminutes(minutes))


def set_up(facts: PartFacts, k: Constants) -> Operation:
    """Once per lot: half an hour, an hour with driven tools [P3L]."""
    names = ("setup_time", "driven_setup_time") if is_driven(facts) else ("setup_time",)
    minutes = sum((k[name].value for name in names), start=0.0)
    return Operation("Set up", shown(names, k), setup_mmin=milliminutes(minutes))


def rough(facts: PartFacts, material: MaterialFacts, k: Constants) -> Operation:
    """(bar − part − central holes) ÷ (removal rate × factor for turning) × (1 + non-cutting share); slender: slower."""
    diameter, length = bar_mm(facts, k)
    body = math.pi / 4 * diameter**2 * (length - k["parting_width"].value)
    drilled = sum(math.pi / 4 * hole.diameter_mm**2 * hole.depth_mm for hole in facts.holes if hole.is_central)
    removed = np.maximum(body - facts.volume_mm3 - drilled, 0.0)
    rate = data(material, "removal_rate")
    times, why = slenderness(facts, k)
    minutes = removed / (rate.value * k["turning_factor"].value) * (1 + k["non_cutting_share"].value) * times
    variables = (
        Variable("bar diameter", diameter, "mm", "computed"),
        Variable("volume turned away", removed, "mm3", "computed"),
        named("removal rate", rate),
        *shown(("turning_factor", "non_cutting_share"), k),
        *why,
    )
    return Operation("Rough turn", variables, machine_mmin_each=milliminutes(minutes))


def slenderness(facts: PartFacts, k: Constants) -> tuple[Number, tuple[Variable, ...]]:
    """How much slower a part is cut that bends: beyond ten diameters long [digifab × 1.3]."""
    part = turned(facts)
    if part.length_mm <= SLENDER * part.diameter_mm:
        return 1.0, ()
    return k["slender_factor"].value, shown(("slender_factor",), k)


def finish(facts: PartFacts, material: MaterialFacts, making: Making, k: Constants) -> Operation:
    """Round area ÷ (1000 · v · feed) × (1 + non-cutting share) × tolerance: a pass covers feed × speed.

    Kyocera and others write π·D·L ÷ (1000·v·f) for a cylinder, which is this. v is at most what the spindle gives.
    """
    part = turned(facts)
    area = facts.area_mm2 * part.round_share
    speed = data(material, "turning_speed")
    rpm = spindle_rpm(speed.value, part.diameter_mm, k)
    cover = math.pi * part.diameter_mm * rpm * k["finish_feed"].value
    factor = tolerance(making, k)
    times, why = slenderness(facts, k)
    minutes = area / cover * (1 + k["non_cutting_share"].value) * factor.value * times
    variables = (
        Variable("round area", area, "mm2", "measured"),
        named("turning speed", speed),
        Variable("spindle", rpm, "1/min", "computed"),
        *shown(("finish_feed", "spindle_limit", "non_cutting_share"), k),
        named("tolerance", factor),
        *why,
    )
    return Operation("Finish turn", variables, machine_mmin_each=milliminutes(minutes))


def driven(facts: PartFacts, material: MaterialFacts, making: Making, k: Constants) -> tuple[Operation, ...]:
    """Holes off the axis are drilled; the area that is not round is milled in several passes."""
    holes = across(facts)
    drilling = (drill("Drill across", holes, material, making, k),) if holes else ()
    share = 1 - turned(facts).round_share
    if share <= 1 - ROUND:
        return drilling
    walls = sum(math.pi * hole.diameter_mm * hole.depth_mm for hole in holes)
    area = max(facts.area_mm2 * share - walls, 0.0)
    diameter = k["driven_tool_diameter"].value
    speed, tooth = data(material, "cutting_speed"), data(material, "feed_per_tooth")
    feed = spindle_rpm(speed.value, diameter, k) * k["driven_teeth"].value * tooth.value
    factor = tolerance(making, k)
    minutes = area * k["driven_passes"].value / (k["driven_stepover"].value * diameter * feed) * factor.value
    names = ("driven_tool_diameter", "driven_teeth", "driven_stepover", "driven_passes", "spindle_limit")
    variables = (
        Variable("area that is not round", area, "mm2", "measured"),
        named("cutting speed", speed),
        named("feed per tooth", tooth),
        Variable("feed", feed, "mm/min", "computed"),
        *shown(names, k),
        named("tolerance", factor),
    )
    return (*drilling, Operation("Mill with driven tools", variables, machine_mmin_each=milliminutes(minutes)))


def part_off(facts: PartFacts, material: MaterialFacts, k: Constants) -> Operation:
    """Across the bar at constant speed: π/4·d² ÷ (1000·v·feed)."""
    diameter, _ = bar_mm(facts, k)
    speed = data(material, "turning_speed")
    rpm = spindle_rpm(speed.value, diameter, k)
    minutes = diameter / (4 * rpm * k["parting_feed"].value)
    variables = (
        Variable("bar diameter", diameter, "mm", "computed"),
        named("turning speed", speed),
        *shown(("parting_feed", "spindle_limit"), k),
    )
    return Operation("Part off", variables, machine_mmin_each=milliminutes(minutes))


def handle(facts: PartFacts, making: Making, k: Constants) -> Operation:
    """Per piece: tool changes; feeding the bar and turning the piece for its other end takes machine and operator."""
    count = whole(k["turning_tools"].value) + tools(facts.holes)
    loading = k["handling_time"].value * practice(making, k)
    variables = (
        Variable("tools", count, "tools", "computed"),
        named("tool change", k["tool_change_time"]),
        named("feed and turn round", k["handling_time"]),
        *shown(LEARNING, k),
    )
    return Operation(
        "Change tools and feed bar",
        variables,
        machine_mmin_each=milliminutes(loading + count * k["tool_change_time"].value / 60),
        labour_mmin_each=milliminutes(loading),
    )


def material_variables(
    facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants
) -> tuple[Variable, ...]:
    """What explains the mass of the bar."""
    part = turned(facts)
    return (
        Variable("diameter", part.diameter_mm, "mm", "measured"),
        Variable("length", part.length_mm, "mm", "measured"),
        *shown(("bar_allowance", "facing_allowance", "parting_width", "remnant_share"), k),
        named("density", material.density),
    )


def doubts(facts: PartFacts, _material: MaterialFacts, making: Making) -> tuple[str, ...]:
    """Parts that bend, parts that are mostly milled, tolerances that are ground."""
    part, found = turned(facts), []
    if part.length_mm > SLENDER * part.diameter_mm:
        found.append("It is so slender that it needs a steady rest.")
    if part.round_share < 0.5:
        found.append("More of it is milled than turned.")
    if making.tolerance == "ultra":
        found.append("So tight a tolerance over the whole part may need grinding.")
    return tuple(found)


def spread(_facts: PartFacts, _material: MaterialFacts, _making: Making) -> Spread:
    """From what P3L's own examples say of aluminium: 10 to 49 cm³/min about the 22 taken, √(49 ÷ 10) either way."""
    return Spread(
        time_low_bps=4_500, time_high_bps=22_000, mass_low_bps=9_500, mass_high_bps=11_500, source="turning_removal"
    )
