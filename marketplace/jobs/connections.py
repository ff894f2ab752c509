"""The connection by which the worker takes jobs and ends them.

For each job procrastinate runs two statements that take less than a millisecond. It would have its event loop wait for
them step by step, between a BEGIN and a COMMIT, on a connection of a pool that is asked first whether it lives: most of
what a worker does for a payment. Here the loop itself waits for the answer, of one connection. Jobs run in threads and
notice nothing of that; a connection that breaks ends the shift (`worker`), and the next opens another.
"""

from collections.abc import Mapping
from typing import Any, Final

import procrastinate
import psycopg
from procrastinate.exceptions import AppNotOpen, NoResult
from procrastinate.sync_psycopg_connector import wrap_exceptions
from psycopg.rows import DictRow, dict_row

PATIENCE: Final[Mapping[str, Any]] = {
    "connect_timeout": 3,
    "tcp_user_timeout": 10_000,
    "options": "-c statement_timeout=10s",
}
"""A server that no longer answers keeps the loop, and who wants to end it, no longer than this."""


class Connector(procrastinate.PsycopgConnector):
    """As procrastinate's, but each statement is run at once and alone; listening is left to it."""

    def __init__(self, conninfo: str) -> None:
        super().__init__(conninfo=conninfo, min_size=0, max_size=1)
        self._conninfo = conninfo
        self._direct: psycopg.Connection[DictRow] | None = None

    async def open_async(self, pool: Any = None) -> None:
        """Connect, if that is not done."""
        await super().open_async(pool)
        if self._direct is None:
            with wrap_exceptions():
                self._direct = psycopg.connect(self._conninfo, autocommit=True, row_factory=dict_row, **PATIENCE)

    async def close_async(self) -> None:
        """Hang up."""
        if self._direct is not None:
            self._direct.close()
            self._direct = None
        await super().close_async()

    async def execute_query_async(self, query: str, **arguments: Any) -> None:
        self._run(query, arguments)

    async def execute_query_one_async(self, query: str, **arguments: Any) -> dict[str, Any]:
        row = self._run(query, arguments).fetchone()
        if row is None:
            raise NoResult
        return row

    async def execute_query_all_async(self, query: str, **arguments: Any) -> list[dict[str, Any]]:
        return self._run(query, arguments).fetchall()

    def _run(self, query: str, arguments: dict[str, Any]) -> psycopg.Cursor[DictRow]:
        if self._direct is None:
            raise AppNotOpen
        with wrap_exceptions():
            return self._direct.execute(query.encode(), self._wrap_json(arguments))
