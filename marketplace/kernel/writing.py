"""What a transaction writes, in one statement, without the mapper's unit of work where that is not needed.

Foreign keys are checked when the statement is over, so rows may refer to each other in any order. A new order is six
rows of five tables, a paid one three changed rows and five new ones, and each is one statement.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ClauseElement, Insert, Update, bindparam, insert, inspect, update
from sqlalchemy.orm import ColumnProperty, Session
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.kernel import queries
from marketplace.kernel.database import Base, session, straight, table_of

KEY: Final = "key_of"
"""Prefix of the parameter that names a changed row by its id."""
ROWS: Final = "rows_of"
"""Prefix of the parameter that holds many rows of a table, as JSON."""


class _Attribute(NamedTuple):
    key: str
    default: Callable[[], Any] | None
    is_told: bool
    """The database gives it."""


class _Part(NamedTuple):
    """One row's share of the statement; parts of equal form are written by the same words."""

    model: type[Base]
    keys: tuple[str, ...]
    is_new: bool
    is_many: bool = False


class Many(NamedTuple):
    """Many new rows of one table, each with a value for every column."""

    model: type[Base]
    rows: Sequence[Mapping[str, Any]]


def write(new: Sequence[Base], many: Sequence[Many] = ()) -> None:
    """Write new rows, and what changed in those of the session, now; defaults and what the database gives are set.

    New rows stay outside the session: a change to one of them afterwards is not saved. At most one of them may be given
    something by the database: PostgreSQL returns only what the main part of a statement returns.
    """
    changed = _changes(session())
    rows = [*new, *(row for row, _ in changed)]
    if not rows and not many:
        return
    values = [_given(row) for row in new] + [those for _, those in changed]
    parts = tuple(_Part(type(row), tuple(values[at]), at < len(new)) for at, row in enumerate(rows))
    statement, main = _statement((*parts, *(_Part(each.model, (), is_new=True, is_many=True) for each in many)))
    parameters = {f"{key}_{at}": value for at, those in enumerate(values) for key, value in those.items()}
    parameters |= {f"{KEY}_{at}": row.id for at, (row, _) in enumerate(changed, len(new))}  # type: ignore[attr-defined]
    parameters |= {f"{ROWS}_{at}": each.rows for at, each in enumerate(many, len(rows))}
    written = straight(statement, parameters).mappings().one_or_none()
    for row, _ in changed:
        _settle(row, session())
    for key, value in (written or {}).items():
        set_committed_value(rows[main], key, value)


def _settle(row: Base, held: Session) -> None:
    """The row is in the database as it is here: what the mapper itself does after a flush, so that none follows."""
    state: Any = inspect(row)
    state._commit_all(state.dict, held.identity_map)


def _changes(held: Session) -> list[tuple[Base, dict[str, Any]]]:
    """What plain changes the session holds; all else that it holds, the mapper writes now."""
    changed = sorted((row for row in held.dirty if held.is_modified(row)), key=_place)
    if held.new or held.deleted or not all(map(_is_plain, changed)):
        held.flush()
        return []
    return [(row, {key: row.__dict__[key] for key in _changed_keys(row)}) for row in changed]


def _place(row: Base) -> tuple[str, str]:
    """Of two transactions that change the same rows neither waits for the other."""
    return table_of(type(row)).name, str(inspect(row).identity)


def _is_plain(row: Base) -> bool:
    """Columns alone have changed, to values, in a row known by its id and edited without a version."""
    mapper = row.__mapper__
    keys = _changed_keys(row)
    return (
        mapper.version_id_col is None
        and [column.key for column in mapper.primary_key] == ["id"]
        and all(key in mapper.column_attrs for key in keys)
        and not any(isinstance(row.__dict__[key], ClauseElement) for key in keys)
    )


def _changed_keys(row: Base) -> list[str]:
    state: Any = inspect(row)
    return [each.key for each in row.__mapper__.attrs if each.key not in state.unmodified]


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
def _statement(parts: tuple[_Part, ...]) -> tuple[Insert | Update, int]:
    """The statement for a combination of rows, built once, and which of them is its main part."""
    told = [at for at, part in enumerate(parts) if part.is_new and not part.is_many and _told(part.model)]
    assert len(told) <= 1, "one row of a statement is told what the database gave it"
    main = told[0] if told else len(parts) - 1
    written = [_written(part, at) for at, part in enumerate(parts)]
    beside = [each.cte(f"row_{at}") for at, each in enumerate(written) if at != main]
    returning = _told(parts[main].model) if told else []
    return written[main].returning(*returning).add_cte(*beside), main


def _written(part: _Part, at: int) -> Insert | Update:
    if part.is_many:
        return _insert_many(part, at)
    return _insert(part, at) if part.is_new else _update(part, at)


def _insert_many(part: _Part, at: int) -> Insert:
    table = table_of(part.model)
    return insert(table).from_select([each.name for each in table.c], queries.given(table, f"{ROWS}_{at}"))


def _insert(part: _Part, at: int) -> Insert:
    return insert(table_of(part.model)).values(_values(part, at))


def _update(part: _Part, at: int) -> Update:
    table = table_of(part.model)
    return update(table).where(table.c.id == bindparam(f"{KEY}_{at}", type_=table.c.id.type)).values(_values(part, at))


def _values(part: _Part, at: int) -> dict[Any, Any]:
    columns = table_of(part.model).c
    return {columns[key]: bindparam(f"{key}_{at}", type_=columns[key].type) for key in part.keys}


def _told(model: type[Base]) -> list[Any]:
    return [table_of(model).c[attribute.key] for attribute in _attributes(model) if attribute.is_told]
