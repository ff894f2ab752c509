"""Judging a part: every broken rule of a process becomes a finding."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Final

from marketplace.geometry.values import Measurement
from marketplace.manufacturability.metrics import readings
from marketplace.manufacturability.rules import RULES
from marketplace.manufacturability.values import Bound, Finding, Reading, Rule, Severity, Vector

MAX_FINDINGS_PER_RULE: Final = 50
PROCESSES: Final = frozenset(rule.process for rule in RULES if rule.process is not None)

_GRAVITY: Final = tuple(Severity)


class NoRulesForProcess(LookupError):
    """A process without rules cannot be judged; silence would read as approval."""


def findings(measurement: Measurement, process: str) -> tuple[Finding, ...]:
    """What stands against making the part by the process (its id in the catalogue), gravest first.

    A place of the part is spoken of once per topic, by the gravest rule it breaks. Raises NoRulesForProcess.
    """
    if process not in PROCESSES:
        raise NoRulesForProcess(process)
    found = [finding for _, rules in _by_topic(process) for finding in _of_topic(rules, measurement)]
    return tuple(sorted(found, key=lambda finding: _GRAVITY.index(finding.severity)))


def is_blocked(remarks: tuple[Finding, ...]) -> bool:
    """Whether any finding forbids an automatic price."""
    return any(finding.severity is Severity.BLOCKS for finding in remarks)


def _by_topic(process: str) -> Iterator[tuple[str, Iterator[Rule]]]:
    mine = [rule for rule in RULES if rule.process in (None, process)]
    return groupby(sorted(mine, key=attrgetter("topic")), key=attrgetter("topic"))


def _of_topic(rules: Iterator[Rule], measurement: Measurement) -> Iterator[Finding]:
    spoken: set[Vector | None] = set()
    for rule in rules:
        broken = [reading for reading in readings(rule.metric, measurement) if _breaks(rule, reading)]
        fresh = [reading for reading in broken if reading.place not in spoken]
        yield from (_finding(rule, reading) for reading in fresh[:MAX_FINDINGS_PER_RULE])
        spoken.update(reading.place for reading in broken)


def _breaks(rule: Rule, reading: Reading) -> bool:
    return reading.value < rule.limit if rule.bound is Bound.BELOW else reading.value > rule.limit


def _finding(rule: Rule, reading: Reading) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        message=rule.message.format(value=_shown(reading.value), limit=_shown(rule.limit)),
        value=reading.value,
        limit=rule.limit,
        unit=rule.unit,
        place=reading.place,
        source=rule.source,
    )


def _shown(figure: float) -> str:
    return f"{figure:,.2f}".rstrip("0").rstrip(".") if abs(figure) >= 0.01 or figure == 0 else f"{figure:.2g}"
