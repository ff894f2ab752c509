"""The routing of injection moulding: making the mould once, then cycles of fill, cool, open and eject.

The mould is counted in hours of tool making by projected area, shape and undercuts, after Boothroyd, Dewhurst and
Knight; cooling follows from the wall squared. A lot pays its mould in full. Seconds, mm and °C.
"""

import math

import numpy as np

from marketplace.costing.inspecting import inspect
from marketplace.costing.steps import Constants, milliminutes, named, shown, tolerance, whole
from marketplace.costing.values import Making, MaterialFacts, Number, Operation, PartFacts, Spread, Variable, Whole

PROCESSING = ("diffusivity", "melt", "mould", "eject")
CYCLE_CONSTANTS = (
    "cooling_margin",
    "fill_rate",
    "least_fill_time",
    "open_and_eject_time",
    "time_per_tonne",
    "cavities",
)
CLAMP_CONSTANTS = ("cavity_pressure", "clamp_margin", "largest_clamp")
RUNNER_CONSTANTS = ("runner_coefficient", "runner_exponent", "largest_runner_share", "regrind_share")
NEGLIGIBLE_UNDERCUT = 0.001
"""Of the surface: sampling, not shape."""
MANY_PIECES = 50_000


def projected_mm2(facts: PartFacts) -> float:
    """What the clamp holds shut: as measured along the best pull, else the largest side of the box."""
    if facts.draft is not None and facts.draft.projected_mm2 > 0:
        return facts.draft.projected_mm2
    _, middle, longest = sorted(facts.box_mm)
    return middle * longest


def undercut_mm2(facts: PartFacts) -> float:
    """Surface that neither half of the mould can leave; nothing where it was not measured."""
    found = facts.draft.undercut_mm2 if facts.draft is not None else 0.0
    return found if found > NEGLIGIBLE_UNDERCUT * facts.area_mm2 else 0.0


def wall_mm(facts: PartFacts) -> float:
    """The wall that cools last, as far as one figure can say: the typical one, else 2 × volume ÷ area as of a plate."""
    if facts.walls is not None and facts.walls.typical_mm > 0:
        return facts.walls.typical_mm
    return min(2 * facts.volume_mm3 / facts.area_mm2, *facts.box_mm)


def cooling_seconds(wall: float, material: MaterialFacts, k: Constants) -> Number:
    """s² ÷ (π²·α) × ln(4/π × (melt − mould) ÷ (eject − mould)) × (1 + margin): until the middle of a wall is firm.

    Routsis, hybster and plastwise have it so; others take the mean over the wall, 8/π² in place of 4/π, a fifth less.
    """
    alpha, melt, mould, eject = (material.forming[name].value for name in PROCESSING)
    seconds = wall**2 / (math.pi**2 * alpha) * math.log(4 / math.pi * (melt - mould) / (eject - mould))
    return seconds * (1 + k["cooling_margin"].value)


def clamp_tonnes(facts: PartFacts, k: Constants) -> Number:
    """Of one cavity: projected area (cm²) × pressure (MPa) ÷ 100, with a margin for the runner and for safety."""
    return projected_mm2(facts) / 100 * k["cavity_pressure"].value / 100 * (1 + k["clamp_margin"].value)


def cavities(facts: PartFacts, k: Constants) -> Number:
    """As many as asked for, but no more than the largest machine can hold shut, and at least one."""
    held = np.floor(k["largest_clamp"].value / clamp_tonnes(facts, k))
    return np.maximum(1.0, np.minimum(np.floor(k["cavities"].value), held))


def shot_mm3(facts: PartFacts, k: Constants) -> Number:
    """Plastic of one cycle: cavities × part × (1 + runner)."""
    return cavities(facts, k) * facts.volume_mm3 * (1 + runner_share(facts, k))


def runner_share(facts: PartFacts, k: Constants) -> Number:
    """Plastic in the cold runner by plastic in the part: coefficient × (cm³)^−exponent; large parts have small ones."""
    share = k["runner_coefficient"].value * (facts.volume_mm3 / 1000) ** -k["runner_exponent"].value
    return np.minimum(share, k["largest_runner_share"].value)


