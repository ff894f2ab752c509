"""The lines of a price, in order: each a formula of named whole numbers, evaluated once.

One path for one card and for many: a number of the rates or of the routing may be a column with one row per card
(`books`), and so is then the amount. `prices` makes the tree of one card from these lines.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from marketplace.costing import formulas
from marketplace.costing.formulas import EVALUATE
from marketplace.costing.rates import Charges, FinishRates, Rates
from marketplace.costing.steps import takes_time
from marketplace.costing.values import Node, Operation, Routing, Whole
from marketplace.kernel.money import CHARGE_LIMITS


class Given(NamedTuple):
    """A number that a line is made from."""

    label: str
    value: Any
    unit: str
    source: str


class Line(NamedTuple):
    """An amount with the formula and the numbers that it follows from."""

    label: str
    formula: str
    given: tuple[Given, ...]
    amount: Any


class Step(NamedTuple):
    """What one operation, or one commercial term, costs; the nodes explain its times."""

    label: str
    lines: tuple[Line, ...]
    nodes: tuple[Node, ...] = ()


def making(routing: Routing, rates: Rates) -> Iterator[Step]:
    """Material, each operation, each finish: what it costs the factory to make the lot."""
    yield Step("Material", (material(routing, rates),), routing.nodes)
    for operation in routing.operations:
        yield Step(operation.name, tuple(operation_lines(operation, routing, rates)), operation.nodes)
    for name, prices in zip(routing.making.finishes, rates.finishes, strict=True):
        yield Step(f"Finish: {name}", finish_lines(routing, prices))


def material(routing: Routing, rates: Rates) -> Line:
    """pieces × mass × price per kilogram."""
    return line(
        "Material",
        formulas.MATERIAL,
        pieces(routing),
        Given("mass", routing.material_mg_each, "mg", "computed"),
        Given("material price", rates.material, "minor/kg", "rate_card"),
    )


def operation_lines(operation: Operation, routing: Routing, rates: Rates) -> Iterator[Line]:
    """Set-up, tooling, machine and labour, each only where it takes time."""
    if takes_time(operation.setup_mmin):
        yield of_lot("Set-up labour", operation.setup_mmin, rates.setup)
    if takes_time(operation.tooling_mmin):
        yield of_lot("Tooling", operation.tooling_mmin, rates.tooling)
    if takes_time(operation.labour_mmin):
        yield of_lot("Labour of the lot", operation.labour_mmin, rates.labour)
    if takes_time(operation.machine_mmin_each):
        yield of_pieces("Machine", routing, operation.machine_mmin_each, rates.machine)
    if takes_time(operation.labour_mmin_each):
        yield of_pieces("Labour", routing, operation.labour_mmin_each, rates.labour)


def of_lot(label: str, mmin: Whole, rate: Whole) -> Line:
    """Once per lot: time × rate."""
    return line(
        label, formulas.LOT, Given("time", mmin, "min/1000", "computed"), Given("rate", rate, "minor/h", "rate_card")
    )


def of_pieces(label: str, routing: Routing, mmin: Whole, rate: Whole) -> Line:
    """Every piece: pieces × time × rate."""
    return line(
        label,
        formulas.RUN,
        pieces(routing),
        Given("time", mmin, "min/1000", "computed"),
        Given("rate", rate, "minor/h", "rate_card"),
    )


def finish_lines(routing: Routing, prices: FinishRates) -> tuple[Line, Line]:
    """By the piece, with a least for the lot; and by the area."""
    by_piece = line(
        "By the piece",
        formulas.FINISH_PIECES,
        Given("least", prices.lot, "minor", "rate_card"),
        pieces(routing),
        Given("piece price", prices.piece, "minor/piece", "rate_card"),
    )
    by_area = line(
        "By the area",
        formulas.FINISH_AREA,
        pieces(routing),
        Given("area", routing.area_mm2_each, "mm2", "measured"),
        Given("area price", prices.area, "minor/m2", "rate_card"),
    )
    return by_piece, by_area


def terms(routing: Routing, cost: Whole, rates: Rates, charges: Charges) -> Iterator[Line]:
    """From what making costs to what the customer pays: each term stands on the sum of all lines above it."""
    total: Any = cost
    for term in (
        share("Quantity break", formulas.BREAK, "discount", rates.discount_bps, "rate_card"),
        share("Factory margin", formulas.MARGIN, "margin", rates.margin_bps, "rate_card"),
        share("Lead time", formulas.LEAD, "change", rates.lead_bps, "rate_card"),
        *spare_capacity(rates),
        ("Minimum order", formulas.TOP_UP, Given("minimum order", rates.minimum, "minor", "rate_card")),
        share("Platform fee", formulas.FEE, "fee", charges.fee_bps, "platform"),
    ):
        yield (fee := on_top_of(total, *term))
        total = total + fee.amount
    owed = royalty(routing, charges)
    for found in (delivery(routing, rates), owed):
        yield found
        total = total + found.amount
    for missing in to_whole_steps(total, fee, owed, currency=rates.currency):
        yield missing
        total = total + missing.amount
    yield tax(total, charges.tax_bps, currency=rates.currency)


def tax(net: Whole, bps: Whole, *, currency: str) -> Line:
    """On everything above it, to the minor unit; where cards take whole steps only, to the nearest of them."""
    base, rate = Given("base", net, "minor", "subtotal"), Given("tax", bps, "bps", "tax_table")
    step = step_of(currency)
    if step is None:
        return line("Tax", formulas.TAX, base, rate)
    return line("Tax", formulas.TAX_IN_STEPS, base, rate, step)


def spare_capacity(rates: Rates) -> Iterator[tuple[str, str, Given]]:
    """What a slot takes off the factory's price; no line where the lot is made in none."""
    if rates.spare_bps:
        yield share("Spare capacity", formulas.BREAK, "discount", rates.spare_bps, "slot")


