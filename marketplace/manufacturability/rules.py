"""The table of rules, read once from rules.toml and checked: names once each, messages that can be filled."""

from pathlib import Path
from typing import Final

import msgspec

from marketplace.manufacturability.values import Rule, Severity

_GRAVITY: Final = tuple(Severity)


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    rule: list[Rule]


def read(text: str) -> tuple[Rule, ...]:
    """The rules of a TOML table, gravest first and else in its order.

    Raises ValueError for a rule that is malformed or named twice, and for a message with a gap that nothing fills.
    """
    rules = msgspec.toml.decode(text, type=_Table).rule
    if len({rule.id for rule in rules}) < len(rules):
        raise ValueError("two rules have the same id")
    for rule in rules:
        _check(rule)
    return tuple(sorted(rules, key=lambda rule: _GRAVITY.index(rule.severity)))


def _check(rule: Rule) -> None:
    if not rule.source or not rule.message:
        raise ValueError(f"rule {rule.id} needs a message and a source")
    try:
        rule.message.format(value="", limit="")
    except (KeyError, IndexError) as gap:
        raise ValueError(f"nothing fills {gap} in the message of rule {rule.id}") from gap


RULES: Final = read(Path(__file__).with_name("rules.toml").read_text(encoding="utf-8"))
