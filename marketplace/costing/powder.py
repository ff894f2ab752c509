"""The routing of polymer powder beds (SLS, MJF): a share of a chamber, unpacking, blasting, powder that is not reused.

Parts of many orders share a chamber, so a piece pays its share by the box that it takes, never a whole build.
Minutes, mm and mm³ throughout.
"""

import math

import numpy as np

from marketplace.costing.inspecting import inspect
from marketplace.costing.steps import Constants, milliminutes, named, shown, tolerance, whole
from marketplace.costing.values import Making, MaterialFacts, Number, Operation, PartFacts, Spread, Variable, Whole

CHAMBER = ("chamber_x", "chamber_y", "chamber_z")
SHARE_CONSTANTS = (*CHAMBER, "part_gap", "boxes_filled")
PRINT_CONSTANTS = ("layer_height", "layer_time", "heat_and_cool_time")
POWDER = ("bulk_density", "fresh_share")


def room_mm3(facts: PartFacts, k: Constants) -> Number:
    """What a piece takes of a chamber: its smallest box with half a gap around, and what stays empty between boxes."""
    sides = facts.oriented_box.sides_mm if facts.oriented_box else facts.box_mm
    drawn = math.prod(facts.box_mm)
    a, b, c = sides if math.prod(sides) < drawn else facts.box_mm
    gap = k["part_gap"].value
    return (a + gap) * (b + gap) * (c + gap) / k["boxes_filled"].value


def chamber_mm3(k: Constants) -> Number:
    """All that can be built in."""
    return k["chamber_x"].value * k["chamber_y"].value * k["chamber_z"].value


def chamber_share(facts: PartFacts, k: Constants) -> Number:
    """Of a full chamber, what one piece takes."""
    return room_mm3(facts, k) / chamber_mm3(k)


def build_minutes(making: Making, k: Constants) -> Number:
    """A full chamber: layers × time of a layer (more for a tight tolerance), and heating and cooling in the machine."""
    layers = np.ceil(k["chamber_z"].value / k["layer_height"].value - 1e-9)
    return layers * k["layer_time"].value / 60 * tolerance(making, k).value + k["heat_and_cool_time"].value


def operations(facts: PartFacts, _material: MaterialFacts, making: Making, k: Constants) -> tuple[Operation, ...]:
    """Prepare, print, turn the machine round, unpack and blast, inspect."""
    return (
        prepare(k),
        printed(facts, making, k),
        turn_round(facts, k),
        unpack(facts, k),
        *inspect(facts, making, k),
    )


def prepare(k: Constants) -> Operation:
    """Once per lot: check the file and lay the parts out."""
    variables = (named("preparation", k["setup_time"]),)
    return Operation("Prepare", variables, setup_mmin=milliminutes(k["setup_time"].value))


def printed(facts: PartFacts, making: Making, k: Constants) -> Operation:
    """Minutes of a full chamber × the share of one piece."""
    share = chamber_share(facts, k)
    variables = (
        Variable("room of a piece", room_mm3(facts, k), "mm3", "computed"),
        Variable("share of a chamber", share, "ratio", "computed"),
        Variable("time of a full chamber", build_minutes(making, k), "min", "computed"),
        named("tolerance", tolerance(making, k)),
        *shown((*SHARE_CONSTANTS, *PRINT_CONSTANTS), k),
    )
    return Operation("Print", variables, machine_mmin_each=milliminutes(build_minutes(making, k) * share))


def turn_round(facts: PartFacts, k: Constants) -> Operation:
    """Between two builds: clean, fill and start; a piece pays its share."""
    share = chamber_share(facts, k)
    variables = (Variable("share of a chamber", share, "ratio", "computed"), named("turn round", k["turn_round_time"]))
    return Operation("Turn round", variables, labour_mmin_each=milliminutes(k["turn_round_time"].value * share))


def unpack(facts: PartFacts, k: Constants) -> Operation:
    """Break the cake (a share of the chamber's), blast the piece, by its surface (cm²)."""
    share, area = chamber_share(facts, k), facts.area_mm2 / 100
    minutes = k["unpack_time"].value * share + k["blast_time"].value + area * k["blast_area_time"].value
    variables = (
        Variable("share of a chamber", share, "ratio", "computed"),
        Variable("surface", area, "cm2", "measured"),
        *shown(("unpack_time", "blast_time", "blast_area_time"), k),
    )
    return Operation("Unpack and blast", variables, labour_mmin_each=milliminutes(minutes))


def material_mg(facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants) -> Whole:
    """Fresh powder in whole milligrams: the part's, or so much as keeps the fresh share of all powder around it.

    max(part, fresh share × (part + cake)); the cake is the rest of the piece's room at bulk density.
    """
    part = facts.volume_mm3 * material.density.value / 1000
    cake = (room_mm3(facts, k) - facts.volume_mm3) * material.forming["bulk_density"].value / 1000
    return whole(np.maximum(part, material.forming["fresh_share"].value * (part + cake)))


def material_variables(
    facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants
) -> tuple[Variable, ...]:
    """What explains the mass of powder."""
    return (
        Variable("part volume", facts.volume_mm3, "mm3", "measured"),
        Variable("room of a piece", room_mm3(facts, k), "mm3", "computed"),
        *(named(name.replace("_", " "), material.forming[name]) for name in POWDER),
        named("density", material.density),
    )


def doubts(_facts: PartFacts, _material: MaterialFacts, _making: Making) -> tuple[str, ...]:
    """None: powder holds the part."""
    return ()


def spread(_facts: PartFacts, _material: MaterialFacts, _making: Making) -> Spread:
    """How full the chamber is, and 8 to 12 hours for the same build; powder by its fresh share, 20 to 50 %."""
    return Spread(time_low_bps=6_500, time_high_bps=15_000, mass_low_bps=7_000, mass_high_bps=14_000, source="phasio")