class Shares(NamedTuple):
    """Of what the terms ask: the platform's fee, delivery, the designer's royalty, tax; the rest is the factory's."""

    fee: Any
    delivery: Any
    royalty: Any
    tax: Any


def shares(terms: Sequence[Line]) -> Shares:
    """What each of the terms' parties gets, before tax and tax; what rounds the whole up is the platform's."""
    first = next(at for at, term in enumerate(terms) if term.formula == formulas.FEE)
    fee, delivery, royalty, *rounding, tax = (term.amount for term in terms[first:])
    return Shares(fee + sum(rounding[1:]), delivery, royalty, tax)


def to_whole_steps(total: Whole, *others: Line, currency: str) -> Iterator[Line]:
    """Where cards take whole steps only: what the factory's part lacks to one, then what the whole lacks before tax.

    `others` are the lines that are not the factory's.
    """
    if (step := step_of(currency)) is None:
        return
    given = [Given(each.label, each.amount, "minor", "line_above") for each in others]
    base = Given("base", total, "minor", "subtotal")
    yield (factory := line("Rounding of the factory's part", formulas.FACTORY_STEP, *given, base, step))
    yield on_top_of(total + factory.amount, "Rounding of the whole", formulas.STEP, step)


def step_of(currency: str) -> Given | None:
    """The steps in which cards pay the currency; None where every minor unit can be paid."""
    step = CHARGE_LIMITS[currency].step
    return Given("step", step, "minor", "card") if step > 1 else None


def share(label: str, formula: str, name: str, bps: Whole, source: str) -> tuple[str, str, Given]:
    """A term that is a share of its base."""
    return label, formula, Given(name, bps, "bps", source)


def on_top_of(base: Whole, label: str, formula: str, number: Given) -> Line:
    """A term made from the sum of the lines above it and one number."""
    return line(label, formula, Given("base", base, "minor", "subtotal"), number)


def delivery(routing: Routing, rates: Rates) -> Line:
    """To the customer's door, by the factory's own prices: so much for the lot, and for each kilogram."""
    return line(
        "Delivery",
        formulas.DELIVERY,
        Given("delivery", rates.delivery_base, "minor", "rate_card"),
        pieces(routing),
        Given("piece mass", routing.part_mg_each, "mg", "computed"),
        Given("delivery price", rates.delivery_per_kg, "minor/kg", "rate_card"),
    )


def royalty(routing: Routing, charges: Charges) -> Line:
    """The designer's, for each piece made."""
    each = Given("royalty", charges.royalty_minor_each, "minor/piece", "licence")
    return line("Royalty", formulas.ROYALTY, pieces(routing), each)


def pieces(routing: Routing) -> Given:
    """How many the customer asked for."""
    return Given("pieces", routing.quantity, "pieces", "request")


def line(label: str, formula: str, *given: Given) -> Line:
    """The line, evaluated."""
    return Line(label, formula, given, EVALUATE[formula]({each.label: each.value for each in given}))
