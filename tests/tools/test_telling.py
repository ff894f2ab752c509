import io
import re

import pytest

from tools.children import ChildFailed
from tools.client import Refused
from tools.story.quotes import count, readd
from tools.story.telling import StepFailed, Teller, Unexpected, equal, near, refused


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_step_is_told_with_its_figures_and_its_time():
    out = io.StringIO()
    teller = Teller(out)
    teller.chapter(2, "Parts")
    with teller.step("bracket.step is measured"):
        teller.fact("volume", "1 mm³\nof aluminium")

    chapter, step, fact, more = out.getvalue().strip().splitlines()
    assert chapter == "2 Parts"
    assert re.fullmatch(r"  ✓ bracket\.step is measured \.+ \d+ ms", step)
    assert re.fullmatch(r"      volume +1 mm³", fact)
    assert more.index("of aluminium") == fact.index("1 mm³")
    assert "\033" not in out.getvalue()


def test_a_step_that_fails_says_which_and_keeps_the_cause():
    out = io.StringIO()
    teller = Teller(out)
    teller.chapter(4, "Paying")
    with pytest.raises(StepFailed, match="chapter 4 Paying, step “the card”") as failed, teller.step("the card"):
        equal("state", "declined", "paid")

    assert isinstance(failed.value.__cause__, Unexpected)
    assert "✗ the card" in out.getvalue()
    assert teller.steps == 0


def test_a_brief_teller_leaves_the_figures_out():
    out = io.StringIO()
    teller = Teller(out, is_brief=True)
    with teller.step("done"):
        teller.fact("volume", 1)
        teller.block("a\nb")

    assert len(out.getvalue().splitlines()) == 1


def test_colour_and_rewritten_lines_are_for_terminals_only():
    out = Terminal()
    with Teller(out).step("done"):
        pass

    assert "\033[32m✓" in out.getvalue()
    assert "… done" in out.getvalue()


def test_waiting_ends_with_the_answer_or_with_the_time():
    answers = iter([None, None, "there"])
    teller = Teller(Terminal())

    assert teller.until("waiting", lambda: next(answers)) == "there"
    with pytest.raises(Unexpected, match="within 0 s"):
        teller.until("waiting", lambda: None, seconds=0)


def test_nobody_waits_for_a_server_that_has_ended():
    def dead() -> None:
        raise ChildFailed("worker-1 ended with code 1")

    teller = Teller(io.StringIO())
    teller.while_waiting = dead

    with pytest.raises(ChildFailed):
        teller.until("waiting", lambda: None)


def test_near_tells_how_far_and_refuses_more():
    assert near("volume", 100.0, 100.0, within=1e-6) == "exact"
    assert near("volume", 100.0001, 100.0, within=1e-5) == "off by 1e-06"
    with pytest.raises(Unexpected):
        near("volume", 101.0, 100.0, within=1e-3)


def test_a_refusal_that_must_come_must_be_the_right_one():
    def gone() -> None:
        raise Refused("GET /x", 404, {"code": "part_not_found"})

    assert refused("x", gone, status=404, code="part_not_found").code == "part_not_found"
    with pytest.raises(Unexpected):
        refused("x", gone, status=403, code="part_not_found")
    with pytest.raises(Unexpected, match="got a part"):
        refused("x", lambda: "a part", status=404, code="part_not_found")


def leaf(amount: int, variables: int = 1) -> dict:
    variable = {"kind": "variable", "label": "time", "children": []}
    return {"kind": "cost", "label": f"cost {amount}", "amount": amount, "children": [variable] * variables}


def node(amount: int, *children: dict) -> dict:
    return {"kind": "line", "label": f"line {amount}", "amount": amount, "children": list(children)}


def test_a_tree_is_added_up_from_its_leaves():
    tree = node(6, node(5, leaf(2), leaf(3)), leaf(1))

    assert readd(tree) == 6
    assert count(tree) == (2, 3)


@pytest.mark.parametrize("wrong", [node(7, leaf(6)), node(6, node(5, leaf(6))), node(6, leaf(6.0))])
def test_a_tree_whose_sums_are_wrong_is_not_believed(wrong):
    with pytest.raises(Unexpected, match="sum of"):
        readd(wrong)
