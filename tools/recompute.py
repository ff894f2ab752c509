"""Recompute every price of a quote from its JSON alone: `python3 tools/recompute.py quote.json` (`-`: standard input).

Needs Python's standard library and nothing of ours: each cost line says its formula in words and its numbers; the words
are evaluated in exact fractions, rounded once (half to even), and the lines are added up. Takes a quote with its
offers, one offer, or a bare price tree; the amounts that an offer shows beside its tree are compared with it. Exit
status 1 if any amount is not what its numbers give, 2 if the file is no such JSON.
"""

import ast
import json
import operator
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

SIGNS = {"×": "*", "÷": "/", "−": "-", "mod": "%"}
TERMS = {
    "platform_fee": ("Platform fee", "Rounding of the whole"),
    "royalty": ("Royalty",),
    "tax": ("Tax",),
    "delivery": ("Delivery",),
}
"""Amounts beside a tree, by the labels of what they are the sum of in it."""
BESIDE = ("total", "net", "unit_price", "factory_price", *TERMS)
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}


class Wrong(Exception):
    """An amount that does not follow from what is below it."""


def main(arguments: list[str]) -> int:
    """Tell each total and whether it follows; the exit status."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        text = sys.stdin.read() if arguments[0] == "-" else Path(arguments[0]).read_text(encoding="utf-8")
        trees = list(price_trees(json.loads(text)))
    except (OSError, ValueError, KeyError, TypeError) as flaw:
        print(f"This is no quote, offer or price tree: {flaw}", file=sys.stderr)
        return 2
    wrong = 0
    for name, beside, tree in trees:
        try:
            total = recomputed(tree)
            compare(beside, amounts(tree, total))
            print(f"{name}: {total} minor units of {tree['currency']}, as said")
        except (Wrong, ArithmeticError, AttributeError, KeyError, TypeError, ValueError, SyntaxError) as flaw:
            wrong += 1
            print(f"{name}: WRONG: {flaw}")
    print(f"{len(trees) - wrong} of {len(trees)} totals follow from their numbers.")
    return 1 if wrong or not trees else 0


def price_trees(shown: Any) -> Iterator[tuple[str, dict[str, int], Any]]:
    """(name, amounts that are claimed beside it, tree) of each price in what the marketplace shows."""
    if type(shown) is not dict:
        raise TypeError("not a JSON object")
    if "offers" in shown:
        for offer in shown["offers"]:
            yield from price_trees(offer)
    elif "breakdown" in shown:
        beside = {name: shown[name]["minor"] for name in BESIDE if shown.get(name) is not None}
        yield f"offer {shown['id']}", {"total": shown["total"]["minor"], **beside}, shown["breakdown"]
    elif shown.get("kind") == "order":
        yield "tree", {}, shown
    else:
        raise ValueError("it has no offers, no breakdown, and is no order's tree")


def recomputed(tree: Any) -> int:
    """The total of a price tree from its leaves. Raises Wrong."""
    for line in tree["children"]:
        check_line(line)
    return added(tree)


def amounts(tree: Any, total: int) -> dict[str, int]:
    """What a tree that was found right makes of the amounts beside it; of the unit price where its pieces are known."""
    steps = [step for line in tree["children"] for component in line["children"] for step in component["children"]]
    terms = {name: sum(step["amount"] for step in steps if step["label"] in labels) for name, labels in TERMS.items()}
    factory = total - terms["platform_fee"] - terms["royalty"] - terms["tax"]
    counted = {number for line in tree["children"] for number in pieces_of(line)}
    each = {"unit_price": round(Fraction(total, counted.pop()))} if len(counted) == len(tree["children"]) == 1 else {}
    return {"total": total, "net": total - terms["tax"], "factory_price": factory, **terms, **each}


def compare(beside: dict[str, int], found: dict[str, int]) -> None:
    """Raises Wrong for an amount beside a tree that is not what the tree makes of it."""
    for name, said in beside.items():
        if name in found and said != found[name]:
            raise Wrong(f"{name} beside the tree is {said}, by the tree {found[name]}")


def added(node: Any) -> int:
    """A node's amount: the sum of its children's, or a cost line's formula of its variables. Raises Wrong."""
    if node["kind"] == "cost":
        amount = evaluated(node["formula"], {each["label"]: whole(each["value"]) for each in node["children"]})
    else:
        amount = sum(added(child) for child in node["children"] if child["kind"] != "variable")
    if amount != whole(node["amount"]):
        raise Wrong(f"{node['label']!r} says {node['amount']}, its numbers give {amount}")
    return amount


def check_line(line: Any) -> None:
    """A number that stands for the sum, or for a line, above it is that, and all cost lines count the same pieces.

    Raises Wrong.
    """
    above = 0
    named: dict[str, int] = {}
    for component in line["children"]:
        for operation in component["children"]:
            for cost in (child for child in operation["children"] if child["kind"] == "cost"):
                for variable in cost["children"]:
                    if variable["source"] == "subtotal" and variable["value"] != above:
                        raise Wrong(f"{operation['label']!r} stands on {variable['value']}, above it is {above}")
                    if variable["source"] == "line_above" and variable["value"] != named.get(variable["label"]):
                        raise Wrong(f"{operation['label']!r} takes {variable['label']!r} for {variable['value']}")
            above += operation["amount"]
            named[operation["label"]] = operation["amount"]
    if len(pieces_of(line)) > 1:
        raise Wrong(f"pieces are counted as {sorted(pieces_of(line))}")


def pieces_of(line: Any) -> set[int]:
    """How many pieces the cost lines of a line count: none where none of them does, else one number."""
    steps = [step for component in line["children"] for step in component["children"]]
    costs = [child for step in steps for child in step["children"] if child["kind"] == "cost"]
    return {given["value"] for cost in costs for given in cost["children"] if given["label"] == "pieces"}


def evaluated(formula: str, numbers: dict[str, int]) -> int:
    """The formula's value, rounded once to the nearest whole number, a tie to the even one."""
    for sign, plain in SIGNS.items():
        formula = formula.replace(sign, f" {plain} ")
    names = sorted(numbers, key=len, reverse=True)
    for place, name in enumerate(names):
        formula = formula.replace(name, f"v{place}_")
    values = {f"v{place}_": Fraction(numbers[name]) for place, name in enumerate(names)}
    return round(value_of(ast.parse(formula.strip(), mode="eval").body, values))


def value_of(node: ast.expr, values: dict[str, Fraction]) -> Fraction:
    """The value of an expression of numbers, + − × ÷ mod, max(), round() and brackets; anything else is refused."""
    if isinstance(node, ast.Constant) and type(node.value) is int:
        return Fraction(node.value)
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](value_of(node.left, values), value_of(node.right, values))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -value_of(node.operand, values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        given = [value_of(each, values) for each in node.args]
        if node.func.id == "max":
            return max(given)
        if node.func.id == "round" and len(given) == 1:
            return Fraction(round(given[0]))
    raise ValueError(f"not a formula: {ast.unparse(node)}")


def whole(value: Any) -> int:
    """A whole number as it must be: no fraction, no boolean."""
    if type(value) is not int:
        raise TypeError(f"{value!r} is not a whole number")
    return value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
