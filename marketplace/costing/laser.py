"""The routing of laser cutting: from cut length, pierces and thickness to operations. Minutes and mm.

Speeds are of the material, the thickness and the laser's power, read from a table (catalogue/lasers.toml) and
interpolated; public tables disagree by two to five times, so the power is only a first guess at a machine.
"""

import math

import numpy as np

from marketplace.costing import sheets
from marketplace.costing.constants import constants
from marketplace.costing.errors import MaterialNotRouted, ThicknessNotForMaterial
from marketplace.costing.inspecting import inspect
from marketplace.costing.sheets import Blank
from marketplace.costing.steps import (
    LEARNING,
    Constants,
    milliminutes,
    named,
    practice,
    practised,
    shown,
    tolerance,
    whole,
)
from marketplace.costing.values import (
    LaserTable,
    Making,
    MaterialFacts,
    Number,
    Operation,
    PartFacts,
    Rows,
    Spread,
    Variable,
    Whole,
)

THINNEST_MM = 0.3


def table_for(material: MaterialFacts, thickness_mm: float) -> LaserTable:
    """How lasers cut the material. Raises MaterialNotRouted, ThicknessNotForMaterial."""
    table = material.laser
    if table is None:
        raise MaterialNotRouted(f"There is no laser table for {material.name}.", material=material.id)
    if not THINNEST_MM <= thickness_mm <= table.thickest_mm * (1 + 1e-3):
        raise ThicknessNotForMaterial(
            f"Lasers cut {material.name} from {THINNEST_MM} to {table.thickest_mm:g} mm thick; this is "
            f"{thickness_mm:.2f} mm. Choose another thickness, or have it milled.",
            thinnest_mm=THINNEST_MM,
            thickest_mm=table.thickest_mm,
        )
    return table


def blank_of(facts: PartFacts, material: MaterialFacts) -> tuple[Blank, LaserTable]:
    """What is cut and how lasers cut it. Raises what `sheets.blank` and `table_for` do, and PartTooLarge."""
    found = sheets.blank(facts, material)
    table = table_for(material, found.thickness_mm)
    usual = constants("laser_cutting")
    sheets.check_size(found, length_mm=usual["sheet_length"].value, width_mm=usual["sheet_width"].value)
    return found, table


def speed_m_min(table: LaserTable, thickness_mm: float, power_kw: Number) -> Number:
    """Between powers of the table linearly, between thicknesses as a power law; beyond its ends as at the end.

    Powers that do not cut the thickness are left out: a weaker laser is taken for the weakest that does.
    """
    able = [power for power in sorted(table.speeds) if thickness_mm <= table.speeds[power][-1][0] * (1 + 1e-3)]
    return np.interp(power_kw, able, [_between(table.speeds[power], thickness_mm) for power in able])


def _between(rows: Rows, thickness_mm: float) -> float:
    at, speeds = np.log(np.array(rows)).T
    return float(np.exp(np.interp(math.log(thickness_mm), at, speeds)))


def pierce_s(table: LaserTable, thickness_mm: float) -> float:
    """Seconds to pierce, linearly between the rows."""
    at, seconds = np.array(table.pierce).T
    return float(np.interp(thickness_mm, at, seconds))


def material_mg(facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants) -> Whole:
    """The sheet that a piece takes, in whole milligrams: mm² × mm × kg/m³ ÷ 1000."""
    found, _ = blank_of(facts, material)
    return whole(sheets.gross_mm2(found, k) * found.thickness_mm * material.density.value / 1000)


def operations(facts: PartFacts, material: MaterialFacts, making: Making, k: Constants) -> tuple[Operation, ...]:
    """Nest and program, set up, load sheets, cut, deburr, sort, inspect."""
    return (*blank_operations(facts, material, making, k), *sorting(facts, making, k))


