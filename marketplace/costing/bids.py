"""A factory's own bid as a price tree, of the same form as an automatic offer's, so that the same proof holds.

The factory sends lines in groups, each a quantity at a rate, for the whole lot or for each piece; what they come to,
its margin and the platform's fee are computed here, in whole numbers, each line rounded once, half even.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from marketplace.costing import formulas
from marketplace.costing.bounds import check_charges
from marketplace.costing.constants import sources
from marketplace.costing.errors import BidOutOfRange
from marketplace.costing.lines import Given, Line, line, on_top_of, share, step_of, tax
from marketplace.costing.prices import component, cost, operation
from marketplace.costing.rates import LARGEST_MARGIN_BPS, LARGEST_RATE, Charges
from marketplace.costing.tree import TreeNode
from marketplace.costing.values import Node

MOST_LINES: Final = 60
LARGEST_QUANTITY: Final = 1_000_000_000
LARGEST_BID: Final = 10**15
"""Minor units: far above every charge, and far below what a column holds."""
SOURCES: Final = ("request", "bid", "platform", "tax_table", "subtotal", "card")
MILLIMINUTES: Final = MappingProxyType({"min": 1_000, "min/1000": 1})


class Group(StrEnum):
    """What a line of a bid pays for."""

    MATERIAL = "material"
    SETUP = "setup"
    MACHINE = "machine"
    LABOUR = "labour"
    FINISH = "finish"
    TOOLING = "tooling"
    OTHER = "other"
    DELIVERY = "delivery"
    """To the customer's door, which no other group pays for."""


LABELS: Final = MappingProxyType(
    {
        Group.MATERIAL: "Material",
        Group.SETUP: "Set-up",
        Group.MACHINE: "Machine",
        Group.LABOUR: "Labour",
        Group.FINISH: "Finish",
        Group.TOOLING: "Tooling",
        Group.OTHER: "Other",
        Group.DELIVERY: "Delivery",
    }
)


class Per(StrEnum):
    """Whether a line's quantity is that of the whole lot, or of each piece."""

    LOT = "lot"
    PIECE = "piece"


@dataclass(frozen=True, slots=True)
class Rate:
    """In what a unit's rate is stated, and how many of the units it is for."""

    unit: str
    divisor: int


UNITS: Final[Mapping[str, Rate]] = MappingProxyType(
    {
        "min": Rate("minor/h", 60),
        "min/1000": Rate("minor/h", 60_000),
        "g": Rate("minor/kg", 1_000),
        "mg": Rate("minor/kg", 1_000_000),
        "cm2": Rate("minor/m2", 10_000),
        "unit": Rate("minor/unit", 1),
    }
)
"""The closed list of units: time by the hour, mass by the kilogram, surface by the square metre, and plain counting."""


@dataclass(frozen=True, slots=True)
class BidLine:
    """One line of a bid: a quantity of a unit at a rate. Raises BidOutOfRange."""

    group: Group
    label: str
    per: Per
    quantity: int
    unit: str
    rate_minor: int

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise BidOutOfRange(f"A bid has no unit {self.unit!r}.", known=sorted(UNITS))
        if self.group is Group.MACHINE and self.unit not in MILLIMINUTES:
            raise BidOutOfRange("A machine's lines are by time, as an order holds its minutes.", known=[*MILLIMINUTES])
        _within("quantity", self.quantity, 1, LARGEST_QUANTITY)
        _within("rate_minor", self.rate_minor, 0, LARGEST_RATE)

    def count(self, pieces: int) -> int:
        return pieces if self.per is Per.PIECE else 1


@dataclass(frozen=True, slots=True)
class BidPrice:
    """What a bid comes to, in minor units: the factory's part and the platform's fee; and the tree that shows why."""

    currency: str
    total_minor: int
    factory_minor: int
    fee_minor: int
    tree: Node


