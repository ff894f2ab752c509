"""Resin, powder and metal printing and injection moulding, beside the worked examples of public sources."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from marketplace.capability.catalogue import material_for
from marketplace.costing import metal_powder, moulding, powder, resin
from marketplace.costing.constants import constants
from marketplace.costing.steps import Constants
from marketplace.costing.values import Figure, Making, MaterialFacts, PartFacts
from marketplace.geometry.shape import Build, Draft
from tools.compare_costing.examples import Example, own

UP: Final = (0.0, 0.0, 1.0)
ONE: Final = Making(1)
ADDITIVE_TOOLS: Final = "additive.tools, build time estimator: its own figures on opening"
PHASIO: Final = "docs.phas.io, pricing of metal LPBF, numerical example"
PHASIO_MJF: Final = "docs.phas.io, pricing of SLS and MJF: 8–12 h for a full build, the middle"
HCL: Final = "hcl.dev, quoting of parts for manufacturing (2025): 60 × 40 × 30 mm, 30 cm³, 90 cm², hull 36 cm³"
DIGIFAB: Final = "madfam-org digifab-quoting (figures read only): 8 s and 3 s a layer of 0.05 mm"
P3L: Final = "Paperless Parts P3L library (GitHub), runtime_by_layer_time: its defaults and formula evaluated"
PEOPLE: Final = "3dpeople.uk, SLS pricing: 0.11 £ per cm³ of the box with 0.5 mm around"
BUILDMOLD: Final = "buildmold.com, formula for injection moulding: worked example of clamp force"
ROUTSIS: Final = (
    "routsis.blog, calculating cooling time, and the tables of hybster and plastwise: the formula evaluated"
)
MOLDCALC: Final = "public injection cycle calculator (GitHub): mean over half the wall, its formula evaluated"
DFMA: Final = "dfma.com, injection molding cost: simple moulds 3,000–10,000 $, the middle"


def metal(**values: float) -> MaterialFacts:
    """Steel powder with a source's figures."""
    usual = material_for("metal_pbf", "powder_316l").facts
    return replace(usual, forming=_replaced(usual.forming, values))


def plastic(**values: float) -> MaterialFacts:
    """ABS with a source's figures."""
    usual = material_for("injection_moulding", "abs_moulded").facts
    return replace(usual, forming=_replaced(usual.forming, values))


def _replaced(usual: Mapping[str, Figure], values: Mapping[str, float]) -> dict[str, Figure]:
    return {**usual, **{name: replace(usual[name], value=value) for name, value in values.items()}}


def block(
    volume_mm3: float, box: tuple[float, float, float], *, area_mm2: float = 1.0, hull_mm3: float = 0.0
) -> PartFacts:
    """A part that stands as drawn, without overhangs unless it has a hull."""
    build = Build(UP, box[2], 0.0, 0.0, 1.0)
    return PartFacts(volume_mm3, area_mm2, box, hull_mm3=hull_mm3 or None, builds=() if hull_mm3 else (build,))


def machine_hours(facts: PartFacts, material: MaterialFacts, making: Making, k: Constants) -> float:
    """Of one metal part in the printer."""
    return float(metal_powder.printed(facts, material, making, k).machine_mmin_each) / 60_000


def mould_hours(facts: PartFacts) -> float:
    """Making the mould by our own figures."""
    return float(moulding.make_mould(facts, ONE, constants("injection_moulding")).tooling_mmin) / 60_000


def sintered_pounds(facts: PartFacts) -> float:
    """A piece's machine at 60 and hands at 40 £/h, and its powder at 60 £/kg, without setting up, margin or tax."""
    k, material = constants("sls"), material_for("sls", "pa12_sls").facts
    steps = (powder.printed(facts, ONE, k), powder.turn_round(facts, k), powder.unpack(facts, k))
    hours = [(step.machine_mmin_each / 60_000, step.labour_mmin_each / 60_000) for step in steps]
    return (
        sum(machine * 60 + hands * 40 for machine, hands in hours) + powder.material_mg(facts, material, ONE, k) * 6e-5
    )


BRACKET: Final = block(10_000, (30, 30, 60), hull_mm3=13_000)
CLIP: Final = block(30_000, (60, 40, 30), area_mm2=9_000, hull_mm3=36_000)
TALL: Final = block(1_000, (40, 30, 380))
HOUSING: Final = block(20_000, (50, 40, 30), area_mm2=9_000)
COVER: Final = PartFacts(20_000, 21_000, (100, 60, 20), draft=Draft(UP, 0, 0, 0, 6_000))
OWN: Final = "by our own figures"

