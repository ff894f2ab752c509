"""The routing of metal powder beds (LPBF): exposure by volume, a recoat for each layer, and what comes afterwards.

build = (part + supports) ÷ volume rate + a share of (layers × recoat + start and end), as additive.tools has it. Then
stress is relieved on the plate, parts are cut off, supports broken away, surfaces blasted. Minutes, mm and mm³.
"""

from marketplace.costing.inspecting import inspect
from marketplace.costing.plates import height_mm, layers, overhang_mm2, plate_share, standing_mm2, stood, support_mm3
from marketplace.costing.steps import Constants, milliminutes, named, shown, tolerance, whole
from marketplace.costing.values import Making, MaterialFacts, Number, Operation, PartFacts, Spread, Variable, Whole

PLATE_CONSTANTS = ("recoat_time", "start_and_end_time", "plate_area", "plate_filled", "part_gap", "least_plate_share")
SUPPORT_CONSTANTS = ("support_filled", "support_of_hull", "support_of_part")


def operations(facts: PartFacts, material: MaterialFacts, making: Making, k: Constants) -> tuple[Operation, ...]:
    """Prepare, print, relieve stress, cut off, remove supports, blast, inspect."""
    return (
        prepare(k),
        printed(facts, material, making, k),
        relieve(facts, making, k),
        cut_off(facts, k),
        clean(facts, k),
        *inspect(facts, making, k),
    )


def prepare(k: Constants) -> Operation:
    """Once per lot: orient, support, lay out, change and level the plate."""
    variables = (named("preparation", k["setup_time"]),)
    return Operation("Prepare", variables, setup_mmin=milliminutes(k["setup_time"].value))


def exposure_minutes(facts: PartFacts, material: MaterialFacts, k: Constants) -> Number:
    """(part + supports) ÷ the volume rate of the material's process (mm³/s)."""
    return (facts.volume_mm3 + support_mm3(facts, k)) / material.forming["volume_rate"].value / 60


def plate_minutes(facts: PartFacts, material: MaterialFacts, k: Constants) -> Number:
    """What all pieces of a plate wait for: layers × recoat, then inerting, heating, cooling and emptying."""
    count = layers(facts, material.forming["layer_height"].value)
    return count * k["recoat_time"].value / 60 + k["start_and_end_time"].value


def printed(facts: PartFacts, material: MaterialFacts, making: Making, k: Constants) -> Operation:
    """Its own exposure, slower for a tight tolerance, and a share of the plate's waiting (`plates.plate_share`)."""
    share = plate_share(facts, making, k)
    exposed = exposure_minutes(facts, material, k) * tolerance(making, k).value
    variables = (
        Variable("part volume", facts.volume_mm3, "mm3", "measured"),
        Variable("support volume", support_mm3(facts, k), "mm3", "computed"),
        named("volume rate", material.forming["volume_rate"]),
        named("layer height", material.forming["layer_height"]),
        Variable("height", height_mm(facts), "mm", "measured"),
        Variable("layers", layers(facts, material.forming["layer_height"].value), "layers", "computed"),
        Variable("share of a plate", share, "ratio", "computed"),
        named("tolerance", tolerance(making, k)),
        *shown(PLATE_CONSTANTS, k),
    )
    minutes = exposed + share * plate_minutes(facts, material, k)
    return Operation("Print", variables, machine_mmin_each=milliminutes(minutes))


def relieve(facts: PartFacts, making: Making, k: Constants) -> Operation:
    """Furnace under inert gas: hands and furnace as labour of a plate × the share of a piece."""
    share = plate_share(facts, making, k)
    variables = (Variable("share of a plate", share, "ratio", "computed"), named("stress relief", k["relief_time"]))
    return Operation("Relieve stress", variables, labour_mmin_each=milliminutes(k["relief_time"].value * share))


def cut_off(facts: PartFacts, k: Constants) -> Operation:
    """Wire or saw through what is grown to the plate (cm²)."""
    grown = standing_mm2(facts, k) / 100
    variables = (Variable("grown to the plate", grown, "cm2", "computed"), named("cutting", k["cut_area_time"]))
    return Operation("Cut off", variables, labour_mmin_each=milliminutes(grown * k["cut_area_time"].value))


def clean(facts: PartFacts, k: Constants) -> Operation:
    """Supports by chisel and file, by the surface that they held (cm²); then blasting."""
    held = overhang_mm2(facts) / 100
    minutes = k["blast_time"].value + held * k["support_removal_time"].value
    variables = (
        Variable("surface on supports", held, "cm2", "measured" if stood(facts) else "own"),
        *shown(("blast_time", "support_removal_time"), k),
    )
    return Operation("Remove supports and blast", variables, labour_mmin_each=milliminutes(minutes))


def material_mg(facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants) -> Whole:
    """(part + supports) × density × (1 + what is lost in sieving and smoke), in whole milligrams."""
    metal = facts.volume_mm3 + support_mm3(facts, k)
    return whole(metal * material.density.value / 1000 * (1 + k["powder_loss"].value))


def material_variables(
    facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants
) -> tuple[Variable, ...]:
    """What explains the mass of powder."""
    return (
        Variable("part volume", facts.volume_mm3, "mm3", "measured"),
        Variable("support volume", support_mm3(facts, k), "mm3", "computed"),
        *shown((*SUPPORT_CONSTANTS, "powder_loss"), k),
        named("density", material.density),
    )


def doubts(facts: PartFacts, _material: MaterialFacts, _making: Making) -> tuple[str, ...]:
    """Supports that were only guessed, or that are more than the part."""
    build = stood(facts)
    if build is None:
        return ("It was not measured how the part stands in the printer, so its supports are a guess.",)
    if build.support_mm3 > facts.volume_mm3:
        return ("The room under overhangs is larger than the part: a person should choose how it stands.",)
    return ()


def spread(_facts: PartFacts, _material: MaterialFacts, _making: Making) -> Spread:
    """A half-empty plate alone costs two to five times as much; rates of an alloy differ by four between machines."""
    return Spread(
        time_low_bps=5_000, time_high_bps=20_000, mass_low_bps=9_000, mass_high_bps=13_000, source="additivetools"
    )
