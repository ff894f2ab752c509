"""New rows in one statement, without the mapper's unit of work: for rows that nobody changes in the same transaction.

Foreign keys are checked when the statement is over, so rows may refer to each other in any order. An order is six rows
of five tables, and one statement; `transaction.note` is how callers get here.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Insert, bindparam, insert
from sqlalchemy.orm import ColumnProperty
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.kernel.database import Base, session, table_of

Shape = tuple[type[Base], tuple[str, ...]]
"""A row's model and those of its attributes that are given."""


class _Attribute(NamedTuple):
    key: str
    default: Callable[[], Any] | None
    is_told: bool
    """The database gives it."""


def write(*rows: Base) -> None:
    """Write new rows now, in one statement; defaults and what the database gives are set on them.

    They stay outside the session: a change to one of them afterwards is not saved. Of the rows of one statement at most
    one may be given something by the database: PostgreSQL returns only what the last part of a statement returns.
    """
    given = [_given(row) for row in rows]
    shapes = tuple((type(row), tuple(values)) for row, values in zip(rows, given, strict=True))
    statement, main = _statement(shapes)
    parameters = {f"{key}_{at}": value for at, values in enumerate(given) for key, value in values.items()}
    written = session().connection().execute(statement, parameters)
    if written.returns_rows:
        for key, value in written.one()._mapping.items():
            set_committed_value(rows[main], key, value)


def _given(row: Base) -> dict[str, Any]:
    """What the row says, with its defaults."""
    held = row.__dict__
    for attribute in _attributes(type(row)):
        if attribute.key not in held and attribute.default is not None:
            set_committed_value(row, attribute.key, attribute.default())
    return {attribute.key: held[attribute.key] for attribute in _attributes(type(row)) if attribute.key in held}


@cache
def _attributes(model: type[Base]) -> tuple[_Attribute, ...]:
    return tuple(_attribute(each) for each in model.__mapper__.column_attrs)


def _attribute(each: ColumnProperty[Any]) -> _Attribute:
    column: Any = each.columns[0]
    return _Attribute(each.key, _default(column.default), column.identity is not None)


def _default(default: Any) -> Callable[[], Any] | None:
    if default is None:
        return None
    return (lambda: default.arg) if default.is_scalar else (lambda: default.arg(None))


@lru_cache(maxsize=512)
def _statement(shapes: tuple[Shape, ...]) -> tuple[Insert, int]:
    """The statement for a combination of rows, built once, and which of them is its main part."""
    told = [at for at, (model, _) in enumerate(shapes) if _told(model)]
    assert len(told) <= 1, "one row of a statement is told what the database gave it"
    main = told[0] if told else len(shapes) - 1
    parts = [_insert(*shape, at) for at, shape in enumerate(shapes)]
    beside = [each.cte(f"row_{at}") for at, each in enumerate(parts) if at != main]
    return parts[main].returning(*_told(shapes[main][0])).add_cte(*beside), main


def _insert(model: type[Base], keys: tuple[str, ...], at: int) -> Insert:
    columns = table_of(model).c
    values = {columns[key]: bindparam(f"{key}_{at}", type_=columns[key].type) for key in keys}
    return insert(table_of(model)).values(values)


def _told(model: type[Base]) -> list[Any]:
    return [table_of(model).c[attribute.key] for attribute in _attributes(model) if attribute.is_told]
