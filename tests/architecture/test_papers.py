"""What the papers say about files is true."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATH = re.compile(r"`((?:marketplace|blueprints|migrations|tests|tools|docs|samples|stripe_sandbox)/[\w./-]*)`")


@pytest.mark.parametrize("paper", ["README.md", "CONTRIBUTING.md", "docs/tour.md"])
def test_every_path_that_a_paper_names_is_there(paper):
    named = PATH.findall((ROOT / paper).read_text(encoding="utf-8"))

    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150


def test_no_commit_names_an_address_in_the_lock():
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")
