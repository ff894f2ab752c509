"""What waits for its time comes in its order, once."""

from hypothesis import given
from hypothesis import strategies as st

from stripe_sandbox.agenda import Agenda

ENTRIES = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5), st.sampled_from(["ends", "strike"])))


@given(ENTRIES)
def test_each_thing_has_its_newest_deadline_and_happens_once(entries):
    agenda, waiting = Agenda(), {}
    for number, (id, at, what) in enumerate(entries):
        if what == "strike":
            agenda.strike(id)
            waiting.pop(id, None)
        else:
            agenda.put(id, at, what)
            waiting[id] = (at, number)

    in_order = sorted(waiting, key=waiting.__getitem__)
    assert [id for _, id, _ in agenda.written()] == in_order
    early = [id for id in in_order if waiting[id][0] <= 2]
    assert [turn and turn[0] for turn in (agenda.take(2) for _ in range(len(early) + 1))] == [*early, None]
    assert len(agenda.written()) == len(in_order) - len(early)
