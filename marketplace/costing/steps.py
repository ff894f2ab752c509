"""What every routing is made of: constants by name, times as whole numbers, steps at the bench."""

from collections.abc import Mapping

from marketplace.costing.values import Figure, Operation, Variable

Constants = Mapping[str, Figure]


def milliminutes(minutes: float) -> int:
    """Time as a whole number, rounded here and nowhere else (half even)."""
    return round(minutes * 1000)


def named(label: str, figure: Figure) -> Variable:
    """A constant as a variable of the tree."""
    return Variable(label, figure.value, figure.unit, figure.source)


def by_hand(name: str, label: str, time: Figure) -> Operation:
    """A step at the bench: labour per piece, no machine."""
    return Operation(name, (named(label, time),), labour_mmin_each=milliminutes(time.value))
