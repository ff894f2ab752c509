"""Files in a folder of this machine, each named by the SHA-256 of its content.

A file is written under a passing name, flushed to the disk and only then given its own: whoever finds a hash finds the
whole file. A store that is cut off leaves at most a passing name, which `stored_before` clears away.
"""

import errno
import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from marketplace.geometry.errors import FileTooLarge
from marketplace.kernel import transaction
from marketplace.parts.errors import FileMissing, StorageFull
from marketplace.parts.ports import Kept, Kind

PIECE_BYTES: Final = 1 << 20
PASSING: Final = ".arriving-"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class FilesOnDisk:
    """The store in `folder`, which is made at the first file; only the server's own account may look inside."""

    folder: Path

    def store(self, stream: BinaryIO, *, most_bytes: int, sniff: Callable[[Path], Kind]) -> Kept[Kind]:
        """Hold what the stream gives. Raises FileTooLarge, StorageFull, and whatever `sniff` raises."""
        transaction.outside()
        with _room(), self._passing_name() as (file, path):
            sha256, size = _copy(stream, file, most_bytes)
            kind = sniff(path)
            os.fsync(file.fileno())
            self._name(path, sha256)
        return Kept(sha256, size, kind)

    def open(self, sha256: str) -> BinaryIO:
        """The file, open for reading. Raises FileMissing."""
        transaction.outside()
        with _found():
            return self._place(sha256).open("rb")

    @contextmanager
    def at_hand(self, sha256: str) -> Iterator[Path]:
        """The file where it lies. Raises FileMissing."""
        transaction.outside()
        with _found():
            self._place(sha256).stat()
        yield self._place(sha256)

    def stored_before(self, then: datetime) -> Iterator[str]:
        """The hashes of all files last stored before an instant; abandoned passing names go on the way."""
        transaction.outside()
        for path in self.folder.glob(PASSING + "*"):
            if _is_before(path, then):
                path.unlink(missing_ok=True)
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            if _is_before(path, then):
                yield path.name

    def delete(self, sha256: str, *, if_before: datetime) -> None:
        """Remove a file unless it was stored since; the lock keeps a twin from arriving between look and removal."""
        transaction.outside()
        path = self._place(sha256)
        with self._lock():
            if _is_before(path, if_before):
                path.unlink(missing_ok=True)

    def _place(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256 in small hexadecimal letters")
        return self.folder / sha256[:2] / sha256

    @contextmanager
    def _passing_name(self) -> Iterator[tuple[BinaryIO, Path]]:
        """A new file that only its owner may read, gone again unless everything inside succeeds."""
        _make_folder(self.folder)
        descriptor, name = tempfile.mkstemp(prefix=PASSING, dir=self.folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file, Path(name)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _name(self, path: Path, sha256: str) -> None:
        """Give the file its name; a twin that is there already is replaced by its equal, and counts as new again."""
        place = self._place(sha256)
        _make_folder(place.parent)
        with self._lock():
            path.replace(place)
        _flush_folder(place.parent)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        _make_folder(self.folder)
        with (self.folder / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _copy(stream: BinaryIO, file: BinaryIO, most_bytes: int) -> tuple[str, int]:
    """Copy piece by piece; the hash and the number of bytes."""
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(PIECE_BYTES):
        size += len(piece)
        if size > most_bytes:
            raise FileTooLarge(f"The file is larger than {most_bytes >> 20} MB.", limit=most_bytes)
        digest.update(piece)
        file.write(piece)
    file.flush()
    return digest.hexdigest(), size


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    """Have the folder's own entries on the disk (fsync(2): flushing a file does not flush its name)."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_before(path: Path, then: datetime) -> bool:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < then
    except FileNotFoundError:
        return False


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise StorageFull("There is no room for files at the moment; nothing was kept. Try again later.") from error


@contextmanager
def _found() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise FileMissing("The file of this revision cannot be read at the moment. Try again later.") from error
