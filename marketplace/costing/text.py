"""A price tree as plain text, for people at a terminal and for the documentation."""

from collections.abc import Iterator, Mapping
from typing import Any

from marketplace.kernel.money import Money

WIDTH = 84


def as_text(tree: Mapping[str, Any]) -> str:
    """A node a line, amounts at the right in the tree's currency, variables with their source keys."""
    return "\n".join(_lines(tree, tree["currency"], 0))


def _lines(node: Mapping[str, Any], currency: str, depth: int) -> Iterator[str]:
    formula = f" = {node['formula']}" if "formula" in node else ""
    label = f"{'  ' * depth}{node['label']}{formula}"
    yield f"{label:<{WIDTH - 16}}{Money(node['amount'], currency)!s:>16}".rstrip()
    for child in node["children"]:
        if child["kind"] == "variable":
            yield f"{'  ' * (depth + 1)}· {child['label']} {child['value']} {child['unit']} [{child['source']}]"
        else:
            yield from _lines(child, currency, depth + 1)