def fill_seconds(facts: PartFacts, k: Constants) -> Number:
    """Shot ÷ injection rate (cm³/s), never less than a machine needs."""
    return np.maximum(shot_mm3(facts, k) / 1000 / k["fill_rate"].value, k["least_fill_time"].value)


def cycle_seconds(facts: PartFacts, material: MaterialFacts, k: Constants) -> Number:
    """fill + cool + open, eject and close, the last slower on large machines."""
    tonnes = clamp_tonnes(facts, k) * cavities(facts, k)
    reset = k["open_and_eject_time"].value + tonnes * k["time_per_tonne"].value
    return fill_seconds(facts, k) + cooling_seconds(wall_mm(facts), material, k) + reset


def operations(facts: PartFacts, material: MaterialFacts, making: Making, k: Constants) -> tuple[Operation, ...]:
    """Make the mould, try it, set up, mould, trim, inspect."""
    return (
        make_mould(facts, making, k),
        try_out(k),
        set_up(k),
        mould(facts, material, making, k),
        trim(k),
        *inspect(facts, making, k),
    )


def patches(facts: PartFacts, k: Constants) -> Number:
    """Surfaces that a tool maker has to shape: those of any shell, and of the holes, of which many alike go faster."""
    holes = float(len(facts.holes)) ** k["like_holes_exponent"].value
    return k["least_patches"].value + holes * k["patches_per_hole"].value


def cavity_hours(facts: PartFacts, making: Making, k: Constants) -> Number:
    """One cavity and core: 5 + 0.085·A^1.2 for size, 45·(0.1 × patches)^1.27 for shape, more for tight tolerances.

    Ejectors 2.5·√A and side pulls of 65 h come on top; A in cm² [Boothroyd, Dewhurst, Knight, on injection moulding].
    """
    area = projected_mm2(facts) / 100
    size = k["size_base"].value + k["size_factor"].value * area ** k["size_exponent"].value
    shape = k["shape_factor"].value * (0.1 * patches(facts, k)) ** k["shape_exponent"].value
    ejectors = k["ejector_factor"].value * math.sqrt(area)
    return (size + shape) * tolerance(making, k).value + ejectors + side_pulls(facts, k) * k["side_pull_time"].value


def side_pulls(facts: PartFacts, k: Constants) -> Number:
    """How many slides or lifters free the undercuts: none, or one and one more for each so many mm² of undercut."""
    undercut = undercut_mm2(facts)
    return 1 + np.floor(undercut / k["undercut_of_a_pull"].value) if undercut else 0.0


def make_mould(facts: PartFacts, making: Making, k: Constants) -> Operation:
    """base + cavity hours × cavities^0.7, at the tooling rate; the base's steel is counted in hours by its area.

    A rate card has no price of tool steel, so bought plates are hours here: fixed ones and so many per cm² of mould.
    """
    count = cavities(facts, k)
    long, wide = sorted(facts.box_mm)[:0:-1]
    area = (long + k["mould_border"].value) * (wide + k["mould_border"].value) / 100
    base = k["base_time"].value + area * count * k["base_area_time"].value
    hours = base + cavity_hours(facts, making, k) * count ** k["cavity_exponent"].value
    names = ("base_time", "base_area_time", "mould_border", "size_base", "size_factor", "size_exponent", "shape_factor")
    more = ("shape_exponent", "ejector_factor", "side_pull_time", "undercut_of_a_pull", "cavity_exponent")
    variables = (
        Variable("projected area", projected_mm2(facts), "mm2", "measured"),
        Variable("mould base", base, "h", "computed"),
        Variable("surfaces to shape", patches(facts, k), "surfaces", "computed"),
        Variable("undercuts", undercut_mm2(facts), "mm2", "measured"),
        Variable("side pulls", side_pulls(facts, k), "slides", "computed"),
        Variable("cavities", count, "cavities", "computed"),
        named("tolerance", tolerance(making, k)),
        *shown((*names, *more, "least_patches", "patches_per_hole", "like_holes_exponent"), k),
    )
    return Operation("Make the mould", variables, tooling_mmin=milliminutes(hours * 60))


