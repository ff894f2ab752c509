"""The routing of FDM printing: what a slicer would lay down for the part as drawn, and how long that takes.

Each piece is counted as a print of its own. A part measured before its layers were is priced from volume and area
alone: shell and infill as 3YOURMIND states them, with factors fitted on sliced parts, in a wider interval.
"""

import math
from typing import Final

import numpy as np

from marketplace.costing.constants import constants
from marketplace.costing.extruding import Print, printed
from marketplace.costing.inspecting import inspect
from marketplace.costing.steps import Constants, by_hand, milliminutes, named, tolerance, whole
from marketplace.costing.values import Making, MaterialFacts, Number, Operation, PartFacts, Spread, Variable, Whole

PRINT_CONSTANTS: Final = (
    "layer_height",
    "outer_wall_speed",
    "inner_wall_speed",
    "solid_speed",
    "infill_speed",
    "travel_speed",
    "infill_acceleration",
    "shortest_layer_time",
    "hop_time",
    "start_time",
    "heating_time",
)
ROUGH_CONSTANTS: Final = (
    "infill_speed",
    "wall_factor",
    "infill_factor",
    "layer_time",
    "rough_start_time",
    "heating_time",
)
MATERIAL_CONSTANTS: Final = ("walls", "top_layers", "bottom_layers", "infill_share", "waste_share")

FINEST_MM: Final = 1.25
DEEPEST_MM: Final = 0.8
"""Layers tell of walls when they were measured at a depth up to the one and at another from the other on: a part of
another size than its file said, or larger than a printer, was measured too coarsely or too finely.
"""


def operations(facts: PartFacts, _material: MaterialFacts, making: Making, k: Constants) -> tuple[Operation, ...]:
    """Prepare once per lot, print each piece, take it off and clean it."""
    prepare = Operation(
        "Prepare", (named("preparation", k["setup_time"]),), setup_mmin=milliminutes(k["setup_time"].value)
    )
    if has_layers(facts):
        laid = laid_down(facts, k)
        seconds, variables = laid.seconds, print_variables(laid, k)
    else:
        seconds, variables = rough_seconds(facts, k), rough_variables(facts, k)
    factor = tolerance(making, k)
    run = milliminutes((k["heating_time"].value + seconds * factor.value) / 60)
    printing = Operation("Print", (*variables, named("tolerance", factor)), machine_mmin_each=run)
    post = by_hand("Post-process", "post-processing", k["post_time"])
    return prepare, printing, post, *inspect(facts, making, k)


def material_mg(facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants) -> Whole:
    """Plastic × density × (1 + waste), in whole milligrams: mm³ × kg/m³ ÷ 1000."""
    return whole(plastic_mm3(facts, k) * material.density.value / 1000 * (1 + k["waste_share"].value))


def material_variables(
    facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants
) -> tuple[Variable, ...]:
    """What explains the mass of plastic."""
    return (
        Variable("part volume", facts.volume_mm3, "mm3", "measured"),
        Variable("plastic", plastic_mm3(facts, k), "mm3", "computed"),
        *(named(name.replace("_", " "), k[name]) for name in MATERIAL_CONSTANTS),
        named("density", material.density),
    )


def doubts(_facts: PartFacts, _material: MaterialFacts, _making: Making) -> tuple[str, ...]:
    """None: whatever is closed is printed, and how sure its price is, the interval says."""
    return ()


def spread(facts: PartFacts, _material: MaterialFacts, _making: Making) -> Spread:
    """The interval of the part's layers, or the wider one without them."""
    return interval(facts)


def interval(facts: PartFacts) -> Spread:
    """How far time and mass of a print lie from a slicer's, in nine of ten parts that no coefficient was fitted on."""
    kind = "spread" if has_layers(facts) else "rough_spread"
    k = constants("fdm")
    return Spread(
        time_low_bps=int(k[f"{kind}_time_low"].value),
        time_high_bps=int(k[f"{kind}_time_high"].value),
        mass_low_bps=int(k[f"{kind}_mass_low"].value),
        mass_high_bps=int(k[f"{kind}_mass_high"].value),
        source=k[f"{kind}_time_low"].source,
    )


def has_layers(facts: PartFacts) -> bool:
    """Whether the part's layers are known at the scale of a nozzle."""
    if facts.layers is None:
        return False
    depths = facts.layers.depths_mm
    return depths[0] <= FINEST_MM and depths[-1] >= DEEPEST_MM


def laid_down(facts: PartFacts, k: Constants) -> Print:
    """The print of a part whose layers are known."""
    assert facts.layers is not None
    return printed(facts.layers, facts.box_mm, k)


def plastic_mm3(facts: PartFacts, k: Constants) -> Number:
    """Plastic in one print, support, skirt and brim included."""
    return laid_down(facts, k).plastic_mm3 if has_layers(facts) else shell_mm3(facts, k) + infill_mm3(facts, k)


def print_variables(laid: Print, k: Constants) -> tuple[Variable, ...]:
    """What explains the printing time of a part whose layers are known."""
    return (
        Variable("layers as drawn", laid.layers, "layers", "computed"),
        Variable("walls", laid.wall_mm, "mm", "computed"),
        Variable("solid infill", laid.solid_mm, "mm", "computed"),
        Variable("of it bridges", laid.bridge_mm, "mm", "computed"),
        Variable("sparse infill", laid.sparse_mm, "mm", "computed"),
        Variable("support", laid.support_mm, "mm", "computed"),
        Variable("moves without printing", laid.hops, "moves", "computed"),
        Variable("slowed down to cool", laid.cooling_s, "s", "computed"),
        *(named(name.replace("_", " "), k[name]) for name in PRINT_CONSTANTS),
    )


def shell_mm3(facts: PartFacts, k: Constants) -> Number:
    """Plastic in walls, floors and roofs: area × walls × line width, never more than the part."""
    return np.minimum(facts.area_mm2 * k["walls"].value * k["line_width"].value, facts.volume_mm3)


def infill_mm3(facts: PartFacts, k: Constants) -> Number:
    """Plastic inside the shell: (volume − shell) × infill share."""
    return (facts.volume_mm3 - shell_mm3(facts, k)) * k["infill_share"].value


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


def rough_seconds(facts: PartFacts, k: Constants) -> Number:
    """start + shell ÷ wall flow × a + infill ÷ infill flow × b + layers × time per layer."""
    shell = shell_mm3(facts, k) / (bead_mm2(k) * wall_speed(k)) * k["wall_factor"].value
    infill = infill_mm3(facts, k) / (bead_mm2(k) * k["infill_speed"].value) * k["infill_factor"].value
    return k["rough_start_time"].value + shell + infill + layers(facts, k) * k["layer_time"].value


def rough_variables(facts: PartFacts, k: Constants) -> tuple[Variable, ...]:
    """What explains the printing time of a part whose layers are not known."""
    return (
        Variable("shell", shell_mm3(facts, k), "mm3", "computed"),
        Variable("infill", infill_mm3(facts, k), "mm3", "computed"),
        Variable("line section", bead_mm2(k), "mm2", "computed"),
        Variable("wall speed", wall_speed(k), "mm/s", k["outer_wall_speed"].source),
        Variable("layers", layers(facts, k), "layers", "computed"),
        *(named(name.replace("_", " "), k[name]) for name in ROUGH_CONSTANTS),
    )
