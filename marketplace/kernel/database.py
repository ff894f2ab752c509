"""The one database: PostgreSQL through SQLAlchemy, its sessions scoped by flask-sqlalchemy.

Models subclass `Base` (not `db.Model`, so that type checkers see plain SQLAlchemy). This is the only module of the
business that names a web library: it holds the scoped session and nothing else of it.
"""

import enum
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Enum,
    Executable,
    MetaData,
    Table,
    Text,
    Uuid,
    orm,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column

from marketplace.kernel import clock, prepared
from marketplace.kernel.ids import new_id
from marketplace.kernel.prepared import Rows

PLACEHOLDERS: Final = "numeric_dollar"
"""PostgreSQL's own $1, with a cursor that takes them as they are: psycopg has nothing to rewrite, which for a statement
of more than fifty values, as an order is one, it does anew each time."""
CONNECTION: Final[Mapping[str, Any]] = {
    "connect_timeout": 3,
    "cursor_factory": psycopg.RawCursor,
    "prepare_threshold": 2,
    "options": "-c timezone=UTC -c lock_timeout=5s",
}
"""How each connection of the pool is made."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _values(kind: type[enum.Enum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    """A table of the marketplace. Text has no length but where a CHECK says so; integers are 64 bits."""

    registry = orm.registry(
        metadata=metadata,
        type_annotation_map={
            bool: Boolean,
            int: BigInteger,
            str: Text,
            datetime: DateTime(timezone=True),
            date: Date,
            UUID: Uuid,
            dict[str, Any]: JSONB,
            list[Any]: JSONB,
            list[str]: ARRAY(Text),
            enum.Enum: Enum(enum.Enum, native_enum=False, create_constraint=True, length=32, values_callable=_values),
        },
    )


def named_kind(kind: type[enum.Enum], name: str) -> Enum:
    """A column's kind with a constraint of its own name, where a table has two columns of one enum."""
    return Enum(kind, name=name, native_enum=False, create_constraint=True, length=32, values_callable=_values)


def not_longer(column: str, most: int, *, least: int = 1) -> CheckConstraint:
    """A text column that holds something, and not a book."""
    return CheckConstraint(f"length({column}) between {least} and {most}", name=f"{column}_length")


class Identified:
    """A row with a time-ordered id and the instant of its making."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Versioned:
    """A row that two people may edit: the number rises with each change, and HTTP shows it as the ETag.

    An UPDATE names the version that was read; when it has passed, SQLAlchemy raises StaleDataError.
    """

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - declared_attr hands it the class
        return {"version_id_col": cls.version}


def table_of(model: type[Base]) -> Table:
    """A model's table, for statements of the hot path that want rows and no entities: they compile to less work."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})


def session() -> Session:
    """The session of the request or job that is running."""
    return db.session()


def straight(statement: Executable, parameters: Mapping[str, Any]) -> Rows:
    """Run a statement that is a constant past the mapper: no entities are made, nothing pending is written first."""
    return prepared.run(session().connection(), statement, parameters)
