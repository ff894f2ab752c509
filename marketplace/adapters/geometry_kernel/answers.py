"""What a child answers through its pipe: a record, then the bytes of two pictures, each with its length in front."""

import struct
from dataclasses import dataclass, field
from typing import Final

import msgspec

from marketplace.geometry.outcomes import Pictures
from marketplace.geometry.values import Measurement
from marketplace.kernel.records import RecordOf

_LENGTHS: Final = struct.Struct("!3Q")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_GLB: Final = b"glTF"


class MalformedAnswer(ValueError):
    """An answer that no child of ours gives."""


@dataclass(frozen=True, slots=True)
class Record:
    """How reading the file ended, in the child's words; one of the three is there."""

    measured: Measurement | None = None
    cpu_s: dict[str, float] = field(default_factory=dict)
    """What each step of measuring cost."""
    refused: str | None = None
    message: str = ""
    detail: str = ""
    """For our log."""
    out_of_memory: bool = False


_RECORD: Final = RecordOf(Record)


def encoded(record: Record) -> bytes:
    """The record as it travels. Figures that are no numbers travel as null and are not taken at the other end."""
    return msgspec.json.encode(record)


def packed(text: bytes, pictures: Pictures | None = None) -> bytes:
    """An encoded record and its pictures as one answer."""
    thumbnail, model = (pictures.thumbnail, pictures.model) if pictures else (b"", b"")
    return _LENGTHS.pack(len(text), len(thumbnail), len(model)) + text + thumbnail + model


def unpacked(answer: bytes, *, most_record_bytes: int) -> tuple[Record, Pictures | None]:
    """The answer that travelled, checked as hostile: the file may have taken the child over. Raises MalformedAnswer."""
    if len(answer) < _LENGTHS.size:
        raise MalformedAnswer("too short")
    lengths = _LENGTHS.unpack_from(answer)
    if sum(lengths) != len(answer) - _LENGTHS.size or lengths[0] > most_record_bytes:
        raise MalformedAnswer("lengths do not fit")
    text, thumbnail, model = _cut(answer[_LENGTHS.size :], lengths)
    try:
        return _RECORD.decoded(text), _pictures(thumbnail, model)
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedAnswer(str(error)) from error


def _cut(joined: bytes, lengths: tuple[int, ...]) -> list[bytes]:
    starts = [sum(lengths[:which]) for which in range(len(lengths))]
    return [joined[start : start + length] for start, length in zip(starts, lengths, strict=True)]


def _pictures(thumbnail: bytes, model: bytes) -> Pictures | None:
    if not thumbnail and not model:
        return None
    if not thumbnail.startswith(_PNG) or (model and not model.startswith(_GLB)):
        raise MalformedAnswer("pictures are no pictures")
    return Pictures(thumbnail, model)
