"""Price trees as JSON: the proof that amounts add up and lines follow from their variables, and a short form.

The variables that explain an operation's times are the same for every offer of one routing. `compact` leaves them and
the legend of sources out, so that many offers stay small; `explain` puts them back. What is left differs in its
`figures` alone, so that a quote keeps one tree as their `shape`, and of each offer only the numbers.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from typing import Any, Final

import orjson

from marketplace.costing.constants import sources
from marketplace.costing.errors import TreeDoesNotAdd
from marketplace.costing.formulas import EVALUATE
from marketplace.costing.values import Node, Routing

CHILD_KINDS = {
    "order": {"line"},
    "line": {"component"},
    "component": {"operation"},
    "operation": {"cost", "variable"},
    "cost": {"variable"},
}
TreeNode = Mapping[str, Any]


def check(tree: TreeNode) -> int:
    """Re-add and recompute every line of a tree; returns the total in minor units.

    Source keys must be in the tree's legend, or in the published one if the tree is compact.
    Raises TreeDoesNotAdd, naming the first node that is not explained by what is below it.
    """
    if tree.get("kind") != "order":
        raise TreeDoesNotAdd("A price tree starts with an order.", label=tree.get("label"))
    try:
        total = added(tree, tree["sources"] if "sources" in tree else sources())
        for line in tree["children"]:
            check_bases(line)
            check_pieces(line)
    except (KeyError, TypeError, ValueError, AttributeError) as flaw:
        raise TreeDoesNotAdd(f"A node of the tree is incomplete: {flaw}.") from flaw
    return total


def added(node: TreeNode, legend: Mapping[str, str]) -> int:
    """The amount of a node, proven from its children."""
    unexpected = {child["kind"] for child in node["children"]} - CHILD_KINDS[node["kind"]]
    if unexpected:
        raise TreeDoesNotAdd(f"{node['label']!r} has children of the wrong kind.", label=node["label"])
    for child in node["children"]:
        if child["kind"] == "variable" and (child["source"] not in legend or not child["unit"]):
            raise TreeDoesNotAdd(f"{child['label']!r} has no source or unit.", label=child["label"])
    if node["kind"] == "cost":
        amount: int = EVALUATE[node["formula"]]({child["label"]: whole(child["value"]) for child in node["children"]})
    else:
        amount = sum(added(child, legend) for child in node["children"] if child["kind"] != "variable")
    if amount != whole(node["amount"]):
        raise TreeDoesNotAdd(
            f"{node['label']!r} says {node['amount']}, its parts say {amount}.", label=node["label"], recomputed=amount
        )
    return amount


def check_bases(line: TreeNode) -> None:
    """Margin, minimum and fee each stand on the sum of the lines above them, not on a number of their own.

    So do the numbers that a line takes from others above it by name.
    """
    running = 0
    named: dict[str, int] = {}
    for component in line["children"]:
        for operation in component["children"]:
            taken = [
                (variable["value"], running if variable["source"] == "subtotal" else named.get(variable["label"]))
                for cost in operation["children"]
                if cost["kind"] == "cost"
                for variable in cost["children"]
                if variable["source"] in ("subtotal", "line_above")
            ]
            if any(said != above for said, above in taken):
                raise TreeDoesNotAdd(f"{operation['label']!r} does not stand on {running}.", label=operation["label"])
            running += operation["amount"]
            named[operation["label"]] = operation["amount"]


def check_pieces(line: TreeNode) -> None:
    """Every cost line of a line counts the same pieces."""
    counted = {
        variable["value"]
        for component in line["children"]
        for operation in component["children"]
        for cost in operation["children"]
        if cost["kind"] == "cost"
        for variable in cost["children"]
        if variable["label"] == "pieces"
    }
    if len(counted) > 1:
        raise TreeDoesNotAdd(f"{line['label']!r} counts its pieces in different ways.", label=line["label"])


def compact(tree: TreeNode) -> Node:
    """The tree of one line without explanations and legend: every amount and cost line, about half the size."""
    (line,) = tree["children"]
    parts = [{**part, "children": [_costs_only(step) for step in part["children"]]} for part in line["children"]]
    short = {key: value for key, value in tree.items() if key != "sources"}
    return {**short, "children": [{**line, "children": parts}]}


def explanation(routing: Routing) -> Node:
    """What `compact` leaves out of every tree of this routing, once, as plain JSON."""
    steps = [
        routing.nodes,
        *(operation.nodes for operation in routing.operations),
        *(() for _ in routing.making.finishes),
    ]
    return {"steps": [list(nodes) for nodes in steps], "sources": dict(routing.sources)}


def explain(short: TreeNode, left_out: TreeNode) -> Node:
    """The full tree of a compact one; `left_out` is the explanation of the routing that it was priced from."""
    (line,) = short["children"]
    making, terms = line["children"]
    pairs = zip(making["children"], left_out["steps"], strict=True)
    steps = [{**step, "children": [*step["children"], *nodes]} for step, nodes in pairs]
    full = {**line, "children": [{**making, "children": steps}, terms]}
    return {**short, "sources": left_out["sources"], "children": [full]}


def figures(tree: TreeNode) -> list[int]:
    """Every amount and value of a compact tree, depth first: all in which two trees of one routing differ."""
    found = [tree["amount"]] if "amount" in tree else []
    if "value" in tree:
        found.append(tree["value"])
    for child in tree.get("children", ()):
        found += figures(child)
    return found


def template(shape: TreeNode) -> bytes:
    """The JSON of a compact tree with a gap (`%d`) for each of its figures, to be filled by `template % figures`."""
    gaps = _filled(shape, repeat(GAP))
    return orjson.dumps(gaps).replace(b"%", b"%%").replace(orjson.dumps(GAP), b"%d")


GAP: Final = "\u2205"


def filled(shape: TreeNode, numbers: Iterable[int]) -> Node:
    """The compact tree that has the form of `shape`, itself such a tree, and these figures."""
    return _filled(shape, iter(numbers))


def _filled(shape: TreeNode, numbers: Iterator[Any]) -> Node:
    node = dict(shape)
    if "amount" in node:
        node["amount"] = next(numbers)
    if "value" in node:
        node["value"] = next(numbers)
    if "children" in node:
        node["children"] = [_filled(child, numbers) for child in node["children"]]
    return node


def _costs_only(operation: TreeNode) -> Node:
    return {**operation, "children": [child for child in operation["children"] if child["kind"] == "cost"]}


def whole(value: object) -> int:
    """An amount as it must be: an integer, never a float or a boolean."""
    if type(value) is not int:
        raise TypeError(f"{value!r} is not a whole number")
    return value
