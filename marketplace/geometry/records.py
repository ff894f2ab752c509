"""Measurements as JSON, and back with every figure checked: the child that wrote them may have been taken over."""

import re
from fractions import Fraction
from typing import Any, Final

import msgspec

from marketplace.geometry.errors import OutOfRange
from marketplace.geometry.values import Measurement
from marketplace.kernel.records import RecordOf

_MEASUREMENT: Final = RecordOf(Measurement)
_POWERS: Final = {"mm": 1, "mm2": 2, "mm3": 3}
_UNIT: Final = re.compile(r"_(mm[23]?)$")


class MalformedRecord(ValueError):
    """A record that is not a measurement."""


def as_json(measurement: Measurement) -> dict[str, object]:
    """The measurement as plain JSON values."""
    record: dict[str, object] = msgspec.to_builtins(measurement)
    return record


def encoded(measurement: Measurement) -> bytes:
    """The measurement as JSON text; figures that are no numbers become null, which no reader takes."""
    return msgspec.json.encode(measurement)


def from_json(record: object) -> Measurement:
    """The measurement in a record; raises MalformedRecord unless every figure is present, typed and bounded."""
    try:
        return _MEASUREMENT.of(record)
    except (msgspec.ValidationError, OverflowError) as error:
        raise MalformedRecord(str(error)) from error


def decoded(text: bytes) -> Measurement:
    """The measurement in a JSON text; raises MalformedRecord as `from_json` does."""
    try:
        return _MEASUREMENT.decoded(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedRecord(str(error)) from error


def scaled(measurement: Measurement, factor: Fraction | int) -> Measurement:
    """The measurement with every length `factor` times as long, areas and volumes likewise.

    Raises OutOfRange when a figure becomes larger than any part's.
    """
    try:
        return from_json(_scaled(as_json(measurement), "", Fraction(factor)))
    except MalformedRecord:
        raise OutOfRange("In these units the part would be larger than any part. Please choose other units.") from None


def _scaled(value: Any, name: str, factor: Fraction) -> Any:
    if isinstance(value, dict):
        return {key: _scaled(part, key, factor) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_scaled(part, name, factor) for part in value]
    unit = _UNIT.search(name)
    return value if unit is None or value is None else value * float(factor ** _POWERS[unit[1]])
