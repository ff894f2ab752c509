"""What `make money` says is what its tests have recorded."""

import re
from pathlib import Path

from tools.money_proofs import TESTS, counts, told

ROOT = Path(__file__).parents[2]

REPORT = """
<testsuites><testsuite>
<testcase name="one"><properties><property name="stories" value="125"/><property name="orderings" value="100"/>
<property name="differences" value="0"/></properties></testcase>
<testcase name="two"><properties><property name="stories" value="125"/><property name="orderings" value="100"/>
<property name="differences" value="2"/></properties><failure message="two differ"/></testcase>
<testcase name="three"><properties><property name="rounds" value="200"/></properties></testcase>
<testcase name="four"/>
</testsuite></testsuites>
"""


def test_what_was_recorded_is_summed_up_and_what_failed_is_counted():
    counted = counts(REPORT)
    assert (counted["stories"], counted["orderings"], counted["differences"]) == (250, 200, 2)
    assert (counted["rounds"], counted["tests"], counted["failed"]) == (200, 4, 1)

    said = told(counted, seconds=600)
    assert "250 stories, of which 200 in another order than the natural one: 2 differences." in said
    assert "4 tests, 1 failed. 10 min, 0.4 stories/s." in said


def test_each_proof_that_the_chapter_names_is_there():
    chapter = (ROOT / "docs" / "money.md").read_text().split("## How it is proved")[1].split("\n## ")[0]
    named = set(re.findall(r"`(test_\w+)`", chapter))
    written = {
        each for path in (ROOT / "tests").rglob("test_*.py") for each in re.findall(r"def (test_\w+)", path.read_text())
    }

    assert len(named) > 20
    assert named <= written, named - written
    assert all((ROOT / each).is_file() for each in TESTS)
