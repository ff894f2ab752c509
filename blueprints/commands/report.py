"""A measurement as a person reads it: group by group, every figure with its unit and how it was found. Pure.

Figures are named as in the record, where the end of a name is its unit; so a new figure shows up here by itself.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final

from marketplace.geometry.outcomes import Crashed, OutOfMemory, Refused, TimedOut
from marketplace.geometry.values import Measurement, Remark
from marketplace.manufacturability.values import Finding, Severity

NotMeasured = Refused | Crashed | TimedOut | OutOfMemory

UNITS: Final = {"mm": "mm", "mm2": "mm²", "mm3": "mm³", "deg": "°"}
METHODS: Final = {
    "exact": "exact: from the surfaces themselves",
    "meshed": "meshed: summed over triangles",
    "drawn": "drawn: from the lines of the drawing",
    "formula": "formula: closed form of other figures",
    "sampled": "sampled: from rays over the surface",
}
LONGEST_LIST: Final = 12
"""So many rows of a list are shown, the commonest first; `--json` has them all."""
MOST_FINDINGS: Final = 5

_PLACES: Final = frozenset({"at_mm", "faces"})
"""What two holes that are alike differ in."""
_SIDES: Final = frozenset({"box_mm", "sides_mm", "flat_box_mm"})
_ASIDE: Final = frozenset({"kind", "engine", "method", "remarks"})


def measured(name: str, part: Measurement, findings: Mapping[str, Iterable[Finding]]) -> str:
    """The whole report on one file."""
    lines = [f"{name}: {part.kind}, {part.engine}", *_figures(part), *_remarks(part.remarks)]
    for process, found in findings.items():
        lines += [*_findings(process, tuple(found))]
    return "\n".join(lines)


def refused(name: str, outcome: NotMeasured) -> str:
    """Why there is no report."""
    return f"{name}: refused, {outcome.code}\n  {outcome.message}"


def _figures(part: Measurement) -> Iterator[str]:
    yield _heading("Part", part)
    groups: list[tuple[str, Any]] = []
    for name, value in _entries(part):
        if name in _ASIDE:
            continue
        if is_dataclass(value) or _is_list(value):
            groups.append((name, value))
        else:
            yield _line(name, value)
    for name, value in groups:
        yield from _list(name, value) if isinstance(value, tuple) else _group(name, value)


def _group(name: str, group: Any) -> Iterator[str]:
    yield _heading(_words(name).capitalize(), group)
    lists = [(inner, value) for inner, value in _entries(group) if _is_list(value)]
    for inner, value in _entries(group):
        if is_dataclass(value):
            yield f"  {_words(inner):<26} {_row(value)}"
        elif inner != "method" and not _is_list(value):
            yield _line(inner, value)
    for inner, value in lists:
        yield from _list(inner, value)


def _is_list(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and is_dataclass(value[0])


def _list(name: str, rows: tuple[Any, ...]) -> Iterator[str]:
    """Rows that differ in their places only are told once, with how many there are."""
    yield f"{_words(name).capitalize()} ({len(rows)})"
    alike = Counter(_row(row) for row in rows).most_common()
    for words, count in alike[:LONGEST_LIST]:
        yield f"  {count:>4} × {words}"
    if len(alike) > LONGEST_LIST:
        yield f"  … and {len(alike) - LONGEST_LIST} more sorts"


def _row(row: Any) -> str:
    told = ((name, value) for name, value in _entries(row) if name not in _PLACES and value not in (None, ()))
    return ", ".join(f"{_words(name)} {_shown(name, value)}" for name, value in told)


def _line(name: str, value: Any) -> str:
    return f"  {_words(name):<26} {_shown(name, value)}"


def _entries(group: Any) -> Iterator[tuple[str, Any]]:
    for each in fields(group):
        yield each.name, getattr(group, each.name)


def _heading(title: str, group: Any) -> str:
    method = getattr(group, "method", None)
    return f"{title} ({METHODS[method]})" if method else title


def _words(name: str) -> str:
    stem, _, unit = name.rpartition("_")
    words = (stem if stem and unit in UNITS else name).replace("_", " ")
    return words.removeprefix("is ")


def _shown(name: str, value: Any) -> str:
    unit = UNITS.get(name.rpartition("_")[2])
    text = " × ".join(map(_figure, value)) if name in _SIDES and value else _figure(value)
    return f"{text} {unit}".replace(" °", "°") if unit and value not in (None, ()) else text


def _figure(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return _decimal(value)
    if isinstance(value, tuple):
        return _several(value)
    return _row(value) if is_dataclass(value) else str(value)


def _several(values: tuple[Any, ...]) -> str:
    if not values:
        return "none"
    if is_dataclass(values[0]):
        return "(" + "; ".join(_row(each) for each in values) + ")"
    if len(values) > LONGEST_LIST:
        return f"{len(values)} figures from {_figure(min(values))} to {_figure(max(values))}"
    return (" / " if isinstance(values[0], tuple) else ", ").join(map(_figure, values))


def _decimal(value: float) -> str:
    """Four decimals at most; very small figures keep three digits."""
    if 0 < abs(value) < 1e-4:
        return f"{value:.3g}"
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _remarks(remarks: tuple[Remark, ...]) -> Iterator[str]:
    if remarks:
        yield "Remarks"
    for remark in remarks:
        yield f"  {_words(str(remark.kind))}: {remark.message}"


def _findings(process: str, found: tuple[Finding, ...]) -> Iterator[str]:
    if not found:
        yield f"{process}: nothing stands against it"
        return
    blocks = sum(finding.severity is Severity.BLOCKS for finding in found)
    yield f"{process}: {'BLOCKED' if blocks else 'possible'}, {len(found)} finding{'s' * (len(found) > 1)}"
    for finding in found[:MOST_FINDINGS]:
        place = f" (at {_several(finding.place)} mm)" if finding.place else ""
        yield f"  {finding.severity}: {finding.message}{place}"
    if len(found) > MOST_FINDINGS:
        yield f"  … and {len(found) - MOST_FINDINGS} more"
