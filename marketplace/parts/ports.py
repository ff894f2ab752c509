"""What parts need of the world outside: a place for files."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Generic, Protocol, TypeVar

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Kept(Generic[Kind]):
    """A file that the store holds."""

    sha256: str
    size_bytes: int
    kind: Kind
    """What the content was found to be."""


class FileStore(Protocol):
    """Holds files under the SHA-256 of their content, so that the same file is held once."""

    def store(self, stream: BinaryIO, *, most_bytes: int, sniff: Callable[[Path], Kind]) -> Kept[Kind]:
        """Hold what the stream gives, wholly or not at all; what `sniff` refuses is not held.

        Raises FileTooLarge beyond `most_bytes`, StorageFull, and whatever `sniff` raises.
        """
        ...

    def open(self, sha256: str) -> BinaryIO:
        """The file, to be read and closed by the caller. Raises FileMissing."""
        ...

    def at_hand(self, sha256: str) -> AbstractContextManager[Path]:
        """The file under a path, for programs that want one. Raises FileMissing."""
        ...

    def stored_before(self, then: datetime) -> Iterator[str]:
        """The hashes of all files last stored before an instant."""
        ...

    def delete(self, sha256: str, *, if_before: datetime) -> None:
        """Let go of a file, unless it was stored (again) since `if_before`; one that is not there is no error."""
        ...
