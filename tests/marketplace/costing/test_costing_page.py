"""docs/costing.md says what the code does: constants, materials, sources and the tree shown in full."""

from pathlib import Path

from marketplace.capability.catalogue import materials
from marketplace.costing.constants import constants, sources
from marketplace.costing.prices import price
from marketplace.costing.routings import route
from marketplace.costing.text import as_text
from marketplace.costing.values import PartFacts, RateCard

PAGE = (Path(__file__).parents[3] / "docs" / "costing.md").read_text(encoding="utf-8")


def test_the_page_shows_every_constant_material_and_source_as_it_is():
    for process in ("cnc_milling", "fdm"):
        for name, constant in constants(process).items():
            assert f"| {name} | {constant.value} | {constant.unit} | {constant.source} |" in PAGE
    for material in materials().values():
        assert f"| {material.id} | {material.density.value} |" in PAGE
    for key, text in sources().items():
        assert f"- `{key}`: {text}" in PAGE


def test_the_tree_on_the_page_is_the_one_that_is_computed(aluminium):
    holes = ((6.6, 12.0), (6.6, 12.0), (5.0, 20.0), (10.0, 30.0))
    bracket = PartFacts(volume_mm3=48_000, area_mm2=21_000, box_mm=(80, 50, 30), holes=holes)
    card = RateCard("EUR", 6000, 4500, {"aluminium_6061": 650}, minimum_order_minor=5000, margin_bps=2000)
    tree = price(route("cnc_milling", aluminium, bracket, 25), card, 800).tree

    assert f"```text\n{as_text(tree)}\n```" in PAGE
