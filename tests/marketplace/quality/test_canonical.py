"""One spelling of JSON (RFC 8785), and chains whose every change is found."""

import json
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.quality import canonical, chain
from tests.marketplace.quality.books import chained, plan, value, whole

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-canonical.LARGEST, canonical.LARGEST) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
)


def test_names_are_sorted_by_utf_16_as_in_the_rfcs_own_example():
    """RFC 8785 §3.2.3: the smiley's surrogates come before U+FB33."""
    told = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}

    assert list(json.loads(canonical.spelled(told))) == [
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]


def test_text_is_escaped_as_in_the_rfcs_own_example():
    """RFC 8785 §3.2.2.2."""
    told = "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/"

    assert canonical.spelled(told) == '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()


@given(JSON)
def test_reading_and_spelling_again_changes_nothing(told):
    spelled = canonical.spelled(told)

    assert json.loads(spelled) == told
    assert canonical.spelled(json.loads(spelled)) == spelled


@given(st.dictionaries(TEXT, JSON, min_size=2, max_size=6))
def test_the_order_in_which_names_were_written_does_not_matter(told):
    assert canonical.spelled(dict(reversed(told.items()))) == canonical.spelled(told)


@pytest.mark.parametrize(
    "told", [1.0, float("nan"), 2**53, -(2**53), "\ud800", {1: 2}, {"\ud800": 1}, [0.5], b"x", {1}]
)
def test_what_readers_might_read_differently_has_no_spelling(told):
    with pytest.raises(canonical.NotCanonical):
        canonical.spelled(told)


def test_a_whole_chain_has_no_faults():
    assert chain.faults(chained(plan(), *whole(1), value(2))) == []
    assert chain.faults([]) == []


@pytest.mark.parametrize("at", range(4))
def test_a_changed_entry_is_named(at):
    entries = chained(plan(), *whole(1), value(2))
    entries[at]["at"] = "2027-03-01T09:00:00.001Z"

    assert [place for place, _ in chain.faults(entries)] == [f"entries[{at}].hash"]


@pytest.mark.parametrize("at", range(3))
def test_an_entry_that_was_changed_and_hashed_anew_breaks_the_link_of_the_next(at):
    entries = chained(plan(), *whole(1), value(2))
    entries[at]["at"] = "2027-03-01T09:00:00.001Z"
    entries[at]["hash"] = chain.hash_of({name: told for name, told in entries[at].items() if name != "hash"})

    assert [place for place, _ in chain.faults(entries)] == [f"entries[{at + 1}].previous"]


def test_entries_left_out_put_in_or_exchanged_are_found():
    entries = chained(plan(), *whole(1), value(2))
    for changed in (entries[1:], [*entries[:2], *entries[3:]], [*entries, entries[-1]], [entries[0], *entries[:0:-1]]):
        assert chain.faults(deepcopy(changed)) != []
