"""Constant statements past SQLAlchemy's execution: the same values, the same errors, the same connection."""

from enum import StrEnum

import pytest
from sqlalchemy import BigInteger, Enum, Text, bindparam, column, insert, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError, InvalidRequestError, OperationalError

from marketplace.accounts.models import Organisation
from marketplace.kernel import prepared
from marketplace.kernel.database import session, straight, table_of
from marketplace.kernel.transaction import transaction


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


COLOUR = Enum(Colour, native_enum=False, values_callable=lambda kind: [member.value for member in kind])
ECHO = select(
    bindparam("colour", type_=COLOUR).label("colour"),
    bindparam("known", type_=JSONB).label("known"),
    literal(Colour.BLUE, COLOUR).label("brought"),
)
TWICE = text("select :number * 2 as double").bindparams(bindparam("number", type_=BigInteger))
IN_ITS_LIST = select(bindparam("name", type_=Text).in_(["a", "b"]).label("known"))
IN_A_LIST = select(column("name")).where(column("name").in_(bindparam("names", expanding=True)))
ORGANISATION = insert(table_of(Organisation))
ENDS_ITSELF = text("select pg_terminate_backend(pg_backend_pid())")


def test_values_are_written_and_read_in_the_types_of_the_statement(in_app):
    row = straight(ECHO, {"colour": Colour.RED, "known": {"a": [1, None]}}).one()

    assert (row.colour, row.known, row.brought) == (Colour.RED, {"a": [1, None]}, Colour.BLUE)
    assert isinstance(row.colour, Colour)


def test_it_sees_what_its_own_transaction_has_written(in_app):
    with transaction():
        session().execute(text("create temporary table seen (name text) on commit drop"))
        session().execute(text("insert into seen values ('a'), ('b')"))
        names = text("select name from seen order by name")

        assert straight(names, {}).scalars().all() == ["a", "b"]


def test_it_is_compiled_once(in_app, statements):
    prepared._prepared.cache_clear()
    with statements() as sent:
        doubles = [straight(TWICE, {"number": number}).scalar() for number in range(5)]

    assert (doubles, len(sent), prepared._prepared.cache_info().misses) == ([0, 2, 4, 6, 8], 5, 1)


def test_a_value_that_is_missing_is_a_mistake(in_app):
    with pytest.raises(InvalidRequestError, match="known"):
        straight(ECHO, {"colour": Colour.RED})


@pytest.mark.parametrize(("name", "is_known"), [("a", True), ("b", True), ("c", False)])
def test_a_list_that_the_statement_brings_is_part_of_it(in_app, name, is_known):
    assert straight(IN_ITS_LIST, {"name": name}).scalar() is is_known


def test_a_row_of_plain_words_has_the_names_of_the_database(in_app):
    assert straight(TWICE, {"number": 3}).one().double == 6


@pytest.mark.parametrize(
    ("statement", "given"), [(IN_A_LIST, {"names": ["a"]}), (ORGANISATION, {})], ids=["a list", "defaults"]
)
def test_what_is_no_constant_is_refused(in_app, statement, given):
    with pytest.raises(AssertionError):
        straight(statement, given)


def test_a_constraint_speaks_as_it_does_everywhere(in_app):
    bare = text("insert into organisations (id) values (null)")
    with pytest.raises(IntegrityError, match="violates not-null constraint") as refused, transaction():
        straight(bare, {})

    assert refused.value.hide_parameters


def test_a_connection_that_is_lost_is_not_used_again(in_app):
    with pytest.raises(OperationalError) as lost, transaction():
        straight(ENDS_ITSELF, {})

    assert lost.value.connection_invalidated
    assert straight(TWICE, {"number": 2}).scalar() == 4