def try_out(k: Constants) -> Operation:
    """Once per mould: fit it, find the settings, mould and measure T1 samples, correct."""
    variables = (named("try-out with T1 samples", k["try_out_time"]),)
    return Operation("Try out", variables, tooling_mmin=milliminutes(k["try_out_time"].value))


def set_up(k: Constants) -> Operation:
    """Once per lot: mount the mould, dry the material, purge, run in."""
    return Operation("Set up", (named("set-up", k["setup_time"]),), setup_mmin=milliminutes(k["setup_time"].value))


def mould(facts: PartFacts, material: MaterialFacts, making: Making, k: Constants) -> Operation:
    """cycle ÷ cavities × (1 + scrap) per piece; slower for a tight tolerance."""
    factor = tolerance(making, k)
    seconds = cycle_seconds(facts, material, k) / cavities(facts, k) * factor.value * (1 + k["scrap_share"].value)
    variables = (
        Variable("wall", wall_mm(facts), "mm", "measured" if facts.walls else "computed"),
        Variable("cooling", cooling_seconds(wall_mm(facts), material, k), "s", "computed"),
        Variable("fill", fill_seconds(facts, k), "s", "computed"),
        Variable("clamp force", clamp_tonnes(facts, k) * cavities(facts, k), "t", "computed"),
        *(named(name, material.forming[name]) for name in PROCESSING),
        named("tolerance", factor),
        *shown((*CYCLE_CONSTANTS, *CLAMP_CONSTANTS, "scrap_share"), k),
    )
    return Operation("Mould", variables, machine_mmin_each=milliminutes(seconds / 60))


def trim(k: Constants) -> Operation:
    """Per piece: take it from the gate and lay it down."""
    return Operation(
        "Trim", (named("trimming", k["trim_time"]),), labour_mmin_each=milliminutes(k["trim_time"].value / 60)
    )


def material_mg(facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants) -> Whole:
    """part × (1 + runner that is not ground in again) × (1 + scrap) × density, in whole milligrams."""
    lost = runner_share(facts, k) * (1 - k["regrind_share"].value)
    grams = facts.volume_mm3 * (1 + lost) * (1 + k["scrap_share"].value) * material.density.value / 1000
    return whole(grams)


def material_variables(
    facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants
) -> tuple[Variable, ...]:
    """What explains the mass of plastic."""
    return (
        Variable("part volume", facts.volume_mm3, "mm3", "measured"),
        Variable("runner", runner_share(facts, k), "ratio", "computed"),
        *shown((*RUNNER_CONSTANTS, "scrap_share"), k),
        named("density", material.density),
    )


def doubts(facts: PartFacts, _material: MaterialFacts, making: Making) -> tuple[str, ...]:
    """What only a tool maker can see, and what was not measured."""
    found = ["The mould is priced by rules of thumb; a tool maker should look, and T1 samples come before the lot."]
    if facts.draft is None:
        found.append("It was not measured how a mould would open, so undercuts are unknown and not in the price.")
    elif undercut_mm2(facts):
        found.append("The part has undercuts: how slides or lifters free them decides what the mould costs.")
    if facts.walls is None:
        found.append("Walls were not measured; cooling is of a plate of the same volume and surface.")
    if making.quantity >= MANY_PIECES:
        found.append("For so many pieces a mould with more cavities may be cheaper.")
    return tuple(found)


def spread(_facts: PartFacts, _material: MaterialFacts, _making: Making) -> Spread:
    """Diffusivities of one plastic differ by half between sources, quotes for one mould by three."""
    return Spread(time_low_bps=5_000, time_high_bps=20_000, mass_low_bps=9_500, mass_high_bps=12_000, source="kazmer")
