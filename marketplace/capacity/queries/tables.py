"""Rows that a statement is given as one table, and what it writes of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    Select,
    TableValuedAlias,
    Uuid,
    bindparam,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.types import TypeEngine


def _table(rows: Any, columns: Mapping[str, type[TypeEngine[Any]]], name: str = "given") -> TableValuedAlias:
    table: TableValuedAlias = rows.table_valued(*(column(each, kind) for each, kind in columns.items()), name=name)
    return table.render_derived()


def table_of(minutes_by_day: Mapping[date, int]) -> TableValuedAlias:
    """Days and minutes of ours as a table, in one parameter each."""
    return _given(day=(Date, list(minutes_by_day)), minutes=(BigInteger, list(minutes_by_day.values())))


LINES: Final[Mapping[str, type[TypeEngine[Any]]]] = {
    "work_centre_id": Uuid,
    "day": Date,
    "minutes": BigInteger,
    "operation": BigInteger,
}


def table_to_be_given() -> TableValuedAlias:
    """Lines of a hold as a table, its columns to be named `given_…` when the statement runs."""
    columns = [bindparam(f"given_{name}", type_=ARRAY(kind)) for name, kind in LINES.items()]
    return _table(func.unnest(*columns), LINES)


def table_of_days(rows: Sequence[tuple[UUID, date, int]]) -> TableValuedAlias:
    """Work centres, days and minutes of ours as a table."""
    ids, days_of, minutes = zip(*rows, strict=True)
    return _given(work_centre_id=(Uuid, list(ids)), day=(Date, list(days_of)), minutes=(BigInteger, list(minutes)))


def rows_of(columns: Iterable[Any]) -> Select[Any]:
    """What an INSERT takes its rows from."""
    return select(*columns)


def _given(**columns: tuple[type[TypeEngine[Any]], list[Any]]) -> TableValuedAlias:
    arrays = [literal(values, ARRAY(kind)) for kind, values in columns.values()]
    return _table(func.unnest(*arrays), {name: kind for name, (kind, _) in columns.items()})
