"""The routing of FDM printing: from volume, area and height to material, deposition time and layers.

Shell and infill as 3YOURMIND states them; speeds from a slicer's profile; the factors that stand for acceleration and
travel were fitted on sliced parts. Each piece is counted as a print of its own.
"""

import math

import numpy as np

from marketplace.costing.inspecting import inspect
from marketplace.costing.steps import Constants, by_hand, milliminutes, named, whole
from marketplace.costing.values import Making, MaterialFacts, Number, Operation, PartFacts, Spread, Variable, Whole

PRINT_CONSTANTS = ("infill_speed", "wall_factor", "infill_factor", "layer_time", "start_time", "heating_time")


def shell_mm3(facts: PartFacts, k: Constants) -> Number:
    """Plastic in walls, floors and roofs: area × walls × line width, never more than the part."""
    return np.minimum(facts.area_mm2 * k["walls"].value * k["line_width"].value, facts.volume_mm3)


def infill_mm3(facts: PartFacts, k: Constants) -> Number:
    """Plastic inside the shell: (volume − shell) × infill share."""
    return (facts.volume_mm3 - shell_mm3(facts, k)) * k["infill_share"].value


def material_mg(facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants) -> Whole:
    """(shell + infill) × density × (1 + waste), in whole milligrams: mm³ × kg/m³ ÷ 1000."""
    plastic = shell_mm3(facts, k) + infill_mm3(facts, k)
    return whole(plastic * material.density.value / 1000 * (1 + k["waste_share"].value))


def bead_mm2(k: Constants) -> Number:
    """Section of one extruded line with round ends: h·(w − h·(1 − π/4))."""
    height, width = k["layer_height"].value, k["line_width"].value
    return height * (width - height * (1 - math.pi / 4))


def wall_speed(k: Constants) -> Number:
    """Mean speed over one outer and (walls − 1) inner lines of equal length, mm/s."""
    inner = k["walls"].value - 1
    return k["walls"].value / (1 / k["outer_wall_speed"].value + inner / k["inner_wall_speed"].value)


def layers(facts: PartFacts, k: Constants) -> Number:
    """Whole layers over the height."""
    return np.ceil(facts.box_mm[2] / k["layer_height"].value - 1e-9)


def print_seconds(facts: PartFacts, k: Constants) -> Number:
    """start + heating + shell ÷ wall flow × a + infill ÷ infill flow × b + layers × time per layer."""
    shell = shell_mm3(facts, k) / (bead_mm2(k) * wall_speed(k)) * k["wall_factor"].value
    infill = infill_mm3(facts, k) / (bead_mm2(k) * k["infill_speed"].value) * k["infill_factor"].value
    fixed = k["start_time"].value + k["heating_time"].value
    return fixed + shell + infill + layers(facts, k) * k["layer_time"].value


def operations(facts: PartFacts, _material: MaterialFacts, making: Making, k: Constants) -> tuple[Operation, ...]:
    """Prepare once per lot, print each piece, take it off and clean it."""
    prepare = Operation(
        "Prepare", (named("preparation", k["setup_time"]),), setup_mmin=milliminutes(k["setup_time"].value)
    )
    run = milliminutes(print_seconds(facts, k) / 60)
    printing = Operation("Print", print_variables(facts, k), machine_mmin_each=run)
    post = by_hand("Post-process", "post-processing", k["post_time"])
    return prepare, printing, post, *inspect(facts, making, k)


def doubts(_facts: PartFacts, _material: MaterialFacts, _making: Making) -> tuple[str, ...]:
    """None that the findings do not tell."""
    return ()


def spread(_facts: PartFacts, _material: MaterialFacts, _making: Making) -> Spread:
    """From the figures of docs/costing.md: against a slicer, time is off by 29 % at most, mostly too short."""
    return Spread(
        time_low_bps=9_000, time_high_bps=13_000, mass_low_bps=8_900, mass_high_bps=11_100, source="slicer_fit"
    )


def print_variables(facts: PartFacts, k: Constants) -> tuple[Variable, ...]:
    """What explains the printing time."""
    speed = Variable("wall speed", wall_speed(k), "mm/s", k["outer_wall_speed"].source)
    return (
        Variable("shell", shell_mm3(facts, k), "mm3", "computed"),
        Variable("infill", infill_mm3(facts, k), "mm3", "computed"),
        Variable("line section", bead_mm2(k), "mm2", "computed"),
        speed,
        Variable("layers", layers(facts, k), "layers", "computed"),
        *(named(name.replace("_", " "), k[name]) for name in PRINT_CONSTANTS),
    )


def material_variables(
    facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants
) -> tuple[Variable, ...]:
    """What explains the mass of plastic."""
    names = ("walls", "line_width", "infill_share", "waste_share")
    return (
        Variable("part volume", facts.volume_mm3, "mm3", "measured"),
        Variable("part area", facts.area_mm2, "mm2", "measured"),
        *(named(name.replace("_", " "), k[name]) for name in names),
        named("density", material.density),
    )
