"""The routing of resin printing (SLA, DLP): layers by height, resin with supports, washing, curing, support removal.

Each layer is exposed and peeled in the same time, however much of it is part: projectors and screens do so; a laser
that traces is calibrated by `exposure_time` per work centre. Minutes, mm and mm³ throughout.
"""

from marketplace.costing.inspecting import inspect
from marketplace.costing.plates import height_mm, layers, overhang_mm2, plate_share, stood, support_mm3
from marketplace.costing.steps import Constants, milliminutes, named, shown, tolerance, whole
from marketplace.costing.values import Making, MaterialFacts, Number, Operation, PartFacts, Spread, Variable, Whole

PLATE_CONSTANTS = ("layer_height", "exposure_time", "peel_time", "start_time", "plate_area", "plate_filled", "part_gap")
RESIN_CONSTANTS = ("support_filled", "support_of_hull", "support_of_part", "drag_out")


def operations(facts: PartFacts, _material: MaterialFacts, making: Making, k: Constants) -> tuple[Operation, ...]:
    """Prepare, print, wash and cure, take off supports, inspect."""
    return prepare(k), printed(facts, making, k), cure(facts, making, k), clean(facts, k), *inspect(facts, making, k)


def prepare(k: Constants) -> Operation:
    """Once per lot: lay the parts out, make supports, fill the tank."""
    variables = (named("preparation", k["setup_time"]),)
    return Operation("Prepare", variables, setup_mmin=milliminutes(k["setup_time"].value))


def plate_seconds(facts: PartFacts, making: Making, k: Constants) -> Number:
    """start + layers × (exposure + peel), layers thinner by the factor of the tolerance class."""
    each = k["exposure_time"].value + k["peel_time"].value
    return k["start_time"].value + layers(facts, k["layer_height"].value) * each * tolerance(making, k).value


def printed(facts: PartFacts, making: Making, k: Constants) -> Operation:
    """Time of a plate × the share of a plate that a piece pays (`plates.plate_share`)."""
    share = plate_share(facts, making, k)
    variables = (
        Variable("height", height_mm(facts), "mm", "measured"),
        Variable("layers", layers(facts, k["layer_height"].value), "layers", "computed"),
        Variable("share of a plate", share, "ratio", "computed"),
        named("tolerance", tolerance(making, k)),
        *shown((*PLATE_CONSTANTS, "least_plate_share"), k),
    )
    return Operation("Print", variables, machine_mmin_each=milliminutes(plate_seconds(facts, making, k) / 60 * share))


def cure(facts: PartFacts, making: Making, k: Constants) -> Operation:
    """By hand at the washer and the lamp: the minutes of a batch × the share of a plate."""
    share = plate_share(facts, making, k)
    variables = (Variable("share of a plate", share, "ratio", "computed"), named("wash and cure", k["cure_time"]))
    return Operation("Wash and cure", variables, labour_mmin_each=milliminutes(k["cure_time"].value * share))


def clean(facts: PartFacts, k: Constants) -> Operation:
    """Per piece: cutting off and grinding supports, by the surface that they held (cm²)."""
    held = overhang_mm2(facts) / 100
    minutes = k["clean_time"].value + held * k["support_removal_time"].value
    variables = (
        Variable("surface on supports", held, "cm2", "measured" if stood(facts) else "own"),
        *shown(("clean_time", "support_removal_time"), k),
    )
    return Operation("Remove supports", variables, labour_mmin_each=milliminutes(minutes))


def resin_mm3(facts: PartFacts, k: Constants) -> Number:
    """part + supports + what clings to the surface and is washed off (area × drag-out)."""
    return facts.volume_mm3 + support_mm3(facts, k) + facts.area_mm2 * k["drag_out"].value


def material_mg(facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants) -> Whole:
    """Resin × density in whole milligrams: mm³ × kg/m³ ÷ 1000."""
    return whole(resin_mm3(facts, k) * material.density.value / 1000)


def material_variables(
    facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants
) -> tuple[Variable, ...]:
    """What explains the mass of resin."""
    return (
        Variable("part volume", facts.volume_mm3, "mm3", "measured"),
        Variable("part area", facts.area_mm2, "mm2", "measured"),
        Variable("support volume", support_mm3(facts, k), "mm3", "computed"),
        *shown(RESIN_CONSTANTS, k),
        named("density", material.density),
    )


def doubts(facts: PartFacts, _material: MaterialFacts, _making: Making) -> tuple[str, ...]:
    """Where supports were only guessed."""
    return (
        ()
        if facts.builds
        else ("It was not measured how the part stands in the printer, so its supports are a guess.",)
    )


def spread(_facts: PartFacts, _material: MaterialFacts, _making: Making) -> Spread:
    """Printers at the same layer height differ: about 16 mm/h by the figures here, up to three times as fast lately."""
    return Spread(time_low_bps=4_000, time_high_bps=15_000, mass_low_bps=9_000, mass_high_bps=13_000, source="own")
