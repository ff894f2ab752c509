"""Records from outside as values of our own, every field checked.

msgspec works a type out when it first meets it, and two threads that meet one at once crash the process (0.22; the
first questions of a web server did). So a reader is made at import, while there is one thread; a test holds us to it.
"""

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class RecordOf(Generic[T]):
    """Reads records of one type: `_LINE: Final = RecordOf(Line)`, at the top of a module."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind
        self._decoder = msgspec.json.Decoder(kind)

    def of(self, record: object) -> T:
        """The value of plain JSON values, or of a mapping of fields. Raises msgspec.ValidationError."""
        return msgspec.convert(record, self._kind)

    def decoded(self, text: bytes) -> T:
        """The value of a JSON text. Raises msgspec.DecodeError."""
        return self._decoder.decode(text)
