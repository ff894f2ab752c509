"""Finding one's way in an OpenAPI document."""

from collections.abc import Iterator
from typing import Any

METHODS = ("get", "post", "put", "patch", "delete")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        where = node["$ref"].removeprefix("#/").split("/")
        node = document
        for step in where:
            node = node[step]
    return node


def body_schemas(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield content["schema"]


def without_example(document: dict[str, Any], schema: dict[str, Any], at: str = "") -> Iterator[str]:
    """The fields of a body that no example explains; files, and what is made of other schemas, explain themselves."""
    for name, field in resolved(document, schema).get("properties", {}).items():
        inner = field.get("items", field)
        made_of = inner.get("$ref") or inner.get("anyOf") or inner.get("allOf")
        if "example" in field or field.get("format") == "binary":
            continue
        if made_of and "$ref" in inner:
            yield from without_example(document, inner, f"{at}{name}.")
        else:
            yield f"{at}{name}"
