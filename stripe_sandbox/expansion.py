"""Expansion: showing the whole object where an answer holds its id (`expand[]=latest_charge.balance_transaction`)."""

from typing import Any

from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.sdk import answers
from stripe_sandbox.world import World

Json = dict[str, Any]
DEEPEST = 4
"""https://docs.stripe.com/api/expanding_objects: at most four levels."""


def expand(world: World, shown: Json, paths: list[str]) -> Json:
    """The answer with each path's id replaced by its object; what is stored stays as it is.

    Raises InvalidRequest for a path that leads nowhere or is too deep.
    """
    for path in paths:
        steps = path.split(".")
        if len(steps) > DEEPEST:
            raise InvalidRequest(
                f"You cannot expand more than {DEEPEST} levels of a property ({path}).", param="expand"
            )
        shown = _along(world, shown, steps, path, "")
    return shown


def _along(world: World, node: Any, steps: list[str], path: str, around: str) -> Any:
    """The node with what the steps lead to replaced; `around` is the kind of object that it is a part of."""
    if isinstance(node, list):
        return [_along(world, each, steps, path, around) for each in node]
    if node is None or not steps:
        return node
    step = steps[0]
    if not isinstance(node, dict) or not _may_expand(node, step, around):
        raise InvalidRequest(f"This property cannot be expanded ({path}).", param="expand")
    value = node.get(step)
    if isinstance(value, str):
        value = world.records[value].shown
    within = node.get("object", around) if step != "metadata" else ""
    return {**node, step: _along(world, value, steps[1:], path, within)}


def _may_expand(node: Json, step: str, around: str) -> bool:
    kind = node.get("object", "")
    if kind == "list":
        return step == "data"
    if isinstance(node.get(step), (dict, list)):
        return True
    return step in (answers.expandable(kind) if kind else answers.expandable_inside(around))