EXAMPLES: Final = (
    Example(
        "metal_pbf",
        "100 cm³ at 5 mm³/s, 100 mm in 30 µm, 12 s, 4 h",
        "h",
        20.67,
        machine_hours(
            block(100_000, (50, 50, 100)),
            metal(volume_rate=5, layer_height=0.03),
            ONE,
            own("metal_pbf", least_plate_share=1),
        ),
        0.001,
        ADDITIVE_TOOLS,
    ),
    Example(
        "metal_pbf",
        "bracket 30 × 30 × 60, 10 cm³, 1.2 cm³ of supports, 5 cm³/h",
        "h",
        2.24,
        machine_hours(
            BRACKET,
            metal(volume_rate=5_000 / 3_600),
            Making(100),
            own("metal_pbf", recoat_time=0, start_and_end_time=0),
        ),
        0.001,
        PHASIO,
    ),
    Example(
        "metal_pbf",
        f"the same bracket, a hundred of it, {OWN}",
        "h",
        2.24,
        machine_hours(BRACKET, metal(), Making(100), constants("metal_pbf")),
        0.6,
        PHASIO,
        "its rate holds recoating; ours is of the laser alone (EOS), and a plate is full",
    ),
    Example(
        "metal_pbf",
        f"the same bracket alone, {OWN}",
        "h",
        2.24,
        machine_hours(BRACKET, metal(), ONE, constants("metal_pbf")),
        1.5,
        PHASIO,
        "one piece pays half a plate's recoating with us",
    ),
    Example(
        "metal_pbf",
        "powder of the bracket",
        "g",
        79,
        metal_powder.material_mg(BRACKET, metal(), ONE, constants("metal_pbf")) / 1000,
        0.3,
        PHASIO,
        "supports and a tenth of loss are counted here and not there",
    ),
    Example(
        "sla",
        "resin of a part, its supports and what clings to it",
        "cm³",
        31.05,
        float(resin.resin_mm3(CLIP, constants("sla"))) / 1000,
        0.001,
        HCL,
    ),
    Example(
        "sla",
        "30 mm in layers of 0.05 mm",
        "h",
        600 * 11 / 3600,
        float(resin.plate_seconds(CLIP, ONE, constants("sla"))) / 3600,
        0.06,
        DIGIFAB,
        "we count five minutes to start",
    ),
    Example(
        "mjf",
        "40 × 30 mm as high as the chamber, 100 s a layer",
        "h",
        4750 * 100 / 3600 * (46.35 * 36.35 * 386.35) / 41_295_401,
        float(
            powder.printed(
                TALL, ONE, own("mjf", layer_time=100, heat_and_cool_time=0, boxes_filled=1)
            ).machine_mmin_each
        )
        / 60_000,
        0.01,
        P3L,
    ),
    Example(
        "mjf",
        "a full chamber",
        "h",
        10,
        float(powder.build_minutes(ONE, constants("mjf"))) / 60,
        0.2,
        PHASIO_MJF,
        "an hour of heating and cooling is ours",
    ),
    Example(
        "sls",
        f"50 × 40 × 30 mm at 60 £/h machine, 40 £/h labour, 60 £/kg, {OWN}",
        "£",
        51 * 41 * 31 * 0.00011,
        sintered_pounds(HOUSING),
        0.6,
        PEOPLE,
        "a price with margin, and rates that we suppose",
    ),
    Example(
        "injection_moulding",
        "clamp for 260 cm² at 40 MPa, runner included",
        "t",
        104,
        4
        * float(
            moulding.clamp_tonnes(replace(COVER, draft=Draft(UP, 0, 0, 0, 6_000)), constants("injection_moulding"))
        ),
        0.02,
        BUILDMOLD,
        "its runner is 8 % of the cavities, our margin 10 %",
    ),
    Example(
        "injection_moulding",
        "2 mm of ABS cooling from 245 to 85 °C in a mould at 60 °C",
        "s",
        7.5756,
        float(moulding.cooling_seconds(2, plastic(), own("injection_moulding", cooling_margin=0))),
        0.001,
        ROUTSIS,
    ),
    Example(
        "injection_moulding",
        "3 mm of ABS cooling from 230 to 100 °C in a mould at 60 °C",
        "s",
        2.35,
        float(moulding.cooling_seconds(3, plastic(melt=230, eject=100), constants("injection_moulding"))),
        5.5,
        MOLDCALC,
        "half the wall in place of the wall is a quarter of the time; its own test says that it is short",
    ),
    Example(
        "injection_moulding",
        f"mould of a cover 100 × 60 × 20 mm at 50 $/h, {OWN}",
        "$",
        6_500,
        mould_hours(COVER) * 50,
        0.6,
        DFMA,
        "a range of three; no hours are published",
    ),
)
