import pytest
from sqlalchemy import text

from marketplace.kernel import transaction as transactions
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction


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
