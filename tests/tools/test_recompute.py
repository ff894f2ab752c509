"""The offline tool, which knows nothing of the house, finds what the server says; and finds what is wrong."""

import copy
import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.capability.catalogue import material_for
from marketplace.costing import bids, tree
from marketplace.costing.bids import BidLine, Group, Per
from marketplace.costing.formulas import EVALUATE
from marketplace.costing.prices import price
from marketplace.costing.rates import Charges, RateCard
from marketplace.costing.routings import route
from marketplace.costing.values import Making, PartFacts
from tests.databases import ROOT
from tests.marketplace.costing import conftest as possible
from tools import recompute


@given(data=st.data())
@settings(max_examples=1_000)
def test_a_thousand_random_quotes_are_recomputed_to_the_minor_unit(data):
    routing = data.draw(possible.routed())
    rates = data.draw(possible.rates_for(routing, data.draw(st.sampled_from(sorted(possible.SCALES)))))
    charges = Charges(data.draw(st.integers(0, 10_000)), data.draw(st.integers(0, 10_000)), 1_900)
    offer = price(routing, rates, charges)

    assert recompute.recomputed(json.loads(json.dumps(offer.tree))) == offer.total_minor
    assert recompute.recomputed(tree.compact(offer.tree)) == offer.total_minor


@pytest.mark.parametrize("formula", EVALUATE)
@given(data=st.data())
@settings(max_examples=50)
def test_the_words_of_every_formula_mean_what_the_house_computes(formula, data):
    words = formula
    for sign in (*"×÷−+(),0123456789", "max", "round", " mod "):
        words = words.replace(sign, "|")
    names = sorted({word.strip() for word in words.split("|")} - {""})
    numbers = {name: data.draw(st.integers(name == "step", 9_999), label=name) for name in names}

    assert recompute.evaluated(formula, numbers) == EVALUATE[formula](numbers)


@pytest.fixture
def shown():
    """A quote of one offer, as the API shows it."""
    block, aluminium = PartFacts(60_000, 20_000, (100, 50, 20)), material_for("cnc_milling", "aluminium_6061").facts
    card = RateCard("EUR", 6000, 4500, {"aluminium_6061": 650}, minimum_order_minor=5000, margin_bps=2000)
    rates = card.rates("aluminium_6061", Making(25))
    made = price(
        route("cnc_milling", aluminium, block, Making(25)), replace(rates, lead_bps=-700), Charges(800, 37, 1_900)
    )
    beside = {
        "total": made.total_minor,
        "unit_price": made.unit_minor,
        "factory_price": made.factory_minor,
        "platform_fee": made.fee_minor,
        "royalty": made.royalty_minor,
        "net": made.total_minor - made.tax_minor,
        "tax": made.tax_minor,
        "delivery": made.delivery_minor,
    }
    shown = {name: {"minor": minor, "currency": "EUR"} for name, minor in beside.items()}
    return {"offers": [{"id": "one", "breakdown": made.tree, **shown}]}


def first_cost(shown):
    (line,) = shown["offers"][0]["breakdown"]["children"]
    operations = [step for component in line["children"] for step in component["children"]]
    return next(child for step in operations for child in step["children"] if child["kind"] == "cost")


def run(tmp_path, shown):
    path = tmp_path / "quote.json"
    path.write_text(json.dumps(shown), encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(ROOT / "tools" / "recompute.py"), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_runs_on_the_standard_library_alone(tmp_path, shown):
    told = run(tmp_path, shown)

    assert told.returncode == 0, told.stderr
    assert told.stdout.endswith("1 of 1 totals follow from their numbers.\n")


@pytest.mark.parametrize(
    ("spoil", "status"),
    [
        (lambda shown: shown["offers"][0]["total"].update(minor=1), 1),
        (lambda shown: shown["offers"][0]["breakdown"].update(amount=1), 1),
        (lambda shown: shown["offers"][0]["breakdown"]["children"][0]["children"].pop(), 1),
        (lambda shown: shown.update(offers=[]), 1),
        (lambda shown: shown["offers"][0].pop("id"), 2),
        (lambda shown: shown.update(offers=3), 2),
        (lambda shown: shown.update(offers=[[]]), 2),
        (lambda shown: shown.update(offers=[{}]), 2),
        (lambda shown: first_cost(shown).update(formula="time ÷ 0"), 1),
        (lambda shown: first_cost(shown).update(formula=7), 1),
    ],
)
def test_what_does_not_follow_is_told_by_the_exit_status(tmp_path, shown, spoil, status):
    spoilt = copy.deepcopy(shown)
    spoil(spoilt)

    assert run(tmp_path, spoilt).returncode == status


@pytest.mark.parametrize("sent", [[], [{"a": 1}], 7, "tree", None])
def test_what_is_no_object_is_no_quote(tmp_path, sent):
    assert run(tmp_path, sent).returncode == 2


@pytest.mark.parametrize("name", recompute.BESIDE)
def test_an_amount_beside_the_tree_that_differs_from_it_is_named(tmp_path, shown, name):
    shown["offers"][0][name]["minor"] += 1
    told = run(tmp_path, shown)

    assert told.returncode == 1
    assert f"WRONG: {name} beside the tree" in told.stdout


def test_a_bid_which_counts_no_pieces_says_no_unit_price_to_compare(tmp_path):
    by_the_lot = BidLine(Group.SETUP, "Set-up", Per.LOT, 90, "min", 4_500)
    bid = bids.price([by_the_lot], title="Bracket", pieces=4, currency="EUR", margin_bps=1_500, fee_bps=800)
    shown = {"id": "bid", "total": bid.total_minor, "factory_price": bid.factory_minor, "platform_fee": bid.fee_minor}
    shown = {name: {"minor": told} if type(told) is int else told for name, told in shown.items()}

    assert run(tmp_path, shown | {"unit_price": {"minor": 1}, "breakdown": bid.tree}).returncode == 0
    assert run(tmp_path, shown | {"factory_price": {"minor": 1}, "breakdown": bid.tree}).returncode == 1


@pytest.mark.parametrize("formula", ["__import__('os')", "pieces ** 2", "min(1, 2)", "max(1, key=2)", "1.5 × 2", "x.y"])
def test_what_is_no_formula_is_not_evaluated(formula):
    with pytest.raises((ValueError, KeyError, SyntaxError)):
        recompute.evaluated(formula, {"pieces": 2})
