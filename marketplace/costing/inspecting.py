"""Inspection as a step of every routing: the sample of the lot by the sizes of the part."""

from marketplace.costing.sampling import charged, level
from marketplace.costing.steps import Constants, milliminutes, named
from marketplace.costing.values import Making, Number, Operation, PartFacts, Variable

OVERALL_SIZES = 3


def inspect(facts: PartFacts, making: Making, k: Constants) -> tuple[Operation, ...]:
    """What the asked inspection level takes: nothing, a sample or every piece, and a first article with its report.

    Raises InspectionUnknown.
    """
    wanted = level(making.inspection)
    steps = []
    if wanted.has_first_article:
        steps.append(first_article(facts, making, k))
    if charged(wanted, making.quantity):
        steps.append(sample(facts, making, k))
    return tuple(steps)


def sizes(facts: PartFacts) -> int:
    """How many sizes are measured: length, width, height, each hole and each bend."""
    return OVERALL_SIZES + len(facts.holes) + (len(facts.sheet.bends) if facts.sheet else 0)


def piece_minutes(facts: PartFacts, making: Making, k: Constants) -> Number:
    """Handling + sizes × time per size × factor of the tolerance class: finer classes need finer instruments."""
    each = k["inspection_size_time"].value * k[f"inspection_factor_{making.tolerance}"].value
    return k["inspection_handling_time"].value + sizes(facts) * each


def sample(facts: PartFacts, making: Making, k: Constants) -> Operation:
    """Pieces that count as inspected (`sampling.charged`) × minutes of one."""
    pieces = charged(level(making.inspection), making.quantity)
    variables = (
        Variable("pieces inspected, on the line of the plan", pieces, "pieces", "iso2859"),
        *explained(facts, making, k),
    )
    return Operation("Inspect", variables, labour_mmin=milliminutes(pieces * piece_minutes(facts, making, k)))


def first_article(facts: PartFacts, making: Making, k: Constants) -> Operation:
    """One piece in full and its report: (minutes of one + report of each size) × (1 + review), and the forms."""
    measured = piece_minutes(facts, making, k) + sizes(facts) * k["report_size_time"].value
    minutes = measured * (1 + k["report_review_share"].value) + k["report_time"].value
    names = ("report_time", "report_size_time", "report_review_share")
    variables = (*explained(facts, making, k), *(named(name.replace("_", " "), k[name]) for name in names))
    return Operation("First article", variables, labour_mmin=milliminutes(minutes))


def explained(facts: PartFacts, making: Making, k: Constants) -> tuple[Variable, ...]:
    """What explains the minutes of a piece."""
    names = ("inspection_handling_time", "inspection_size_time", f"inspection_factor_{making.tolerance}")
    return (
        Variable("sizes", sizes(facts), "sizes", "measured"),
        *(named(name.replace("_", " "), k[name]) for name in names),
    )
