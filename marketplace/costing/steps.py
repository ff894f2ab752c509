"""What every routing is made of: constants by name, times as whole numbers, steps at the bench."""

from collections.abc import Mapping

import numpy as np

from marketplace.costing.errors import MaterialNotRouted, ToleranceNotForProcess
from marketplace.costing.values import Figure, Making, MaterialFacts, Number, Operation, Variable, Whole

Constants = Mapping[str, Figure]


def milliminutes(minutes: Number) -> Whole:
    """Time as a whole number, rounded here and nowhere else (half even)."""
    return whole(minutes * 1000)


def whole(number: Number) -> Whole:
    """The nearest whole number, a tie going to the even one; of each row of a column."""
    return np.rint(number).astype(np.int64) if isinstance(number, np.ndarray) else round(float(number))


def takes_time(mmin: Whole) -> bool:
    """Whether there is anything to pay for, by any card."""
    return bool(mmin) if isinstance(mmin, int) else bool(mmin.any())


def named(label: str, figure: Figure) -> Variable:
    """A constant as a variable of the tree."""
    return Variable(label, figure.value, figure.unit, figure.source)


def shown(names: tuple[str, ...], k: Constants) -> tuple[Variable, ...]:
    """Constants as variables of the tree, under their own names."""
    return tuple(named(name.replace("_", " "), k[name]) for name in names)


def by_hand(name: str, label: str, time: Figure) -> Operation:
    """A step at the bench: labour per piece, no machine."""
    return Operation(name, (named(label, time),), labour_mmin_each=milliminutes(time.value))


def data(material: MaterialFacts, name: str) -> Figure:
    """A figure of the material. Raises MaterialNotRouted where it has none of that name."""
    if name not in material.cutting:
        raise MaterialNotRouted(
            f"There is no {name.replace('_', ' ')} of {material.name}; choose another material.", material=material.id
        )
    return material.cutting[name]


def tolerance(making: Making, k: Constants) -> Figure:
    """How much longer the class of tolerance takes where it matters. Raises ToleranceNotForProcess."""
    name = f"tolerance_{making.tolerance}"
    if name not in k:
        held = [each.removeprefix("tolerance_") for each in k if each.startswith("tolerance_")]
        raise ToleranceNotForProcess(
            "This process does not hold that tolerance; ask for a wider one or for another process.", held=held
        )
    return k[name]


def practice(making: Making, k: Constants) -> Number:
    """What hands take per piece of a lot, as a share of what they take for one: n ^ lg₂(rate), n up to a limit.

    Wright's curve of cumulative averages; the rate is what is left of the average when the number doubles.
    """
    return np.minimum(float(making.quantity), k["learning_until"].value) ** np.log2(k["learning_rate"].value)


LEARNING = ("learning_rate", "learning_until")


def practised(name: str, label: str, time: Figure, making: Making, k: Constants) -> Operation:
    """A step at the bench that goes faster the more pieces there are."""
    variables = (named(label, time), *shown(LEARNING, k))
    return Operation(name, variables, labour_mmin_each=milliminutes(time.value * practice(making, k)))
