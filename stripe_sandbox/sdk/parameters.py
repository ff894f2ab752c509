"""Checking the parameters of a request against the SDK's parameter types, and giving them their Python types.

What Stripe refuses for the pinned version is refused here: unknown, missing and mistyped parameters and values outside
an enumeration. Stripe's published code is used where the SDK lists one; other refusals carry a message and no code, as
at Stripe.
"""

import ast
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.sdk import source
from stripe_sandbox.sdk.operations import Parameters

Json = dict[str, Any]
INTEGER = re.compile(r"-?\d{1,18}")
DECIMAL = re.compile(r"-?\d{1,18}(\.\d{1,12})?")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the annotation of one parameter allows."""

    module: str
    literals: tuple[str, ...]
    names: frozenset[str]
    items: "Expected | None"
    values: "Expected | None"
    nested: str | None
    is_required: bool

    def read(self, given: Any, where: str) -> Any:
        """The value with its Python type. Raises InvalidRequest."""
        if isinstance(given, dict):
            return self._read_object(given, where)
        if isinstance(given, list):
            return self._read_list(given, where)
        return self._read_text(given, where)

    def _read_object(self, given: Json, where: str) -> Json:
        if self.nested:
            return read_object(Parameters(self.module, self.nested), given, where)
        if self.values:
            return {name: self.values.read(value, f"{where}[{name}]") for name, value in given.items()}
        raise InvalidRequest(f"Invalid {where}: an object was not expected", param=where)

    def _read_list(self, given: list[Any], where: str) -> list[Any] | Json:
        if self.values:  # `metadata[0]=…` is a name that looks like a place in a list
            return self._read_object({str(place): value for place, value in enumerate(given)}, where)
        if self.items is None:
            raise InvalidRequest(f"Invalid {where}: an array was not expected", param=where)
        return [self.items.read(value, f"{where}[{place}]") for place, value in enumerate(given)]

    def _read_text(self, given: str, where: str) -> Any:
        if given == "":
            return self._read_empty(where)
        if "bool" in self.names and given in ("true", "false"):
            return given == "true"
        if "int" in self.names and INTEGER.fullmatch(given):
            return int(given)
        if self.names & {"float", "Decimal"} and DECIMAL.fullmatch(given):
            return given
        return self._read_word(given, where)

    def _read_empty(self, where: str) -> str:
        if "" in self.literals or ("[" in where and "str" in self.names):
            return ""
        raise InvalidRequest(
            f"You passed an empty string for '{where}'. We assume empty values are an attempt to unset a parameter; "
            f"however '{where}' cannot be unset. You should remove '{where}' from your request or supply a "
            "non-empty value.",
            code="parameter_invalid_empty",
            param=where,
        )

    def _read_word(self, given: str, where: str) -> str:
        words = [word for word in self.literals if word]
        if given in words or (not words and self.names & {"str", "Any"}):
            return given
        if words:
            raise InvalidRequest(f"Invalid {where}: must be one of {', '.join(words[:12])}", param=where)
        if "int" in self.names:
            raise InvalidRequest(f"Invalid integer: {given}", code="parameter_invalid_integer", param=where)
        wanted = "boolean" if "bool" in self.names else "array" if self.items else "object"
        raise InvalidRequest(f"Invalid {wanted}: {given}", param=where)


def read_object(parameters: Parameters, given: Json, where: str = "") -> Json:
    """The parameters of one object, checked and typed. Raises InvalidRequest for the first that is wrong."""
    expected = expectations(parameters)
    for name in given:
        if name not in expected:
            place = _place(where, name)
            raise InvalidRequest(f"Received unknown parameter: {place}", code="parameter_unknown", param=place)
    for name, each in expected.items():
        if each.is_required and name not in given:
            place = _place(where, name)
            raise InvalidRequest(f"Missing required param: {place}.", code="parameter_missing", param=place)
    return {name: expected[name].read(value, _place(where, name)) for name, value in given.items()}


def _place(where: str, name: str) -> str:
    return f"{where}[{name}]" if where else name


@cache
def expectations(parameters: Parameters) -> dict[str, Expected]:
    """The parameters that a class of the SDK describes. Classes are read once, and only when first used."""
    owner = source.classes(parameters.module)[parameters.name]
    return {name: _expected(parameters.module, annotation) for name, annotation in source.fields(owner).items()}


def _expected(module: str, annotation: ast.expr) -> Expected:
    is_required = source.generic(annotation) != "NotRequired"
    if not is_required and isinstance(annotation, ast.Subscript):
        annotation = source.opened(annotation.slice)
    names = source.names(annotation)
    return Expected(
        module=module,
        literals=tuple(source.literals(annotation)),
        names=frozenset(names),
        items=_member(module, annotation, "List", 0),
        values=_member(module, annotation, "Dict", 1),
        nested=next((name for name in sorted(names) if name in source.classes(module)), None),
        is_required=is_required,
    )


def _member(module: str, annotation: ast.expr, container: str, place: int) -> Expected | None:
    """What a list holds, or the values of a dictionary."""
    for each in source.alternatives(annotation):
        if isinstance(each, ast.Subscript) and source.generic(each) == container:
            return _expected(module, source.opened(source.inside(each)[place]))
    return None