def price(
    lines: Sequence[BidLine], *, title: str, pieces: int, currency: str, margin_bps: int, fee_bps: int
) -> BidPrice:
    """What the lines come to for so many pieces, with margin and fee, and the tree that explains it.

    Raises BidOutOfRange for no lines or too many, for a sum of nothing or beyond LARGEST_BID, and ChargesOutOfRange.
    """
    check_charges(Charges(fee_bps=fee_bps))
    _within("margin_bps", margin_bps, 0, LARGEST_MARGIN_BPS)
    _within("lines", len(lines), 1, MOST_LINES)
    making = component("Making", [_group(group, lines, pieces) for group in Group if _of(group, lines)])
    margin = on_top_of(making["amount"], *share("Factory margin", formulas.MARGIN, "margin", margin_bps, "bid"))
    ours = [margin, *_to_whole_steps(making["amount"] + margin.amount, "the factory's part", currency)]
    factory = making["amount"] + sum(term.amount for term in ours)
    fee = on_top_of(factory, *share("Platform fee", formulas.FEE, "fee", fee_bps, "platform"))
    theirs = [fee, *_to_whole_steps(factory + fee.amount, "the whole", currency)]
    total = factory + sum(term.amount for term in theirs)
    _within("total", total, 1, LARGEST_BID)
    terms = component("Terms", [operation(term.label, [cost(term)]) for term in (*ours, *theirs)])
    only = {"kind": "line", "label": f"{pieces} × {title}", "amount": total, "children": [making, terms]}
    legend = {key: sources()[key] for key in SOURCES}
    root = {"kind": "order", "label": "Order", "amount": total, "currency": currency, "sources": legend}
    return BidPrice(currency, total, factory, total - factory, {**root, "children": [only]})


def taxed(made: BidPrice, tax_bps: int) -> BidPrice:
    """The price with the tax on it as one more of its terms: what the customer pays who accepts the bid.

    `total_minor` is then the factory's part, the fee and the tax. Raises BidOutOfRange beyond LARGEST_BID.
    """
    on_top = tax(made.total_minor, tax_bps, currency=made.currency)
    total = made.total_minor + on_top.amount
    _within("total", total, 1, LARGEST_BID)
    (only,) = made.tree["children"]
    making, terms = only["children"]
    with_tax = component(terms["label"], [*terms["children"], operation(on_top.label, [cost(on_top)])])
    tree = {**made.tree, "amount": total, "children": [{**only, "amount": total, "children": [making, with_tax]}]}
    tree["sources"] = {**{key: sources()[key] for key in SOURCES}, **made.tree["sources"]}
    return replace(made, total_minor=total, tree=tree)


def machine_minutes(lines: Sequence[BidLine], pieces: int) -> int:
    """Whole minutes (rounded up) for which the lines pay the machine."""
    timed = (line for line in lines if line.group is Group.MACHINE)
    return -(-sum(line.count(pieces) * line.quantity * MILLIMINUTES[line.unit] for line in timed) // 1_000)


def by_group(tree: TreeNode) -> dict[Group, int]:
    """What a bid's tree asks for each group, in minor units; nothing where it has no line."""
    (line,) = tree["children"]
    amounts = {step["label"]: step["amount"] for step in line["children"][0]["children"]}
    return {group: amounts.get(LABELS[group], 0) for group in Group}


def delivers(tree: TreeNode) -> bool:
    """Whether a bid brings the goods to the customer: it has a line for that, be it of nothing."""
    (line,) = tree["children"]
    return any(step["label"] == LABELS[Group.DELIVERY] for step in line["children"][0]["children"])


def margin_of(tree: TreeNode) -> int:
    """The factory's margin in a bid's tree, in minor units."""
    (line,) = tree["children"]
    margin: int = line["children"][1]["children"][0]["amount"]
    return margin


def explanation(tree: TreeNode) -> Node:
    """What `tree.compact` leaves out of a bid's tree: no more than the legend, for a bid's times explain themselves."""
    (line,) = tree["children"]
    return {"steps": [[] for _ in line["children"][0]["children"]], "sources": dict(tree["sources"])}


def _of(group: Group, lines: Sequence[BidLine]) -> list[BidLine]:
    return [line for line in lines if line.group is group]


def _group(group: Group, lines: Sequence[BidLine], pieces: int) -> Node:
    return operation(LABELS[group], [cost(_line(each, pieces)) for each in _of(group, lines)])


def _line(each: BidLine, pieces: int) -> Line:
    rate = UNITS[each.unit]
    of_pieces = each.per is Per.PIECE
    count = Given("count", pieces, "pieces", "request") if of_pieces else Given("count", 1, "lots", "bid")
    return line(
        each.label,
        formulas.BY_UNIT[rate.divisor],
        count,
        Given("quantity", each.quantity, each.unit, "bid"),
        Given("rate", each.rate_minor, rate.unit, "bid"),
    )


def _to_whole_steps(base: int, name: str, currency: str) -> list[Line]:
    """What a sum lacks to what cards can pay; no line where they can pay every minor unit."""
    step = step_of(currency)
    return [] if step is None else [on_top_of(base, f"Rounding of {name}", formulas.STEP, step)]


def _within(name: str, value: int, least: int, largest: int) -> None:
    if type(value) is not int or not least <= value <= largest:
        raise BidOutOfRange(
            f"The {name} of a bid is a whole number from {least} to {largest:,}.", field=name, largest=largest
        )
