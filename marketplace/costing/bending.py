"""The routing of bending: a laser-cut blank, then a press brake. Minutes and mm."""

from typing import Final

from marketplace.costing import laser
from marketplace.costing.errors import ShapeNotForProcess, ThicknessNotForMaterial
from marketplace.costing.steps import Constants, data, milliminutes, shown
from marketplace.costing.values import Making, MaterialFacts, Number, Operation, PartFacts, Spread, Variable
from marketplace.geometry.shape import Bend, Sheet

material_mg = laser.material_mg
material_variables = laser.material_variables

SHORT_MM, LONG_MM = 304.8, 1524.0
LIGHT_KG, MIDDLING_KG, HEAVY_KG = 2.27, 18.1, 45.4
"""12 and 60 inches, 5, 40 and 100 pounds: where a fabricator's rule for seconds a bend steps up [nm]."""
WIDE_MM: Final = 50.8
"""Inner radius from which a bend takes longer: 2 inches [P3L]."""


def folded(facts: PartFacts, material: MaterialFacts) -> Sheet:
    """The part as a brake sees it. Raises ShapeNotForProcess, ThicknessNotForMaterial, MaterialNotRouted."""
    if facts.sheet is None:
        raise ShapeNotForProcess(
            "The part was not recognised as bent sheet of even thickness. Upload it as STEP; meshes are not recognised."
        )
    thickest = data(material, "bend_thickness").value
    if facts.sheet.bends and facts.sheet.thickness_mm > thickest * (1 + 1e-3):
        raise ThicknessNotForMaterial(
            f"{material.name} is bent up to {thickest:g} mm thick; this is {facts.sheet.thickness_mm:.2f} mm. "
            "Choose a thinner sheet, or weld or mill the part.",
            thickest_mm=thickest,
        )
    return facts.sheet


def operations(facts: PartFacts, material: MaterialFacts, making: Making, k: Constants) -> tuple[Operation, ...]:
    """The blank as it is cut; then, if there are bends, set up the brake and bend."""
    sheet = folded(facts, material)
    brake = (set_up(sheet, k), bend(sheet, mass_kg(facts, material), k)) if sheet.bends else ()
    return (*laser.blank_operations(facts, material, making, k), *brake, *laser.sorting(facts, making, k))


def mass_kg(facts: PartFacts, material: MaterialFacts) -> float:
    """What the bender lifts."""
    return float(facts.volume_mm3 * material.density.value) / 1e9


def set_up(sheet: Sheet, k: Constants) -> Operation:
    """Once per lot, for each inner radius a tool of its own: time of one + its longest bend × time per metre [nm]."""
    tools = {round(each.radius_mm, 1): 0.0 for each in sheet.bends}
    for each in sheet.bends:
        radius = round(each.radius_mm, 1)
        tools[radius] = max(tools[radius], each.length_mm)
    metres = sum(tools.values()) / 1000
    minutes = len(tools) * k["brake_setup_time"].value + metres * k["brake_setup_rate"].value
    variables = (
        Variable("radii", len(tools), "radii", "measured"),
        Variable("length of tools", metres, "m", "computed"),
        *shown(("brake_setup_time", "brake_setup_rate"), k),
    )
    return Operation("Set up the brake", variables, setup_mmin=milliminutes(minutes))


def bend(sheet: Sheet, kilograms: float, k: Constants) -> Operation:
    """Sum over the bends of `bend_seconds`; the rate of a brake is that of the brake and whoever stands at it."""
    seconds = sum((bend_seconds(each, kilograms, k) for each in sheet.bends), start=0.0)
    variables = (
        Variable("bends", len(sheet.bends), "bends", "measured"),
        Variable("mass", kilograms, "kg", "computed"),
        Variable("longest bend", max(each.length_mm for each in sheet.bends), "mm", "measured"),
        *shown(
            (by_size(kilograms, max(each.length_mm for each in sheet.bends)), "bend_angle_time", "bend_radius_time"), k
        ),
    )
    return Operation("Bend", variables, machine_mmin_each=milliminutes(seconds / 60))


def bend_seconds(each: Bend, kilograms: float, k: Constants) -> Number:
    """By mass and length [nm]; more for an angle other than 90° and for a wide radius [P3L]."""
    seconds = k[by_size(kilograms, each.length_mm)].value
    if abs(each.angle_deg - 90) > 1:
        seconds = seconds + k["bend_angle_time"].value
    if each.radius_mm >= WIDE_MM:
        seconds = seconds + k["bend_radius_time"].value
    return seconds


def by_size(kilograms: float, length_mm: float) -> str:
    """Which constant tells how long a bend takes."""
    if kilograms > HEAVY_KG:
        return "bend_time_crane"
    if kilograms > MIDDLING_KG:
        return "bend_time_two"
    if kilograms > LIGHT_KG or length_mm > LONG_MM:
        return "bend_time_heavy"
    return "bend_time_long" if length_mm > SHORT_MM else "bend_time_short"


def doubts(facts: PartFacts, material: MaterialFacts, making: Making) -> tuple[str, ...]:
    """Bends tighter than the material takes, and what holds for the blank."""
    sheet = folded(facts, material)
    tightest = data(material, "bend_radius").value * sheet.thickness_mm
    cracks = any(each.radius_mm < tightest * (1 - 1e-3) for each in sheet.bends)
    said = (f"{material.name} may crack at inner radii under {tightest:.1f} mm.",) if cracks else ()
    return said + laser.doubts(facts, material, making)


def spread(_facts: PartFacts, _material: MaterialFacts, _making: Making) -> Spread:
    """About that of the laser, whose time is most of it; bends lie closer: 10 to 30 s for a small one, 17 taken."""
    return Spread(
        time_low_bps=5_500, time_high_bps=19_000, mass_low_bps=8_900, mass_high_bps=11_900, source="laser_spread"
    )
