"""`make sale` in short: a hundred buyers of ten places at once, over HTTP, at servers of their own."""

import os
import re
import subprocess
import sys

import pytest

from tools.stack import ROOT

SECONDS = 300


@pytest.fixture(scope="module")
def sold():
    """What two rounds of each form told."""
    surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", "tools.bench.sale", "--rounds", "2", "--name", "sale-test"],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


@pytest.mark.parametrize("form", ["place order", "order, pay and be paid"])
def test_ten_places_are_sold_ten_times_and_everybody_else_is_told_that_they_are_taken(sold, form):
    assert sold.returncode == 0, sold.stdout[-4000:] + sold.stderr[-4000:]
    (line,) = [each for each in sold.stdout.splitlines() if each.startswith(f"{form}: ")]
    assert dict(re.findall(r"([0-9]+) × ([^,;]+)", line)) == {"180": "409 capacity_taken", "20": "201"}


def test_what_was_sold_holds_up(sold):
    assert re.search(r"([0-9]+) of \1 invariants hold", sold.stdout)
