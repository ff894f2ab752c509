"""docs/quoting.md says what the code does: its tree, rates and factors, every reason, every call, every path."""

import re

import pytest

from marketplace.costing import tree
from marketplace.listings.eligibility import REASONS
from marketplace.workflows.pricing.why_not import UNABLE
from tests.architecture.test_papers import PATH
from tools import papers, quoting_docs

PAPER = quoting_docs.PAPER.read_text(encoding="utf-8")
CALL = re.compile(r"`(GET|POST) (/v1/[^`]*)`")


def test_the_page_is_what_the_code_makes_of_it():
    """If this fails, run `python -m tools.quoting_docs` and look at what changed."""
    assert quoting_docs.written(PAPER) == PAPER


def test_the_tree_that_is_shown_adds_up_and_every_source_in_it_is_spelled_out():
    _, made = quoting_docs._example()

    assert tree.check(made.tree) == made.total_minor
    for key in set(re.findall(r"\[(\w+)\]$", PAPER, re.MULTILINE)):
        assert f"- `{key}`: " in PAPER, key


def test_every_reason_is_told():
    told = set(re.findall(r"^\| `(\w+)` \|", PAPER, re.MULTILINE))

    assert told == set(REASONS)
    assert all(f"`{other}`" in PAPER for other in ("calendar", *UNABLE, "process"))


def test_every_call_that_it_names_is_there(application):
    known = {
        (method, re.sub(r"<[^>]*>", "*", rule.rule))
        for rule in application.url_map.iter_rules()
        for method in rule.methods
    }
    named = {(method, re.sub(r"{[^}]*}", "*", path)) for method, path in CALL.findall(PAPER)}

    assert len(named) == 7
    assert named <= known


def test_every_path_that_it_names_is_there():
    named = PATH.findall(PAPER)

    assert named
    assert [path for path in named if not (papers.ROOT / path).exists()] == []


def test_a_paper_without_marks_is_not_written():
    with pytest.raises(ValueError, match="no place for the tree"):
        quoting_docs.written("# A paper")
