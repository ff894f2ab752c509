"""docs/claims.md shows the tables of the code as they are."""

from marketplace.claims.models import Remedy
from tests.architecture.test_papers import PATH
from tools.claims_docs import DONE, PAPER, PARTS
from tools.papers import ROOT, written


def test_the_paper_shows_the_states_and_times_of_the_code():
    paper = PAPER.read_text(encoding="utf-8")

    assert written(paper, PARTS) == paper


def test_every_remedy_is_told():
    assert {remedy for remedy in DONE if remedy is not None} == set(Remedy)


def test_every_path_that_the_paper_names_is_there():
    named = PATH.findall(PAPER.read_text(encoding="utf-8"))

    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
