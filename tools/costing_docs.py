"""Writes the tables of docs/costing.md that follow from the code: `python -m tools.costing_docs`."""

from collections.abc import Mapping
from typing import Any, Final

from marketplace.capability.catalogue import lasers, material_for, materials
from marketplace.costing import constants as costing
from marketplace.costing.formulas import EVALUATE
from marketplace.costing.prices import price
from marketplace.costing.rates import Charges, DeliveryPrice, FinishPrice, LeadTime, RateCard, Tier
from marketplace.costing.routings import PLANNERS, route
from marketplace.costing.text import as_text
from marketplace.costing.values import Bore, Figure, Making, MaterialFacts, PartFacts, Rows
from tools import papers
from tools.compare_costing.__main__ import EXAMPLES
from tools.compare_costing.examples import lines

PAPER: Final = papers.ROOT / "docs" / "costing.md"

BRACKET: Final = PartFacts(
    volume_mm3=48_000,
    area_mm2=21_000,
    box_mm=(80, 50, 30),
    holes=(Bore(6.6, 12.0), Bore(6.6, 12.0), Bore(5.0, 20.0), Bore(10.0, 30.0)),
)
CARD: Final = RateCard(
    currency="EUR",
    machine_rate_minor_per_h=6000,
    labour_rate_minor_per_h=4500,
    material_minor_per_kg={"aluminium_6061": 650},
    minimum_order_minor=5000,
    margin_bps=2000,
    finishes={"bead_blasted": FinishPrice(lot_minor=4000, piece_minor=120, area_minor_per_m2=2500)},
    tiers={LeadTime.STANDARD: Tier(), LeadTime.EXPRESS: Tier(change_bps=1500)},
    delivery={"DE": DeliveryPrice(1500, 200)},
)
WANTED: Final = Making(25, finishes=("bead_blasted",))


def main() -> None:
    PAPER.write_text(written(PAPER.read_text(encoding="utf-8")), encoding="utf-8")


def written(paper: str) -> str:
    """The paper with its tables written anew. Raises ValueError where a mark is missing."""
    parts = {
        "examples": examples,
        "constants": constants,
        "materials": material_table,
        "lasers": laser_tables,
        "formulas": formulas,
        "tree": tree,
        "sources": legend,
    }
    return papers.written(paper, parts)


def examples() -> str:
    """Worked examples of public sources beside ours."""
    return f"```text\n{lines(EXAMPLES)}\n```"


def constants() -> str:
    """The constants of every process that has a routing."""
    tables = costing.tables()
    assert set(PLANNERS) <= set(tables)
    return "\n\n".join(f"### {group}\n\n{_constants_of(each)}" for group, each in tables.items())


def _constants_of(group: Mapping[str, Figure]) -> str:
    rows = [(name, each.value, each.unit, each.source) for name, each in group.items()]
    return papers.table(("constant", "value", "unit", "source"), rows)


def material_table() -> str:
    """The materials with density and what their processes need of them."""
    rows = [(each.id, each.density.value, each.density.source, _figures(each.facts)) for each in materials().values()]
    return papers.table(("material", "density kg/m³", "source", "figures"), rows)


def _figures(facts: MaterialFacts) -> str:
    said = [
        f"{name} {each.value} {each.unit} [{each.source}]" for name, each in {**facts.cutting, **facts.forming}.items()
    ]
    if facts.laser is not None:
        said.append(f"laser table {facts.laser.id}")
    return ", ".join(said) or "–"


def laser_tables() -> str:
    """How lasers of each power cut each sort of sheet, and how long they take to pierce it."""
    rows: list[tuple[Any, ...]] = []
    for table in lasers().values():
        rows += [(table.id, f"{power:g} kW", _pairs(speeds), table.source) for power, speeds in table.speeds.items()]
        rows.append((table.id, "pierce, s", _pairs(table.pierce), table.pierce_source))
    return papers.table(("table", "laser", "mm: m/min", "source"), rows)


def _pairs(rows: Rows) -> str:
    return ", ".join(f"{thickness:g}: {value:g}" for thickness, value in rows)


def formulas() -> str:
    """The formulas of the cost lines, as trees carry them."""
    return "\n".join(f"- `{formula}`" for formula in EVALUATE)


def tree() -> str:
    """One price in full."""
    material = material_for("cnc_milling", "aluminium_6061").facts
    rates = CARD.rates(material.id, WANTED, lead_time=LeadTime.EXPRESS, deliver_to="DE")
    offer = price(route("cnc_milling", material, BRACKET, WANTED), rates, Charges(fee_bps=800, tax_bps=1900))
    return f"```text\n{as_text(offer.tree)}\n```"


def legend() -> str:
    """Every source by its key."""
    return "\n".join(f"- `{key}`: {text}" for key, text in costing.sources().items())


if __name__ == "__main__":
    main()
