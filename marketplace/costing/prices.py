"""What one lot costs by one rate card: the price, and the tree that explains it to the minor unit.

Each cost line is a formula of whole numbers, rounded once, half even (`lines`); `books` evaluates the same lines for
many cards at once.
"""

from collections.abc import Iterable
from dataclasses import replace

from marketplace.costing import lines
from marketplace.costing.bounds import ASK_FOR_BIDS, LARGEST_COST, WHOLE_BPS, check_charges
from marketplace.costing.errors import LotTooLarge
from marketplace.costing.lines import Given, Line, Step
from marketplace.costing.rates import Charges, Rates
from marketplace.costing.values import Node, Operation, Price, Routing
from marketplace.kernel.money import round_half_even


def price(routing: Routing, rates: Rates, charges: Charges) -> Price:
    """Price a lot: material, operations and finishes, the factory's terms, the platform's fee, delivery, royalty, tax.

    Raises ChargesOutOfRange, and LotTooLarge for a cost beyond any automatic price.
    """
    check_charges(charges)
    making = component("Making", [step_node(step) for step in lines.making(routing, rates)])
    if making["amount"] > LARGEST_COST:
        raise LotTooLarge(f"This lot costs more than an automatic price covers; split it, or {ASK_FOR_BIDS}.")
    terms = list(lines.terms(routing, making["amount"], rates, charges))
    total = making["amount"] + sum([term.amount for term in terms])
    fee, delivery, royalty, tax = lines.shares(terms)
    tree = [making, component("Terms", [operation(term.label, [cost(term)]) for term in terms])]
    return Price(
        currency=rates.currency,
        total_minor=total,
        factory_minor=total - fee - royalty - tax,
        fee_minor=fee,
        royalty_minor=royalty,
        tax_minor=tax,
        delivery_minor=delivery,
        unit_minor=round_half_even(total, routing.quantity),
        tree=order_node(routing, rates.currency, total, tree),
    )


def interval(routing: Routing, rates: Rates, charges: Charges) -> tuple[int, int]:
    """Between which totals the price would lie if times and mass were as far off as the routing's spread says."""
    low, high = (price(end, rates, charges).total_minor for end in (shortest(routing), longest(routing)))
    return low, high


def shortest(routing: Routing) -> Routing:
    """The routing with times and mass at the lower end of its spread."""
    return stretched(routing, time_bps=routing.spread.time_low_bps, mass_bps=routing.spread.mass_low_bps)


def longest(routing: Routing) -> Routing:
    """The routing with times and mass at the upper end of its spread."""
    return stretched(routing, time_bps=routing.spread.time_high_bps, mass_bps=routing.spread.mass_high_bps)


def stretched(routing: Routing, *, time_bps: int, mass_bps: int) -> Routing:
    """The routing with machine time, tool making and material by so many basis points; set-up and hands stay.

    Nothing explains such times, so it is good for totals only.
    """

    def slower(step: Operation) -> Operation:
        assert isinstance(step.machine_mmin_each, int)
        assert isinstance(step.tooling_mmin, int)
        return replace(
            step,
            variables=(),
            machine_mmin_each=round_half_even(step.machine_mmin_each * time_bps, WHOLE_BPS),
            tooling_mmin=round_half_even(step.tooling_mmin * time_bps, WHOLE_BPS),
        )

    assert isinstance(routing.material_mg_each, int)
    return replace(
        routing,
        operations=tuple(slower(step) for step in routing.operations),
        variables=(),
        material_mg_each=round_half_even(routing.material_mg_each * mass_bps, WHOLE_BPS),
    )


def order_node(routing: Routing, currency: str, total: int, components: list[Node]) -> Node:
    """The root: an order of one line. An order of several parts has several lines under one root."""
    label = f"{routing.quantity} × {routing.title}"
    line = {"kind": "line", "label": label, "amount": total, "children": components}
    return {
        "kind": "order",
        "label": "Order",
        "amount": total,
        "currency": currency,
        "sources": routing.sources,
        "children": [line],
    }


def component(label: str, operations: list[Node]) -> Node:
    """A group of operations and their sum."""
    total = sum([operation["amount"] for operation in operations])
    return {"kind": "component", "label": label, "amount": total, "children": operations}


def step_node(step: Step) -> Node:
    """An operation: its costs, then the variables that explain its times (shared by all trees of a routing)."""
    return operation(step.label, [cost(line) for line in step.lines], step.nodes)


def operation(label: str, costs: list[Node], explanation: tuple[Node, ...] = ()) -> Node:
    """A group of cost lines, their sum, and what explains them."""
    total = sum([each["amount"] for each in costs])
    return {"kind": "operation", "label": label, "amount": total, "children": [*costs, *explanation]}


def cost(line: Line) -> Node:
    """A cost line with the variables its formula takes."""
    return {
        "kind": "cost",
        "label": line.label,
        "amount": line.amount,
        "formula": line.formula,
        "children": variables(line.given),
    }


def variables(given: Iterable[Given]) -> list[Node]:
    """Whole numbers with their units and the keys of their sources."""
    return [
        {"kind": "variable", "label": label, "value": value, "unit": unit, "source": source}
        for label, value, unit, source in given
    ]
