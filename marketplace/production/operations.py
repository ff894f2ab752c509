"""The operations of a job with their planned minutes, read off the frozen offer that it came from. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

from marketplace.costing.bids import LABELS, MILLIMINUTES, Group
from marketplace.costing.tree import TreeNode

NO_WORK: Final = frozenset({LABELS[Group.MATERIAL], LABELS[Group.OTHER], LABELS[Group.DELIVERY]})
"""Lines of the making of a lot that are no operation."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A step of making the lot; its planned minutes are those that the price pays for, machine and hand together."""

    number: int
    name: str
    planned_min: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A step that follows at another work centre of the factory."""

    name: str
    minutes: int


def operations(breakdown: TreeNode, elsewhere: Sequence[Elsewhere] = ()) -> list[Operation]:
    """The operations of an offer's price tree in their order, then those that follow elsewhere; minutes rounded up."""
    (line,) = breakdown["children"]
    steps = [step for step in line["children"][0]["children"] if step["label"] not in NO_WORK]
    named = [(step["label"], -(-_milliminutes(step) // 1_000)) for step in steps]
    named += [(each.name, each.minutes) for each in elsewhere]
    return [Operation(number, name, minutes) for number, (name, minutes) in enumerate(named, 1)]


def _milliminutes(step: TreeNode) -> int:
    return sum(_of_cost(cost) for cost in step["children"] if cost["kind"] == "cost")


def _of_cost(cost: TreeNode) -> int:
    """Of the whole lot: the time of a cost by how often it is spent; nothing where no time is paid."""
    times: list[int] = [
        each["value"] * MILLIMINUTES[each["unit"]] for each in _given(cost) if each["unit"] in MILLIMINUTES
    ]
    often: int = prod(each["value"] for each in _given(cost) if each["unit"] in ("pieces", "lots"))
    return sum(times) * often


def _given(cost: TreeNode) -> Iterator[TreeNode]:
    return (each for each in cost["children"] if each["kind"] == "variable")
