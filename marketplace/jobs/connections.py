"""The connections by which the worker takes jobs and ends them: for each job two statements, and little else.

procrastinate runs one statement at a time, so none of them needs a BEGIN and a COMMIT around it; and its pool would ask
each connection before each use whether it is alive.
"""

import time
from typing import Any, Final
from weakref import WeakKeyDictionary

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

TRUSTED_S: Final = 5
"""So long after a use a connection is taken to be alive; one that was not is the end of a shift (`worker`)."""


def pool(**settings: Any) -> AsyncConnectionPool:
    """The pool that procrastinate opens with these settings, its checks but for these."""
    used_at: WeakKeyDictionary[AsyncConnection, float] = WeakKeyDictionary()

    async def check(connection: AsyncConnection) -> None:
        if time.monotonic() - used_at.get(connection, 0.0) > TRUSTED_S:
            await AsyncConnectionPool.check_connection(connection)
        used_at[connection] = time.monotonic()

    return AsyncConnectionPool(**{**settings, "check": check, "configure": _each_statement_alone})


async def _each_statement_alone(connection: AsyncConnection) -> None:
    await connection.set_autocommit(True)
