"""A ZIP archive from a stranger: looked through before it is opened, and counted while it is read, for headers lie."""

import codecs
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from marketplace.geometry.errors import TooComplex, Unreadable
from marketplace.kernel.errors import Rejected

MAX_ENTRIES: Final = 1_000
MAX_UNPACKED_BYTES: Final = 200 << 20
MAX_RATIO: Final = 200
RATIO_FROM_BYTES: Final = 10 << 20
"""Small files may be packed as well as they like: a regular mesh of a few megabytes packs better than 1 to 200."""
MAX_DIRECTORY_BYTES: Final = 1 << 20
PIECE_BYTES: Final = 1 << 18

codecs.lookup("cp437")  # zipfile decodes old names with it, in a child that can load nothing more

_IS_ENCRYPTED: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_AGAIN: Final = "Please export it again."


class _Sparing(io.FileIO):
    """A file of which no more is read at once than a directory of ours can take; zipfile believes what is declared."""

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = MAX_DIRECTORY_BYTES + 1 if size is None or size < 0 else min(size, MAX_DIRECTORY_BYTES + 1)
        content = super().read(wanted) or b""
        if len(content) > MAX_DIRECTORY_BYTES:
            raise TooComplex(f"The archive holds more than {MAX_ENTRIES:,} files.")
        return content


class Package:
    """The parts of an archive by name. Names are compared without case, as the Open Packaging Conventions say."""

    def __init__(self, path: Path) -> None:
        """Raises Unreadable or TooComplex for an archive that is not honest."""
        self._file = _Sparing(path)
        try:
            self._archive = zipfile.ZipFile(self._file)
            self._entries = _listed(self._archive.infolist())
        # NotImplementedError is zipfile's word for a version or compression that it does not know
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            self._file.close()
            raise Unreadable(f"The file is no readable archive. {_AGAIN}") from error
        except Rejected:
            self._file.close()
            raise
        self._read_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()
        self._file.close()

    def __contains__(self, name: str) -> bool:
        return _folded(name) in self._entries

    def pieces(self, name: str) -> Iterator[bytes]:
        """The content of a part, a piece at a time. Raises Unreadable or TooComplex."""
        entry = self._entries.get(_folded(name))
        if entry is None:
            raise Unreadable(f"The archive names a part that it does not hold. {_AGAIN}")
        try:
            with self._archive.open(entry) as part:
                while piece := part.read(PIECE_BYTES):
                    self._read_bytes += len(piece)
                    if self._read_bytes > MAX_UNPACKED_BYTES:
                        raise _too_large()
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise Unreadable(f"A part of the archive is damaged. {_AGAIN}") from error


def _listed(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    if len(entries) > MAX_ENTRIES:
        raise TooComplex(f"The archive holds more than {MAX_ENTRIES:,} files.")
    files = [entry for entry in entries if not entry.is_dir()]
    for entry in files:
        _check(entry)
    if sum(entry.file_size for entry in files) > MAX_UNPACKED_BYTES:
        raise _too_large()
    listed = {_folded(entry.filename): entry for entry in files}
    if len(listed) != len(files):
        raise Unreadable(f"The archive holds two files of one name. {_AGAIN}")
    return listed


def _folded(name: str) -> str:
    return name.removeprefix("/").lower()


def _check(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & _IS_ENCRYPTED:
        raise Unreadable("The archive is encrypted. Please send it without a password.")
    name = entry.orig_filename
    if name.startswith(("/", "\\")) or "\\" in name or "\0" in name or ":" in name or ".." in name.split("/"):
        raise Unreadable(f"The archive holds a file that would land outside its folder. {_AGAIN}")
    if entry.compress_type not in _METHODS:
        raise Unreadable(f"The archive is packed in an unusual way. {_AGAIN}")
    if entry.file_size > max(RATIO_FROM_BYTES, MAX_RATIO * entry.compress_size):
        raise _too_large()


def _too_large() -> TooComplex:
    return TooComplex(f"The archive unpacks to more than {MAX_UNPACKED_BYTES >> 20} MB, or looks as if it did so.")
