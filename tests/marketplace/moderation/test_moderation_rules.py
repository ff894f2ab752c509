from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.moderation import rules
from marketplace.moderation.models import CaseKind, Outcome

NOW = datetime(2027, 3, 1, 12, 30, tzinfo=UTC)
PAIRS = [
    (kind, outcome, appealed)
    for kind in CaseKind
    for appealed in ((Outcome.REJECT, Outcome.SUSPEND) if kind is CaseKind.APPEAL else (None,))
    for outcome in sorted(rules.possible(kind, appealed=appealed))
]


def test_thirty_days_to_appeal():
    assert rules.appeal_until(NOW) == datetime(2027, 3, 31, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(("kind", "outcome", "appealed"), PAIRS)
def test_every_possible_outcome_has_a_statement_with_its_reason(kind, outcome, appealed):
    text = rules.statement(kind, outcome, reason="The photos show another machine.", appeal_until=NOW)

    assert "The photos show another machine." in text
    assert ("appeal until 01 March 2027, 12:30 UTC" in text) is (outcome in rules.ADVERSE)


@given(st.text(min_size=10, max_size=4000))
def test_a_statement_quotes_the_reason_whole_and_fits_its_column(reason):
    text = rules.statement(
        CaseKind.APPEAL, Outcome.REJECT, reason=reason, appeal_until=NOW + timedelta(1), is_same_examiner=True
    )
    assert reason in text
    assert 10 <= len(text) <= 8000


def test_an_appeal_upholds_or_reverses_and_nothing_else():
    assert rules.possible(CaseKind.APPEAL, appealed=Outcome.REJECT) == {Outcome.APPROVE, Outcome.REJECT}
    assert rules.possible(CaseKind.APPEAL, appealed=Outcome.SUSPEND) == {Outcome.APPROVE, Outcome.SUSPEND}
    assert Outcome.SUSPEND not in rules.possible(CaseKind.SUBMISSION, appealed=None)
    assert Outcome.REJECT not in rules.possible(CaseKind.REPORT, appealed=None)
