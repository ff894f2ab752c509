"""What every routing is made of: constants by name, times as whole numbers, steps at the bench."""

from collections.abc import Mapping

import numpy as np

from marketplace.costing.values import Figure, Number, Operation, Variable, Whole

Constants = Mapping[str, Figure]


def milliminutes(minutes: Number) -> Whole:
    """Time as a whole number, rounded here and nowhere else (half even)."""
    return whole(minutes * 1000)


def whole(number: Number) -> Whole:
    """The nearest whole number, a tie going to the even one; of each row of a column."""
    return np.rint(number).astype(np.int64) if isinstance(number, np.ndarray) else round(float(number))


def named(label: str, figure: Figure) -> Variable:
    """A constant as a variable of the tree."""
    return Variable(label, figure.value, figure.unit, figure.source)


def by_hand(name: str, label: str, time: Figure) -> Operation:
    """A step at the bench: labour per piece, no machine."""
    return Operation(name, (named(label, time),), labour_mmin_each=milliminutes(time.value))
