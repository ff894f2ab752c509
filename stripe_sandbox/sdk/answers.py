"""The shape of answers: which fields each kind of object has, and which of them can be expanded."""

import ast
import re
from functools import cache
from typing import Any

from stripe_sandbox.sdk import source

KIND = re.compile(r'"([\w.]+)": \(\s*"(stripe\.[\w.]+)",\s*"(\w+)",?\s*\)')
ON_REQUEST = {"deleted", "secret", "account", "context", "refunds"}
"""Optional fields that Stripe shows only when they apply or are asked for."""


@cache
def _kinds() -> dict[str, tuple[str, str]]:
    """Each kind of object to its module and class, as the SDK's own table has it."""
    table = source.text("stripe._object_classes").split("V2_OBJECT_CLASSES")[0]
    return {kind: (module, name) for kind, module, name in KIND.findall(table)}


def described(kind: str) -> ast.ClassDef:
    """The SDK's class of a kind such as `payment_intent`."""
    module, name = _kinds()[kind]
    return source.classes(module)[name]


@cache
def fields(kind: str) -> dict[str, ast.expr]:
    """The fields of a kind of object with their annotations."""
    return source.fields(described(kind))


@cache
def blank(kind: str) -> dict[str, Any]:
    """The fields of a new object that are the same for all: null until they have a value, and in test mode.

    An object whose `type` names one of its fields (a payment method) shows only the field of its own type.
    """
    of_other_types = set(source.literals(fields(kind)["type"])) if "type" in fields(kind) else set()
    hidden = ON_REQUEST | of_other_types
    mode = {"livemode": False} if "livemode" in fields(kind) else {}
    return {name: None for name, each in fields(kind).items() if is_optional(each) and name not in hidden} | mode


@cache
def is_dated(kind: str) -> bool:
    """Whether an object of this kind says when it was made."""
    return "created" in fields(kind)


@cache
def expandable(kind: str) -> frozenset[str]:
    """The fields that hold an id and can be asked for as the whole object."""
    return frozenset(name for name, each in fields(kind).items() if holds_id(each))


@cache
def expandable_inside(kind: str) -> frozenset[str]:
    """The fields of the objects inside an object that hold an id and can be asked for as the whole object."""
    if not kind:
        return frozenset()
    whole = described(kind)
    inside = [node for node in ast.walk(whole) if isinstance(node, ast.ClassDef) and node is not whole]
    return frozenset(name for node in inside for name, each in source.fields(node).items() if holds_id(each))


@cache
def inner(kind: str, name: str) -> dict[str, ast.expr]:
    """The fields of an object inside an object, such as a dispute's evidence; a class inside its class has them."""
    names = source.names(fields(kind)[name])
    return next(
        source.fields(node) for node in described(kind).body if isinstance(node, ast.ClassDef) and node.name in names
    )


def holds_id(annotation: ast.expr) -> bool:
    """Whether a field holds the id of an object that can be asked for as a whole."""
    return "ExpandableField" in ast.dump(annotation)


def is_optional(annotation: ast.expr) -> bool:
    """Whether the SDK allows the field to be absent or null."""
    return source.generic(annotation) == "Optional"


@cache
def error_codes() -> frozenset[str]:
    """Every error code that the SDK's types know."""
    failure = next(
        node
        for node in described("payment_intent").body
        if isinstance(node, ast.ClassDef) and node.name == "LastPaymentError"
    )
    return frozenset(source.literals(source.fields(failure)["code"]))


@cache
def event_types() -> frozenset[str]:
    """Every type of event that the SDK's types know."""
    return frozenset(source.literals(fields("event")["type"]))
