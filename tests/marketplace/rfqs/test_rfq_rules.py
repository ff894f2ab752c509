"""The clock, the labels, the fit and the order of bids, without a database."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import permutations, product
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.rfqs import rules
from marketplace.rfqs.errors import DayOutOfReach
from marketplace.rfqs.rules import Phase, SortBy
from marketplace.rfqs.states import BID, INVITATION, QUESTION, RFQ, InvitationState, RfqState

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("closes_at", "stopped_at", "phase"),
    [
        (NOW + SECOND, None, Phase.TAKING_BIDS),
        (NOW, None, Phase.TAKING_BIDS),
        (NOW - SECOND, None, Phase.CLOSED),
        (NOW - SECOND, NOW - 2 * SECOND, Phase.CLOCK_STOPPED),
    ],
)
def test_bids_are_taken_up_to_the_deadline_which_cannot_pass_while_the_clock_stands(closes_at, stopped_at, phase):
    assert rules.phase(RfqState.OPEN, closes_at=closes_at, stopped_at=stopped_at, now=NOW) is phase
    for over in (RfqState.DECIDED, RfqState.WITHDRAWN):
        assert rules.phase(over, closes_at=closes_at, stopped_at=stopped_at, now=NOW).value == over.value


@given(
    left=st.timedeltas(min_value=timedelta(), max_value=timedelta(days=90)),
    stood=st.timedeltas(min_value=timedelta(), max_value=timedelta(days=90)),
)
def test_what_was_left_when_the_clock_stopped_is_left_when_it_starts_again(left, stood):
    later = rules.restarted(NOW + left, stopped_at=NOW, now=NOW + stood)

    assert later - (NOW + stood) == left


def test_a_clock_that_was_set_back_moves_no_deadline_to_earlier():
    assert rules.restarted(NOW, stopped_at=NOW + SECOND, now=NOW) == NOW


def test_the_file_is_in_reach_of_those_who_agreed_and_after_the_decision_of_the_chosen_one():
    reached = {each for each in product(RfqState, InvitationState) if rules.is_in_reach(*each)}

    assert reached == {
        (RfqState.OPEN, InvitationState.ACCEPTED),
        (RfqState.DECIDED, InvitationState.CHOSEN),
        (RfqState.WITHDRAWN, InvitationState.CHOSEN),
    }


@pytest.mark.parametrize(
    ("alias", "label"),
    [(None, "A factory"), (1, "Factory A"), (26, "Factory Z"), (27, "Factory AA"), (52, "Factory AZ"),
     (53, "Factory BA"), (702, "Factory ZZ"), (703, "Factory AAA")],
)  # fmt: skip
def test_factories_are_lettered_like_the_columns_of_a_table(alias, label):
    assert rules.label(alias) == label


def test_no_two_factories_have_one_letter():
    assert len({rules.label(alias) for alias in range(1, 2000)}) == 1999


@dataclass(frozen=True)
class Offered:
    id: int
    total_minor: int
    quantity: int
    ships_on: date
    valid_until: datetime


FIRST = Offered(1, 300, 25, date(2027, 4, 3), NOW + timedelta(days=1))
SECOND_BID = Offered(2, 200, 10, date(2027, 4, 2), NOW + timedelta(days=3))
THIRD = Offered(3, 400, 100, date(2027, 4, 1), NOW + timedelta(days=2))


@pytest.mark.parametrize(
    ("sort_by", "ids"),
    [
        (SortBy.PRICE, [2, 1, 3]),
        (SortBy.UNIT_PRICE, [3, 1, 2]),
        (SortBy.DATE, [3, 2, 1]),
        (SortBy.VALID_UNTIL, [2, 3, 1]),
        (SortBy.RECEIVED, [1, 2, 3]),
    ],
)
def test_bids_are_sorted_by_what_the_customer_says_however_they_come(sort_by, ids):
    for bids in permutations((FIRST, SECOND_BID, THIRD)):
        assert [bid.id for bid in rules.in_order(bids, sort_by)] == ids


def test_equal_bids_stay_in_the_order_in_which_they_came():
    twins = [Offered(n, 100, 1, date(2027, 4, 1), NOW) for n in (3, 1, 2)]

    for sort_by in SortBy:
        assert [bid.id for bid in rules.in_order(twins, sort_by)] == [1, 2, 3]


@dataclass(frozen=True)
class Box:
    box_mm: tuple[float, float, float]


CENTRE = {
    "process": "cnc_milling",
    "materials": ["aluminium_6061"],
    "envelope_mm": [20, 60, 100],
    "certificates": ["iso_9001", "iso_13485"],
    "tolerance": "fine",
}
WANTED = {
    "processes": ["cnc_milling", "fdm"],
    "material": "aluminium_6061",
    "certificates": ["iso_9001"],
    "tolerance": "standard",
}


@pytest.mark.parametrize(
    ("centre", "wanted", "box_mm", "is_live", "fails"),
    [
        ({}, {}, (60, 100, 20), True, None),
        ({}, {"processes": []}, (60, 100, 20), True, None),
        ({"tolerance": "standard"}, {}, (60, 100, 20), True, None),
        ({"process": "sla"}, {}, (60, 100, 20), True, "process"),
        ({}, {"material": "pla"}, (60, 100, 20), True, "material"),
        ({}, {}, (100.1, 60, 20), True, "envelope"),
        ({}, {}, (100, 60, 20.1), True, "envelope"),
        ({"tolerance": "coarse"}, {}, (60, 100, 20), True, "tolerance"),
        ({}, {"certificates": ["iso_9001", "as9100"]}, (60, 100, 20), True, "certificates"),
        ({}, {"tolerance": "precise"}, (60, 100, 20), True, "tolerance"),
        ({}, {}, (60, 100, 20), False, "listing"),
    ],
)
def test_a_work_centre_fits_in_each_of_six_respects(centre, wanted, box_mm, is_live, fails):
    described, asked = SimpleNamespace(**{**CENTRE, **centre}), SimpleNamespace(**{**WANTED, **wanted})

    fit = rules.fit(described, asked, Box(box_mm), is_live=is_live)

    assert [name for name, fits in asdict(fit).items() if not fits] == ([fails] if fails else [])


@pytest.mark.parametrize(
    ("day", "is_possible"),
    [
        (date.min, False),
        (date(2027, 4, 1), False),
        (date(2027, 4, 2), True),
        (date(2029, 4, 2), True),
        (date(2029, 4, 3), False),
        (date.max, False),
    ],
)
def test_a_day_lies_between_today_wherever_that_is_and_two_years_from_now(day, is_possible):
    """At 08:00 UTC on 3 April it is 2 April still on Baker Island."""
    now = datetime(2027, 4, 3, 8, tzinfo=UTC)
    if is_possible:
        rules.check_day(day, now=now)
    else:
        with pytest.raises(DayOutOfReach, match="2029-04-02"):
            rules.check_day(day, now=now)


@pytest.mark.parametrize(
    ("wanted_on", "late"),
    [(None, False), (date(2027, 4, 2), True), (date(2027, 4, 3), False), (date(2027, 4, 4), False)],
)
def test_a_bid_is_late_after_the_day_that_is_wanted(wanted_on, late):
    assert rules.is_late(date(2027, 4, 3), wanted_on) is late


@pytest.mark.parametrize("lifecycle", [RFQ, INVITATION, QUESTION, BID])
def test_every_state_is_reached_from_the_start(lifecycle):
    reached, ahead = set(), {lifecycle.start}
    while ahead:
        reached |= ahead
        ahead = {to for state in ahead for to in lifecycle.moves.get(state, ())} - reached
    assert reached == set(type(lifecycle.start))
