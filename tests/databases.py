"""A database for each test process: cloned from a migrated template, emptied after each test.

Tests commit for real, so that constraints, deferred triggers and threads behave as they do in the house.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

from config import load
from marketplace.adapters import embedded_postgres
from marketplace.listings import book

ROOT = Path(__file__).parent.parent
HOME = ROOT / ".var" / "test"


def server() -> str:
    """The server that tests run on: TEST_DATABASE_URL, or an embedded one of their own that stays up between runs."""
    return os.environ.get("TEST_DATABASE_URL") or embedded_postgres.start(HOME / "postgres")


def fresh(name: str) -> str:
    """The address of a new, migrated, empty database of that name."""
    url = make_url(server())
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "template.lock").open("w") as lock, _maintenance(url) as connection:
        fcntl.flock(lock, fcntl.LOCK_EX)
        template = _template(url, connection)
        connection.execute(f'drop database if exists "{name}" with (force)')
        connection.execute(f'create database "{name}" template "{template}"')
        connection.execute(f'alter database "{name}" set synchronous_commit = off')
    return url.set(database=name).render_as_string(hide_password=False)


@contextmanager
def sweeper(address: str) -> Iterator[psycopg.Connection]:
    """A connection for `empty`: triggers and foreign keys are set aside, once, as that forgets what was prepared."""
    with connect(address) as connection:
        connection.execute("set session_replication_role = replica")
        yield connection


def empty(connection: psycopg.Connection) -> None:
    """Delete every row that a test left, by a sweeper: quicker than TRUNCATE for a few rows.

    What this process remembers of them goes, too: no trigger told it.
    """
    tables = [row[0] for row in connection.execute(TABLES)]
    probes = " union all ".join(f"select '{table}' where exists (select from {table})" for table in tables)
    filled = [row[0] for row in connection.execute(probes)]
    for table in filled:
        connection.execute(f"delete from {table}")
    book.forget()


TABLES = "select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"


def drop(name: str) -> None:
    with _maintenance(make_url(server())) as connection:
        connection.execute(f'drop database if exists "{name}" with (force)')


def plain(address: str) -> str:
    """The address without SQLAlchemy's driver in it."""
    return address.replace("postgresql+psycopg://", "postgresql://", 1)


def connect(address: str) -> psycopg.Connection:
    return psycopg.connect(plain(address), autocommit=True)


def _maintenance(url: URL) -> psycopg.Connection:
    return connect(url.set(database="postgres").render_as_string(hide_password=False))


def _template(url: URL, connection: psycopg.Connection) -> str:
    """The migrated template, made anew whenever a migration changed."""
    digest = hashlib.sha256()
    for migration in sorted((ROOT / "migrations" / "versions").glob("*.py")):
        digest.update(migration.read_bytes())
    name = f"template_{digest.hexdigest()[:16]}"
    if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is None:
        making = f"{name}_making"
        connection.execute(f'drop database if exists "{making}" with (force)')
        connection.execute(f"create database \"{making}\" template template0 encoding utf8 locale 'C.UTF-8'")
        _migrate(url.set(database=making).render_as_string(hide_password=False))
        connection.execute(f'alter database "{making}" rename to "{name}"')
    return name


def _migrate(address: str) -> None:
    from flask_migrate import upgrade

    from blueprints.app import create_app
    from marketplace.kernel.database import db

    app = create_app(load({"DATABASE_URL": address, "ENVIRONMENT": "test", "DATA_DIR": str(HOME)}))
    with app.app_context():
        upgrade()
        db.engine.dispose()
