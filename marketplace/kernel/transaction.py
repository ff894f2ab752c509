"""Transactions: one block each, never nested, the only place that commits.

A foreign call never happens inside one: a port's first line is `outside()`, in fakes too. Nothing is written without
one: the session itself refuses.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from marketplace.kernel import writing
from marketplace.kernel.database import Base, session
from marketplace.kernel.writing import Many

Item = TypeVar("Item")

_NOTED: Final = "rows noted, to be written when the transaction ends"
_MANY: Final = "tables of rows noted"
_open: ContextVar[bool] = ContextVar("transaction_open", default=False)


@contextmanager
def transaction() -> Iterator[None]:
    """Everything inside happens, or nothing does.

    What the session had only read before (who is asking, say) is part of the same database transaction.
    """
    if _open.get():
        raise RuntimeError("transaction blocks do not nest: the caller has one open")
    token = _open.set(True)
    try:
        yield
        write_noted()
        session().commit()
    except BaseException:
        session().info.pop(_NOTED, None)
        session().info.pop(_MANY, None)
        session().rollback()
        raise
    finally:
        _open.reset(token)


def note(*rows: Base) -> None:
    """Have new rows written when the open transaction ends, all in one statement; until then no query sees them."""
    inside()
    session().info.setdefault(_NOTED, []).extend(rows)


def note_many(model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for many rows of one table, each a value for every column; never entities."""
    inside()
    if rows:
        session().info.setdefault(_MANY, []).append(Many(model, rows))


def write_noted() -> None:
    """Write what was noted so far, with whatever the session holds that has changed."""
    writing.write(session().info.pop(_NOTED, ()), session().info.pop(_MANY, ()))


def each_alone(items: Iterable[Item], act: Callable[[Item], None]) -> None:
    """Act on each item in a transaction of its own; one that fails keeps no other waiting.

    Raises ExceptionGroup at the end, of all that failed.
    """
    failures: list[Exception] = []
    for item in items:
        try:
            with transaction():
                act(item)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the others come first; it is raised below
            failures.append(failure)
    if failures:
        raise ExceptionGroup(f"{len(failures)} could not be done", failures)


def end_reading() -> None:
    """Close what was only read outside of any block, by COMMIT.

    psycopg forgets all its prepared statements at a ROLLBACK, and a pooled connection is every request's.
    """
    if not _open.get() and session().in_transaction():
        session().commit()


@event.listens_for(Session, "do_orm_execute")
def _refuse_a_stray_statement(execution: ORMExecuteState) -> None:
    if execution.is_insert or execution.is_update or execution.is_delete:
        inside()


@event.listens_for(Session, "before_flush")
def _refuse_a_stray_flush(flushed: Session, *_: object) -> None:
    if flushed.new or flushed.dirty or flushed.deleted:
        inside()


def inside() -> None:
    """State that the caller holds a transaction; a function that writes without one is a mistake of ours."""
    if not _open.get():
        raise RuntimeError("this writes, and no transaction is open")


def outside() -> None:
    """State that no transaction is open, for a call that leaves the house."""
    if _open.get() or session().in_transaction():
        raise RuntimeError("no call leaves the house inside a database transaction")
