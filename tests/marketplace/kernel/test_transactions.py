import pytest
from sqlalchemy import text

from marketplace.kernel import transaction as transactions
from marketplace.kernel.database import session
from marketplace.kernel.transaction import each_alone, transaction


def test_blocks_do_not_nest(in_app):
    with transaction(), pytest.raises(RuntimeError, match="do not nest"), transaction():
        pass


def test_no_call_leaves_the_house_inside_a_block_or_after_a_read(in_app):
    with transaction(), pytest.raises(RuntimeError, match="no call leaves"):
        transactions.outside()
    transactions.outside()
    session().execute(text("select 1"))
    with pytest.raises(RuntimeError, match="no call leaves"):
        transactions.outside()


def test_one_that_fails_keeps_no_other_waiting_and_is_raised_at_the_end(in_app):
    done = []

    def act(number):
        done.append(session().execute(text("select 12 / :number"), {"number": number}).scalar_one())

    with pytest.raises(ExceptionGroup) as failures:
        each_alone([1, 0, 3, 0], act)
    assert done == [12, 4]
    assert len(failures.value.exceptions) == 2
    each_alone([2], act)
    assert done[-1] == 6
