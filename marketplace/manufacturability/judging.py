"""Judging a part: every broken rule of a process becomes a finding."""

from collections.abc import Callable, Mapping
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Final

from marketplace.geometry.values import Measurement
from marketplace.manufacturability.metrics import readings
from marketplace.manufacturability.rules import RULES
from marketplace.manufacturability.values import Bound, Finding, Metric, Process, Reading, Rule, Severity, Vector

MAX_FINDINGS_PER_RULE: Final = 50
PROCESSES: Final = frozenset(str(process) for process in Process)
TOLERANCE: Final = 1e-6
"""Of a limit: figures that differ by less are the same, for a measurement is not better."""

_GRAVITY: Final = {severity: gravity for gravity, severity in enumerate(Severity)}
_Read = Callable[[Metric], tuple[Reading, ...]]


class NoRulesForProcess(LookupError):
    """A process without rules cannot be judged; silence would read as approval."""


def findings(measurement: Measurement, process: str) -> tuple[Finding, ...]:
    """What stands against making the part by the process (its id in the catalogue), gravest first.

    A place of the part is spoken of once per topic, by the gravest rule it breaks. Raises NoRulesForProcess.
    """
    if process not in PROCESSES:
        raise NoRulesForProcess(process)
    return _judged(process, cache(lambda metric: readings(metric, measurement)))


def by_process(measurement: Measurement) -> Mapping[str, tuple[Finding, ...]]:
    """The findings of every process; each metric is read once."""
    read: _Read = cache(lambda metric: readings(metric, measurement))
    return {process: _judged(process, read) for process in sorted(PROCESSES)}


def is_blocked(remarks: tuple[Finding, ...]) -> bool:
    """Whether any finding forbids an automatic price."""
    return any(finding.severity is Severity.BLOCKS for finding in remarks)


def _judged(process: str, read: _Read) -> tuple[Finding, ...]:
    found = [finding for topic in _TOPICS[process] for finding in _of_topic(topic, read)]
    return tuple(sorted(found, key=lambda finding: _GRAVITY[finding.severity]))


def _of_topic(rules: tuple[Rule, ...], read: _Read) -> list[Finding]:
    found: list[Finding] = []
    spoken: set[Vector | None] = set()
    for rule in rules:
        broken = [reading for reading in read(rule.metric) if _breaks(rule, reading)]
        if broken:
            fresh = [reading for reading in broken if reading.place not in spoken]
            found += [_finding(rule, reading) for reading in fresh[:MAX_FINDINGS_PER_RULE]]
            spoken.update(reading.place for reading in broken)
    return found


def _breaks(rule: Rule, reading: Reading) -> bool:
    slack = TOLERANCE * abs(rule.limit)
    return reading.value < rule.limit - slack if rule.bound is Bound.BELOW else reading.value > rule.limit + slack


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
        faces=reading.faces,
    )


def _shown(figure: float) -> str:
    return f"{figure:,.2f}".rstrip("0").rstrip(".") if abs(figure) >= 0.01 or figure == 0 else f"{figure:.2g}"


def _topics(process: Process) -> tuple[tuple[Rule, ...], ...]:
    mine = sorted((rule for rule in RULES if process in rule.processes), key=attrgetter("topic"))
    return tuple(tuple(rules) for _, rules in groupby(mine, key=attrgetter("topic")))


_TOPICS: Final = {str(process): _topics(process) for process in Process}
