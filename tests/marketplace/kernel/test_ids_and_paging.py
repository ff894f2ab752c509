import os
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel import paging
from marketplace.kernel.ids import new_id
from marketplace.kernel.paging import CursorUnknown


def test_ids_are_uuids_of_version_7_and_never_repeat():
    made = [new_id() for _ in range(10_000)]

    assert {made_id.version for made_id in made} == {7}
    assert {made_id.variant for made_id in made} == {"specified in RFC 4122"}
    assert len(set(made)) == len(made)
    milliseconds = [made_id.int >> 80 for made_id in made]
    assert milliseconds == sorted(milliseconds)


def test_processes_that_fork_from_one_make_different_ids():
    made = [_from_a_child() for _ in range(4)]

    assert len({made_id.int & ((1 << 62) - 1) for made_id in made}) == 4


def _from_a_child() -> UUID:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, new_id().bytes)
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        return UUID(bytes=answer.read())


@given(st.uuids())
def test_a_cursor_names_its_row(row_id):
    assert paging.decode(paging.encode(row_id)) == row_id


@pytest.mark.parametrize("text", ["", "x", "not a cursor!", "AAAA", "ä" * 22, str(UUID(int=1))])
def test_a_cursor_that_we_did_not_make_is_refused(text):
    with pytest.raises(CursorUnknown):
        paging.decode(text)
