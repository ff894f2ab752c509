"""Measurements as JSON, and back with every figure checked: the child that wrote them may have been taken over."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from marketplace.geometry.values import MAX_LENGTH_MM, FileKind, Hole, Measurement, Units, Vector

MAX_HOLES: Final = 5_000
MAX_COUNT: Final = 100_000_000
MAX_ENGINE_CHARS: Final = 200

_FIELDS: Final = frozenset(Measurement.__dataclass_fields__)
_HOLE_FIELDS: Final = frozenset(Hole.__dataclass_fields__)


class MalformedRecord(ValueError):
    """A record that is not a measurement."""


def as_json(measurement: Measurement) -> dict[str, object]:
    """The measurement as plain JSON values."""
    return asdict(measurement) | {"kind": str(measurement.kind)}


def from_json(record: object) -> Measurement:
    """The measurement in a record; raises MalformedRecord unless every figure is present, typed and bounded."""
    fields = _exactly(record, _FIELDS)
    try:
        return Measurement(
            kind=FileKind(fields["kind"]),
            declared_units=None if fields["declared_units"] is None else Units(fields["declared_units"]),
            volume_mm3=_figure(fields["volume_mm3"], most=MAX_LENGTH_MM**3),
            area_mm2=_figure(fields["area_mm2"], most=MAX_LENGTH_MM**2 * 1e3),
            box_mm=_vector(fields["box_mm"], least=0.0),
            is_closed=_truth(fields["is_closed"]),
            bodies=_count(fields["bodies"]),
            triangles=_count_or_none(fields["triangles"]),
            faces=_count_or_none(fields["faces"]),
            holes=tuple(_hole(hole) for hole in _list(fields["holes"], most=MAX_HOLES)),
            engine=_text(fields["engine"]),
        )
    except ValueError as error:
        raise MalformedRecord(str(error)) from error


def _hole(record: object) -> Hole:
    fields = _exactly(record, _HOLE_FIELDS)
    return Hole(
        diameter_mm=_figure(fields["diameter_mm"], most=MAX_LENGTH_MM),
        depth_mm=_figure(fields["depth_mm"], most=MAX_LENGTH_MM),
        is_through=_truth(fields["is_through"]),
        axis=_vector(fields["axis"], least=-1.000001, most=1.000001),
        at=_vector(fields["at"], least=-MAX_LENGTH_MM),
    )


def _exactly(record: object, names: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(record, dict) or set(record) != names:
        raise MalformedRecord(f"expected an object with {sorted(names)}")
    return record


def _figure(value: object, *, least: float = 0.0, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise MalformedRecord(f"{str(value)[:40]} is not a figure from {least} to {most}")
    return float(value)


def _vector(value: object, *, least: float, most: float = MAX_LENGTH_MM) -> Vector:
    if not isinstance(value, list | tuple) or len(value) != 3:
        raise MalformedRecord("expected three figures")
    x, y, z = (_figure(part, least=least, most=most) for part in value)
    return (x, y, z)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_COUNT:
        raise MalformedRecord(f"{str(value)[:40]} is not a count")
    return value


def _count_or_none(value: object) -> int | None:
    return None if value is None else _count(value)


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise MalformedRecord("expected true or false")
    return value


def _list(value: object, *, most: int) -> list[object] | tuple[object, ...]:
    if not isinstance(value, list | tuple) or len(value) > most:
        raise MalformedRecord(f"expected at most {most} entries")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_ENGINE_CHARS:
        raise MalformedRecord("expected a short text")
    return value
