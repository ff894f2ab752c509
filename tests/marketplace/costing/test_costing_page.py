"""docs/costing.md says what the code does: constants, materials, formulas, sources and the tree shown in full."""

from marketplace.costing.routings import PLANNERS
from tools import costing_docs


def test_the_page_is_what_the_code_makes_of_it():
    """If this fails, run `python -m tools.costing_docs` and look at what changed."""
    page = costing_docs.PAPER.read_text(encoding="utf-8")

    assert costing_docs.written(page) == page
    assert all(f"### {process}\n" in page for process in PLANNERS)
