"""Statements of the hot path, compiled once and then handed to the driver as they are.

At each execution SQLAlchemy finds out anew what a statement is and takes, and makes a context and a result for it:
three times what sending it costs. Here that is known after the first time.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple, NoReturn

import psycopg
from sqlalchemy import Connection, Dialect, Executable, IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError

KEPT: Final = 1024
"""Statements; more than the source has, and a bound should one of them be no constant."""

Rows = IteratorResult[*tuple[Any, ...]]
Change = Callable[[Any], Any]


class Value(NamedTuple):
    """One parameter: its name, how the driver takes what is given under it, and what the statement itself brings."""

    name: str
    written: Change | None
    brought: Any


class Prepared(NamedTuple):
    """A statement in PostgreSQL's words, with what its values become on the way there and back."""

    sql: bytes
    values: Sequence[Value]
    columns: SimpleResultMetaData
    readers: Sequence[tuple[int, Change]]


def run(connection: Connection, statement: Executable, parameters: Mapping[str, Any]) -> Rows:
    """Send a statement, and its rows. Raises what SQLAlchemy would: DBAPIError, by kind."""
    ready = _prepared(statement, connection.dialect, frozenset(parameters))
    values = [_written(each, parameters) for each in ready.values]
    driver: Any = connection.connection.driver_connection
    try:
        cursor = driver.execute(ready.sql, values)
    except psycopg.Error as error:
        _raise(error, ready, connection, is_lost=driver.closed or driver.broken)
    if not cursor.pgresult.nfields:
        return IteratorResult(ready.columns, iter(()))
    found = cursor.fetchall()
    columns = ready.columns if ready.columns.keys else SimpleResultMetaData([each.name for each in cursor.description])
    return IteratorResult(columns, iter([_read(row, ready) for row in found] if ready.readers else found))


def _written(value: Value, parameters: Mapping[str, Any]) -> Any:
    if value.name not in parameters:
        return value.brought
    given = parameters[value.name]
    return value.written(given) if value.written else given


def _read(row: Sequence[Any], ready: Prepared) -> Sequence[Any]:
    read = list(row)
    for at, change in ready.readers:
        read[at] = change(read[at])
    return read


def _raise(error: psycopg.Error, ready: Prepared, connection: Connection, *, is_lost: bool) -> NoReturn:
    if is_lost:
        connection.invalidate(error)
    raise DBAPIError.instance(
        ready.sql.decode(),
        None,
        error,
        psycopg.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=connection.dialect,
    ) from error


@lru_cache(maxsize=KEPT)
def _prepared(statement: Executable, dialect: Dialect, given: frozenset[str]) -> Prepared:
    compiled: Any = statement.compile(dialect=dialect, column_keys=sorted(given))  # type: ignore[attr-defined]
    assert not compiled.prefetch, f"defaults are worked out by who gives the values: {compiled.prefetch}"
    lists = {each.key for each in compiled.post_compile_params} & given
    assert not lists, f"a list is given as an array, so that the statement stays the same: {lists}"
    whole = compiled.construct_expanded_state(dict.fromkeys(given), escape_names=False)
    writers = {name: _in(bound.type, dialect).bind_processor(dialect) for name, bound in compiled.binds.items()}
    columns = list(getattr(statement, "exported_columns", ()))
    readers = [_in(column.type, dialect).result_processor(dialect, None) for column in columns]
    return Prepared(
        whole.statement.encode(),
        [_value(name, whole.parameters[name], {**writers, **whole.processors}, given) for name in whole.positiontup],
        SimpleResultMetaData([str(column.key) for column in columns]),
        [(at, reader) for at, reader in enumerate(readers) if reader],
    )


def _value(name: str, brought: Any, writers: Mapping[str, Change | None], given: frozenset[str]) -> Value:
    """Lists that the statement brings are spelled out in it by now, each value under a name of its own."""
    written = writers.get(name)
    return Value(name, written, written(brought) if written and name not in given else brought)


def _in(kind: Any, dialect: Dialect) -> Any:
    return kind.dialect_impl(dialect)
