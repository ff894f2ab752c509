"""docs/production.md says what the code says."""

from marketplace.production.first_articles import ANSWER_TIME
from tools.papers import written
from tools.production_docs import PAPER, PARTS


def test_the_paper_is_drawn_from_the_code():
    paper = PAPER.read_text(encoding="utf-8")
    assert written(paper, PARTS) == paper


def test_the_time_to_answer_is_that_of_the_code():
    hours = round(ANSWER_TIME.total_seconds() / 3600)
    assert f"No answer within {hours} hours" in PAPER.read_text(encoding="utf-8")
