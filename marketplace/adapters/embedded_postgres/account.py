"""As whom the server runs: as ourselves, or, when we are root, as a borrowed unprivileged account."""

import os
import pwd
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import WAY_OUT, NoAccountToBorrow, UnsafeFolder

BORROWED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A user and group of the operating system; `is_borrowed` when it is not the one that we run as."""

    uid: int
    gid: int
    is_borrowed: bool

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run a program of PostgreSQL as this account, in its own session; the caller reads the return code."""
        return subprocess.run(  # noqa: S603 - an argument list of ours; no shell, nothing from a user
            [str(word) for word in command],
            user=self.uid if self.is_borrowed else None,
            group=self.gid if self.is_borrowed else None,
            extra_groups=[] if self.is_borrowed else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd="/",
            umask=0o077,
            start_new_session=True,
            check=False,
        )

    def own(self, folder: Path) -> None:
        """Make a folder, or take one that is ours, so that only this account (and root) gets in.

        Raises UnsafeFolder for a link and for a folder of another account.
        """
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), self.uid):
            raise UnsafeFolder(f"{folder} belongs to another account. Remove it, choose another folder, or: {WAY_OUT}")
        if found.st_uid != self.uid:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)

    def reaches(self, path: Path) -> bool:
        """Whether the permission bits (not access lists) let this account through all folders above the path."""
        return not self.is_borrowed or all(self._may(parent.stat(), stat.S_IXOTH) for parent in path.parents)

    def executes(self, program: Path) -> bool:
        """Whether this account can reach and run a program."""
        return self.reaches(program) and (
            not self.is_borrowed or self._may(program.stat(), stat.S_IROTH | stat.S_IXOTH)
        )

    def _may(self, found: os.stat_result, wanted: int) -> bool:
        shift = 6 if found.st_uid == self.uid else 3 if found.st_gid == self.gid else 0
        return (found.st_mode >> shift) & wanted == wanted


def for_server(data: Path) -> Account:
    """The account that owns the cluster in `data`; for a new cluster, ourselves or the one that root borrows."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_borrowed=False)
    try:
        owner = data.stat()
    except FileNotFoundError:
        return _borrow()
    return Account(owner.st_uid, owner.st_gid, is_borrowed=True) if owner.st_uid else _borrow()


def _borrow() -> Account:
    for name in BORROWED:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid, is_borrowed=True)
    raise NoAccountToBorrow(
        f"PostgreSQL refuses to run as root and there is no account {' or '.join(BORROWED)} to borrow. "
        f"Run as a plain user, or: {WAY_OUT}"
    )
