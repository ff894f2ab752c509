"""Comparing an object with the SDK's class of its kind, all the way down."""

import ast
from typing import Any

from stripe_sandbox.sdk import answers, source


def faults(shown: dict[str, Any]) -> list[str]:
    """What is wrong with an object: required fields that it lacks, and fields that the SDK does not know."""
    if shown["object"] == "list":
        return [fault for each in shown["data"] for fault in faults(each)]
    return _compared(shown, answers.described(shown["object"]), shown["object"])


def _compared(shown: dict[str, Any], owner: ast.ClassDef, where: str) -> list[str]:
    fields = source.fields(owner)
    nested = {node.name: node for node in owner.body if isinstance(node, ast.ClassDef)}
    missing = [f"{where}.{name} is missing" for name, each in fields.items() if _is_lacking(shown, name, each)]
    unknown = [f"{where}.{name} is unknown" for name in shown if fields and name not in fields]
    inner = [
        fault
        for name, value in shown.items()
        if name in fields
        for each in (value if isinstance(value, list) else [value])
        if isinstance(each, dict)
        for fault in _inside(each, fields[name], nested, f"{where}.{name}")
    ]
    return missing + unknown + inner


def _is_lacking(shown: dict[str, Any], name: str, annotation: ast.expr) -> bool:
    return not answers.is_optional(annotation) and shown.get(name) is None


def _inside(value: dict[str, Any], annotation: ast.expr, nested: dict[str, ast.ClassDef], where: str) -> list[str]:
    if isinstance(value.get("object"), str):
        return faults(value)
    named = {node.id for node in ast.walk(annotation) if isinstance(node, ast.Name)} & set(nested)
    return [fault for name in named for fault in _compared(value, nested[name], where)]