def blank_operations(facts: PartFacts, material: MaterialFacts, making: Making, k: Constants) -> tuple[Operation, ...]:
    """What makes the blank."""
    found, table = blank_of(facts, material)
    return (
        Operation(
            "Nest and program", shown(("programming_time",), k), labour_mmin=milliminutes(k["programming_time"].value)
        ),
        Operation("Set up", shown(("setup_time",), k), setup_mmin=milliminutes(k["setup_time"].value)),
        load(found, k),
        cut(found, table, making, k),
        deburr(found, making, k),
    )


def sorting(facts: PartFacts, making: Making, k: Constants) -> tuple[Operation, ...]:
    """Taking finished pieces out and looking at them."""
    return practised("Sort", "sorting time", k["sorting_time"], making, k), *inspect(facts, making, k)


def load(found: Blank, k: Constants) -> Operation:
    """The piece's share of changing sheets: time of one × the sheet it takes ÷ the sheet [nm]."""
    share = sheets.gross_mm2(found, k) / (k["sheet_length"].value * k["sheet_width"].value)
    variables = (
        Variable("share of a sheet", share, "sheets", "computed"),
        *shown(("sheet_load_time", "sheet_length", "sheet_width"), k),
    )
    return Operation("Change sheets", variables, machine_mmin_each=milliminutes(share * k["sheet_load_time"].value))


def cut(found: Blank, table: LaserTable, making: Making, k: Constants) -> Operation:
    """length ÷ speed × tolerance + pierces × (time to pierce × factor + move to the next)."""
    speed = speed_m_min(table, found.thickness_mm, k["laser_power"].value)
    piercing, factor = pierce_s(table, found.thickness_mm), tolerance(making, k)
    each = piercing * k["pierce_factor"].value + k["move_time"].value
    minutes = found.cut_mm / (1000 * speed) * factor.value + found.pierces * each / 60
    variables = (
        Variable("cut length", found.cut_mm, "mm", "measured"),
        Variable("pierces", found.pierces, "pierces", "measured"),
        Variable("thickness", found.thickness_mm, "mm", "measured"),
        Variable("cutting speed", speed, "m/min", table.source),
        Variable("time to pierce", piercing, "s", table.pierce_source),
        *shown(("laser_power", "pierce_factor", "move_time"), k),
        named("tolerance", factor),
    )
    return Operation("Laser cut", variables, machine_mmin_each=milliminutes(minutes))


def deburr(found: Blank, making: Making, k: Constants) -> Operation:
    """By hand along the edges: cut length ÷ rate, an inch a second [deburr_inch]."""
    minutes = found.cut_mm / k["deburr_rate"].value / 60 * practice(making, k)
    variables = (Variable("cut length", found.cut_mm, "mm", "measured"), *shown(("deburr_rate", *LEARNING), k))
    return Operation("Deburr", variables, labour_mmin_each=milliminutes(minutes))


def material_variables(
    facts: PartFacts, material: MaterialFacts, _making: Making, k: Constants
) -> tuple[Variable, ...]:
    """What explains the mass of sheet."""
    found, _ = blank_of(facts, material)
    return (*sheets.variables(found, k), named("density", material.density))


def doubts(facts: PartFacts, _material: MaterialFacts, _making: Making) -> tuple[str, ...]:
    """A blank whose size is not known."""
    unknown = facts.sheet is not None and facts.sheet.flat_box_mm is None
    return ("It could not be laid flat, so whether it fits a sheet is not known.",) if unknown else ()


def spread(_facts: PartFacts, _material: MaterialFacts, _making: Making) -> Spread:
    """From what sources say of 3 mm carbon steel at 3 kW, 5.5 m/min taken: 10 is the fastest, 4 the slowest of fibre
    lasers, and P3L's older one has 1.8; the upper end is the geometric mean of the last two. Mass: what nesting
    makes of it is 1 ÷ 1.12 to 1 ÷ 0.84 of the closed form (`nesting_measured`).
    """
    return Spread(
        time_low_bps=5_500, time_high_bps=20_000, mass_low_bps=8_900, mass_high_bps=11_900, source="laser_spread"
    )
