"""Where DATABASE_URL names a server, the story plays in a database of its own there; the one it names is left alone."""

import os
from contextlib import suppress

import psycopg
from psycopg.errors import DuplicateDatabase
from sqlalchemy import make_url


def settings(name: str, *, fresh: bool = True) -> dict[str, str]:
    """The settings that lead to the database `commonforge_…`; none where the embedded PostgreSQL is used.

    It is made if it is not there; `fresh` deletes what an earlier run left in it. The role of DATABASE_URL must be
    allowed to create databases.
    """
    if not _given():
        return {}
    if fresh:
        drop(name)
    with _server() as connection, suppress(DuplicateDatabase):
        connection.execute(f"create database \"{_called(name)}\" template template0 encoding utf8 locale 'C.UTF-8'")
    return {"DATABASE_URL": make_url(_given()).set(database=_called(name)).render_as_string(hide_password=False)}


def drop(name: str) -> None:
    """Delete the story's database, whoever is connected to it."""
    with _server() as connection:
        connection.execute(f'drop database if exists "{_called(name)}" with (force)')


def _given() -> str:
    return os.environ.get("DATABASE_URL", "").strip()


def _called(name: str) -> str:
    return f"commonforge_{name.replace('-', '_')}"


def _server() -> psycopg.Connection:
    address = make_url(_given()).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)
