"""docs/orders.md shows the tables of the code as they are."""

from tools.orders_docs import PAPER, PARTS
from tools.papers import written


def test_the_paper_shows_the_states_and_terms_of_the_code():
    paper = PAPER.read_text(encoding="utf-8")

    assert written(paper, PARTS) == paper
