"""Schemas of what is shown, made from the dataclasses of values that are shown as they are.

Their fields, types and docstrings are said once, where the values are; the unit that a name ends in is spelt out.
"""

import ast
import dataclasses
import inspect
import textwrap
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from marshmallow import fields

from blueprints.http.schemas import Shows

_UNITS: Final = {
    "_mm": "Millimetres.",
    "_mm2": "Square millimetres.",
    "_mm3": "Cubic millimetres.",
    "_deg": "Degrees.",
}
_PLAIN: Final[dict[type, type[fields.Field[Any]]]] = {
    bool: fields.Boolean,
    int: fields.Integer,
    float: fields.Float,
    str: fields.String,
}


@cache
def shown(value: type, *, module: str) -> type[Shows]:
    """The schema that shows a dataclass, with those of the values in it; `module` says to which audience it belongs."""
    types, words = get_type_hints(value), _words(value)
    made = {
        field.name: _field(types[field.name], module, _described(field.name, words.get(field.name)))
        for field in dataclasses.fields(value)
    }
    return type(value.__name__, (Shows,), {**made, "__doc__": value.__doc__, "__module__": module})


def _field(kind: Any, module: str, metadata: dict[str, Any]) -> fields.Field[Any]:
    options: dict[str, Any] = {"required": True, "metadata": metadata}
    if get_origin(kind) in (Union, UnionType):
        (kind,) = (each for each in get_args(kind) if each is not NoneType)
        options["allow_none"] = True
    if get_origin(kind) is tuple:
        return _list(get_args(kind), module, options)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return fields.Nested(shown(kind, module=module), **options)
    if issubclass(kind, Enum):
        return fields.Enum(kind, by_value=True, **options)
    return _PLAIN[kind](**options)


def _list(items: tuple[Any, ...], module: str, options: dict[str, Any]) -> fields.Field[Any]:
    """A tuple of as many as there are, or of so many."""
    if items[-1] is not Ellipsis:
        options["metadata"] = {**options["metadata"], "minItems": len(items), "maxItems": len(items)}
    return fields.List(_field(items[0], module, {}), **options)


def _described(name: str, words: str | None) -> dict[str, Any]:
    unit = next((unit for ending, unit in _UNITS.items() if name.endswith(ending)), None)
    description = " ".join(each for each in (words, unit) if each)
    return {"description": description} if description else {}


def _words(value: type) -> dict[str, str]:
    """What stands under each field of a dataclass (PEP 257: attribute docstrings), which Python itself forgets."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(value))).body
    assert isinstance(definition, ast.ClassDef)
    words = {}
    for field, after in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and _is_text(after):
            words[field.target.id] = inspect.cleandoc(after.value.value)  # type: ignore[attr-defined]
    return words


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
