"""docs/rfq.md draws the states as the tables of moves have them, and names what there is."""

import re
from pathlib import Path

import pytest

from marketplace.rfqs.rules import Phase
from marketplace.rfqs.states import BID, INVITATION, QUESTION, RFQ
from tools import rfq_docs

ROOT = Path(__file__).parents[3]
PAPER = (ROOT / "docs" / "rfq.md").read_text(encoding="utf-8")
ARROW = re.compile(r"^    (\w+) --> (\w+)$", re.MULTILINE)


def test_the_paper_is_what_the_code_makes_of_it():
    assert rfq_docs.drawn(PAPER) == PAPER


@pytest.mark.parametrize("lifecycle", [RFQ, INVITATION, QUESTION, BID])
def test_a_diagram_has_an_arrow_for_each_move_and_no_other(lifecycle):
    moves = {(str(at), str(to)) for at, allowed in lifecycle.moves.items() for to in allowed}

    assert set(ARROW.findall(rfq_docs.diagram(lifecycle))) == moves
    assert rfq_docs.diagram(lifecycle) in PAPER


def test_every_phase_has_its_row():
    for phase in (Phase.TAKING_BIDS, Phase.CLOCK_STOPPED, Phase.CLOSED):
        assert f"| `{phase}` |" in PAPER


def test_every_path_that_it_names_is_there():
    named = re.findall(r"`(marketplace/[\w./]+)`", PAPER)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_code_that_it_names_is_one(application):
    from blueprints.public.problems.meanings import meanings

    for code in ("rfq_closed", "file_not_open", "another_accepted", "ship_date_impossible"):
        assert f"`{code}`" in PAPER
        assert code in meanings()
