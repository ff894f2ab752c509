"""Writes the parts of docs/quoting.md that follow from the code: `python -m tools.quoting_docs`."""

from typing import Any, Final

from marketplace.capability import machine_classes, usual_rates
from marketplace.capability.catalogue import material_for, materials
from marketplace.capability.usual_rates import indicative
from marketplace.costing import carbon
from marketplace.costing.constants import sources
from marketplace.costing.prices import interval, price
from marketplace.costing.rates import Charges, LeadTime
from marketplace.costing.routings import PLANNERS, route
from marketplace.costing.text import as_text
from marketplace.costing.values import Price, Routing
from marketplace.kernel.money import Money
from tools import papers
from tools.costing_docs import BRACKET, CARD, WANTED

PAPER: Final = papers.ROOT / "docs" / "quoting.md"
MATERIAL: Final = "aluminium_6061"
CHARGES: Final = Charges(fee_bps=800, tax_bps=1900)


def main() -> None:
    PAPER.write_text(written(PAPER.read_text(encoding="utf-8")), encoding="utf-8")


def written(paper: str) -> str:
    """The paper with its parts written anew. Raises ValueError where a mark is missing."""
    parts = {
        "tree": tree,
        "legend": legend,
        "indicative": usual,
        "usual rates": rates,
        "footprint": footprint,
        "factors": factors,
    }
    return papers.written(paper, parts)


def tree() -> str:
    """One price in full, and between which totals it lies."""
    routing, made = _example()
    low, high = interval(routing, _rates(), CHARGES)
    lies = f"At least {Money(low, made.currency)}, at most {Money(high, made.currency)}."
    return f"```text\n{as_text(made.tree)}\n```\n\n{lies}"


def legend() -> str:
    """The sources that this tree names."""
    return "\n".join(f"- `{key}`: {text}" for key, text in _example()[1].tree["sources"].items())


def usual() -> str:
    """The same lot where no factory answers."""
    found = indicative(_example()[0], materials()[MATERIAL], Charges(fee_bps=CHARGES.fee_bps))
    low, middle, high = (Money(each, found.currency) for each in (found.low_minor, found.total_minor, found.high_minor))
    return f"The lot of the example: {middle}, between {low} and {high}. " + " ".join(found.doubts)


def rates() -> str:
    """The rates that stand in where no factory answers."""
    rows = []
    cited: dict[str, str] = {}
    for process in PLANNERS:
        each = usual_rates.usual_rates(process)
        classes = "; ".join(usual.name_en for usual in machine_classes.standing_for(process))
        figures = _hourly(each.machine), _hourly(each.labour), _percent(each.margin)
        rows.append((process, classes, *figures, ", ".join(each.sources)))
        cited |= {key: sources()[key] for key in each.sources}
    head = (
        "process",
        "as made by",
        f"machine {usual_rates.CURRENCY}/h",
        f"labour {usual_rates.CURRENCY}/h",
        "margin %",
        "source",
    )
    return f"{papers.table(head, rows)}\n\n{_keys(cited)}"


def footprint() -> str:
    """What the lot of the example stands for."""
    found = carbon.footprint(_example()[0], family=materials()[MATERIAL].family).as_json()
    rows = [(part["label"], f"`{part['formula']}`", *_kg(part)) for part in found["parts"]]
    rows.append(("**together**", "", *_kg(found)))
    return f"{found['boundary']}\n\n{papers.table(('part', 'formula', 'kg CO₂e', 'low', 'high'), rows)}"


def factors() -> str:
    """Every factor of a footprint, and the sources."""
    tables = [
        papers.table(
            (name, "value", "low", "high", "unit", "source"), [(key, *_figures(each)) for key, each in found.items()]
        )
        for name, found in ((name, carbon.table(name)) for name in ("grid", "material", "powder", "power"))
    ]
    return "\n\n".join([*tables, _keys(carbon.sources())])


def _example() -> tuple[Routing, Price]:
    routing = route("cnc_milling", material_for("cnc_milling", MATERIAL).facts, BRACKET, WANTED)
    return routing, price(routing, _rates(), CHARGES)


def _rates() -> Any:
    return CARD.rates(MATERIAL, WANTED, lead_time=LeadTime.EXPRESS, deliver_to="DE")


def _hourly(cents: Any) -> str:
    return " – ".join(f"{each / 100:g}" for each in cents)


def _percent(bps: Any) -> str:
    return " – ".join(f"{each / 100:g}" for each in bps)


def _kg(found: dict[str, Any]) -> tuple[str, ...]:
    return tuple(f"{found[name]:.3g}" for name in ("kg", "low_kg", "high_kg"))


def _figures(each: carbon.Factor) -> tuple[Any, ...]:
    return each.value, each.low, each.high, each.unit, each.source


def _keys(sources: Any) -> str:
    return "\n".join(f"- `{key}`: {text}" for key, text in sources.items())


if __name__ == "__main__":
    main()
