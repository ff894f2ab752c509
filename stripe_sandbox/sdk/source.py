"""Reading the SDK's source: modules, classes, annotated fields, and what an annotation allows."""

import ast
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def root() -> Path:
    """The folder of the installed SDK; finding it does not import it."""
    spec = find_spec("stripe")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("The stripe package is not installed; the local Stripe takes its contract from it.")
    return Path(spec.submodule_search_locations[0])


@cache
def text(module: str) -> str:
    """The source of a module named like `stripe.params._transfer_create_params`."""
    return root().parent.joinpath(*module.split(".")).with_suffix(".py").read_text("utf-8")


@cache
def classes(module: str) -> dict[str, ast.ClassDef]:
    """The classes at the top level of a module."""
    return {node.name: node for node in ast.parse(text(module)).body if isinstance(node, ast.ClassDef)}


def fields(owner: ast.ClassDef) -> dict[str, ast.expr]:
    """The annotated fields of a class, with quoted annotations opened; class variables are left out."""
    found = {
        node.target.id: opened(node.annotation)
        for node in owner.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    return {name: annotation for name, annotation in found.items() if generic(annotation) != "ClassVar"}


def opened(annotation: ast.expr) -> ast.expr:
    """An annotation written as a string, parsed."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return ast.parse(annotation.value, mode="eval").body
    return annotation


def generic(annotation: ast.expr) -> str:
    """The name before the brackets: `List` of `List[str]`; empty for a plain name."""
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.value, ast.Name):
        return annotation.value.id
    return ""


def alternatives(annotation: ast.expr) -> list[ast.expr]:
    """The members of a union, however it is written (`Union`, `Optional`, `|`, nested, quoted)."""
    annotation = opened(annotation)
    if isinstance(annotation, ast.BinOp):
        return alternatives(annotation.left) + alternatives(annotation.right)
    if isinstance(annotation, ast.Subscript) and generic(annotation) in ("Union", "Optional"):
        return [each for member in inside(annotation) for each in alternatives(member)]
    return [annotation]


def inside(annotation: ast.Subscript) -> list[ast.expr]:
    """What stands between the brackets."""
    return list(annotation.slice.elts) if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]


def literals(annotation: ast.expr) -> list[str]:
    """Every string that a `Literal` of the annotation names."""
    return [
        member.value
        for each in alternatives(annotation)
        if isinstance(each, ast.Subscript) and generic(each) == "Literal"
        for member in inside(each)
        if isinstance(member, ast.Constant) and isinstance(member.value, str)
    ]


def names(annotation: ast.expr) -> set[str]:
    """The plain type names among the alternatives: `str`, `int`, a class of the same module."""
    return {each.id for each in alternatives(annotation) if isinstance(each, ast.Name)}


@cache
def api_version() -> str:
    """The version of the API that the SDK is pinned to, such as `2026-10-28.endive`."""
    found = re.search(r'CURRENT = "([^"]+)"', text("stripe._api_version"))
    if found is None:
        raise RuntimeError("The installed stripe package does not say which API version it speaks.")
    return found[1]
