"""What one lot costs by one rate card: the price, and the tree that explains it to the minor unit.

Each cost line is a product of whole numbers over a whole divisor, rounded once, half even. `books` does the same
arithmetic for many cards at once; whoever changes a line here changes it there, and the property test holds them equal.
"""

from marketplace.costing import formulas
from marketplace.costing.bounds import WHOLE_BPS, check_fee
from marketplace.costing.errors import MaterialNotPriced
from marketplace.costing.values import Node, Operation, Price, RateCard, Routing
from marketplace.kernel.money import round_half_even

MMIN_PER_H = 60_000
MG_PER_KG = 1_000_000


def price(routing: Routing, card: RateCard, fee_bps: int) -> Price:
    """Price a lot: material, set-up, machine and labour, the factory's margin and minimum, the platform's fee.

    Raises MaterialNotPriced if the card does not offer the routing's material, FeeOutOfRange.
    """
    check_fee(fee_bps)
    making = component("Making", [material_step(routing, card), *(step(o, routing, card) for o in routing.operations)])
    terms = commercial_terms(making["amount"], card, fee_bps)
    total, fee = making["amount"] + terms["amount"], terms["children"][-1]["amount"]
    return Price(
        currency=card.currency,
        total_minor=total,
        factory_minor=total - fee,
        fee_minor=fee,
        unit_minor=round_half_even(total, routing.quantity),
        tree=order_node(routing, card.currency, total, [making, terms]),
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


def material_step(routing: Routing, card: RateCard) -> Node:
    """pieces × mass × price per kilogram."""
    try:
        rate = card.material_minor_per_kg[routing.material]
    except KeyError:
        raise MaterialNotPriced(
            f"This rate card has no price for {routing.title}.", material=routing.material
        ) from None
    mass = routing.material_mg_each
    amount = round_half_even(routing.quantity * mass * rate, MG_PER_KG)
    children = [
        variable("pieces", routing.quantity, "pieces", "request"),
        variable("mass", mass, "mg", "computed"),
        variable("material price", rate, "minor/kg", "rate_card"),
    ]
    return operation("Material", [cost("Material", formulas.MATERIAL, amount, children)], routing.nodes)


def step(operation_: Operation, routing: Routing, card: RateCard) -> Node:
    """An operation's set-up, machine and labour cost, each only where it takes time, and what explains the times."""
    quantity, labour = routing.quantity, card.labour_rate_minor_per_h
    costs = []
    if operation_.setup_mmin:
        costs.append(setup_cost(operation_.setup_mmin, labour))
    if operation_.machine_mmin_each:
        costs.append(run_cost("Machine", quantity, operation_.machine_mmin_each, card.machine_rate_minor_per_h))
    if operation_.labour_mmin_each:
        costs.append(run_cost("Labour", quantity, operation_.labour_mmin_each, labour))
    return operation(operation_.name, costs, operation_.nodes)


def setup_cost(time_mmin: int, rate: int) -> Node:
    """Once per lot: time × labour rate."""
    children = [variable("time", time_mmin, "min/1000", "computed"), variable("rate", rate, "minor/h", "rate_card")]
    return cost("Set-up labour", formulas.SETUP, round_half_even(time_mmin * rate, MMIN_PER_H), children)


def run_cost(label: str, quantity: int, time_mmin: int, rate: int) -> Node:
    """Every piece: pieces × time × rate."""
    children = [
        variable("pieces", quantity, "pieces", "request"),
        variable("time", time_mmin, "min/1000", "computed"),
        variable("rate", rate, "minor/h", "rate_card"),
    ]
    return cost(label, formulas.RUN, round_half_even(quantity * time_mmin * rate, MMIN_PER_H), children)


def commercial_terms(cost_minor: int, card: RateCard, fee_bps: int) -> Node:
    """Margin: price = cost ÷ (1 − margin). Top-up to the factory's minimum order. Fee: a share of the factory price."""
    margin = round_half_even(cost_minor * card.margin_bps, WHOLE_BPS - card.margin_bps)
    top_up = max(0, card.minimum_order_minor - cost_minor - margin)
    factory = cost_minor + margin + top_up
    fee = round_half_even(factory * fee_bps, WHOLE_BPS)
    bps = variable("margin", card.margin_bps, "bps", "rate_card")
    minimum = variable("minimum order", card.minimum_order_minor, "minor", "rate_card")
    share = variable("fee", fee_bps, "bps", "platform")
    return component(
        "Terms",
        [
            term("Factory margin", formulas.MARGIN, margin, cost_minor, bps),
            term("Minimum order", formulas.TOP_UP, top_up, cost_minor + margin, minimum),
            term("Platform fee", formulas.FEE, fee, factory, share),
        ],
    )


def term(label: str, formula: str, amount: int, base: int, share: Node) -> Node:
    """A commercial line: an amount made from the sum of the lines above and one number."""
    return operation(label, [cost(label, formula, amount, [variable("base", base, "minor", "subtotal"), share])], ())


def operation(label: str, costs: list[Node], explanation: tuple[Node, ...]) -> Node:
    """An operation: its costs, then the variables that explain its times (shared by all trees of a routing)."""
    total = sum([each["amount"] for each in costs])
    return {"kind": "operation", "label": label, "amount": total, "children": [*costs, *explanation]}


def cost(label: str, formula: str, amount: int, variables: list[Node]) -> Node:
    """A cost line with the variables its formula takes."""
    return {"kind": "cost", "label": label, "amount": amount, "formula": formula, "children": variables}


def variable(label: str, value: int, unit: str, source: str) -> Node:
    """A whole number with its unit and the key of its source."""
    return {"kind": "variable", "label": label, "value": value, "unit": unit, "source": source}
