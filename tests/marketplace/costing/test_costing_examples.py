"""The worked examples of public sources come out as the sources have them, within what each example says."""

from dataclasses import replace

import pytest

from marketplace.capability.catalogue import processes
from tools.compare_costing import nesting
from tools.compare_costing.__main__ import EXAMPLES
from tools.compare_costing.examples import lines


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: f"{each.process}: {each.what}")
def test_an_example_comes_out_as_its_source_has_it(example):
    assert example.agrees, f"{example.error:+.1%}"
    assert example.process in processes()
    assert example.source
    assert example.limit <= 0.01 or example.why


def test_the_sheet_that_pieces_take_is_about_what_nesting_them_takes():
    """A second each, where `make compare-costing` takes three for more shapes."""
    for example in nesting.nests(1, ("plate 160 × 100", "ring ⌀120/80", "L 200, arms 50")):
        assert example.agrees, f"{example.what}: {example.error:+.1%}"


def test_each_process_has_examples_with_figures_of_its_source():
    exact = [each.process for each in EXAMPLES if each.limit <= 0.01]

    assert {"cnc_milling", "turning", "laser_cutting", "bending", "metal_pbf", "sla", "mjf"} <= set(exact)
    assert "injection_moulding" in exact


def test_the_table_names_what_differs():
    wrong = replace(EXAMPLES[0], theirs=2 * EXAMPLES[0].theirs)

    assert "DIFFERS" in lines([wrong])
    assert "1 examples, 1 beyond their limit." in lines([wrong])
    assert "DIFFERS" not in lines(EXAMPLES)
