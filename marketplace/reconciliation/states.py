"""What a difference between two books can be, and its life as a table of moves."""

from enum import StrEnum
from typing import Final

from marketplace.kernel.lifecycle import Lifecycle


class DifferenceKind(StrEnum):
    MISSING_HERE = "missing_here"
    """Money moved at the provider, and our books say nothing of it."""
    UNKNOWN_THERE = "unknown_there"
    """Our books name a movement at the provider that it does not know."""
    DIFFERENT = "different"
    """Both have it, with another amount, fee, currency or kind."""
    TOTAL = "total"
    """All movements together come to another sum than our account of the provider (M6)."""
    OVERDUE = "overdue"
    """We have asked the provider for something more than a day ago, and it is not over."""
    ENDPOINT = "endpoint"
    """The provider does not tell us what it should, where it should, in the version that we read."""


class DifferenceState(StrEnum):
    OPEN = "open"
    EXPLAINED = "explained"
    """It is there, and a person has said why."""
    RESOLVED = "resolved"
    """A later run has not found it any more."""


DIFFERENCE: Final = Lifecycle(
    DifferenceState.OPEN,
    {
        DifferenceState.OPEN: frozenset({DifferenceState.EXPLAINED, DifferenceState.RESOLVED}),
        DifferenceState.EXPLAINED: frozenset({DifferenceState.RESOLVED}),
    },
    ways_out={DifferenceState.EXPLAINED: "it is resolved once a run does not find it any more"},
)

OF_MONEY: Final = frozenset(
    {DifferenceKind.MISSING_HERE, DifferenceKind.UNKNOWN_THERE, DifferenceKind.DIFFERENT, DifferenceKind.TOTAL}
)
"""Kinds that stop releases while they are open: until they are understood nobody knows what is whose."""
