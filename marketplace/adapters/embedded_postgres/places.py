"""Which folders a server uses: its home, or a stand-in where the home cannot be reached or named."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from . import account as accounts
from .account import Account
from .errors import UnsafeFolder

STAND_INS = Path("/var/tmp")  # noqa: S108 - survives a restart; Account.own refuses a folder of somebody else
SHORT_SOCKETS = Path("/tmp")  # noqa: S108 - likewise; made anew at each start if it is gone
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_BYTES = 107  # sun_path of unix(7), less the closing zero
PLAIN = re.compile(r"[A-Za-z0-9._/-]+")  # needs no quoting, neither in PostgreSQL's list of folders nor in an address


@dataclass(frozen=True)
class Places:
    """The folders of one server: `asked` is the home that the caller named, `home` is where the cluster lives."""

    asked: Path
    home: Path
    account: Account

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def lock(self) -> Path:
        return self.asked / "lock"

    @property
    def mark(self) -> str:
        """The cluster's name: stands in the titles of its processes, by which we know them from another server's."""
        return f"commonforge-{_short_hash(self.data)}"

    @property
    def sockets(self) -> Path:
        fits = len(os.fsencode(self.home / SOCKET)) <= SOCKET_PATH_BYTES and PLAIN.fullmatch(str(self.home))
        return self.home if fits else SHORT_SOCKETS / self.mark

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self.sockets}"

    @property
    def is_made(self) -> bool:
        return (self.data / "PG_VERSION").exists()


def of(home: Path) -> Places:
    """The places of the server whose home this is; nothing is created.

    Root's borrowed account may not get through the folders above the home (a home below a 0700 folder): then the
    cluster lives in /var/tmp/commonforge-<hash of the home>. Raises UnsafeFolder if a cluster has become unreachable.
    """
    asked = Path(os.path.realpath(home))
    account = accounts.for_server(asked / "data")
    here = Places(asked, asked, account)
    if account.reaches(asked):
        return here
    if here.is_made:
        raise UnsafeFolder(
            f"The database in {asked} exists, but its account no longer gets through the folders above it."
        )
    stand_in = STAND_INS / f"commonforge-{_short_hash(asked)}"
    return Places(asked, stand_in, accounts.for_server(stand_in / "data"))


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
