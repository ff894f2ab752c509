"""Schemas made from values show all that the values have."""

import json
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Annotated

import pytest
from msgspec import Meta

from blueprints.customer.parts import schemas
from blueprints.http import mirrored
from marketplace.geometry import features, records, shape, values
from marketplace.geometry.values import Measurement
from tests import uploads


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Leaf:
    """A leaf."""

    width_mm: Annotated[float, Meta(ge=0)]


@dataclass(frozen=True)
class Tree:
    """A tree."""

    height_mm: Annotated[float, Meta(ge=0)]
    """Up to the top."""
    age: Annotated[int, Meta(ge=0)] | None
    colour: Colour
    is_old: bool
    at_mm: tuple[float, float]
    leaves: Annotated[tuple[Leaf, ...], Meta(max_length=9)] = ()
    finest: Leaf | None = None
    name: str = "oak"


SHOWN = mirrored.shown(Tree, module="blueprints.customer.forests")


def test_every_field_is_shown_by_its_type():
    tree = Tree(2.5, None, Colour.RED, True, (1.0, 2.0), (Leaf(0.5),))

    assert SHOWN().dump(tree) == {
        "height_mm": 2.5,
        "age": None,
        "colour": "red",
        "is_old": True,
        "at_mm": [1.0, 2.0],
        "leaves": [{"width_mm": 0.5}],
        "finest": None,
        "name": "oak",
    }


def test_fields_are_described_by_their_docstring_and_their_unit():
    described = {name: field.metadata.get("description") for name, field in SHOWN().fields.items()}

    assert described["height_mm"] == "Up to the top. Millimetres."
    assert described["at_mm"] == "Millimetres."
    assert described["name"] is None
    assert SHOWN().fields["at_mm"].metadata["maxItems"] == 2
    assert [name for name, field in SHOWN().fields.items() if field.allow_none] == ["age", "finest"]
    assert all(field.required for field in SHOWN().fields.values())


def test_one_value_has_one_schema_for_each_audience():
    assert mirrored.shown(Tree, module="blueprints.customer.forests") is SHOWN
    assert SHOWN().fields["finest"].schema.__class__ is SHOWN().fields["leaves"].inner.schema.__class__
    assert mirrored.shown(Tree, module="blueprints.factory.forests") is not SHOWN
    assert (SHOWN.__name__, SHOWN.__module__, SHOWN.__doc__) == ("Tree", "blueprints.customer.forests", "A tree.")


def test_a_measurement_is_shown_whole():
    cube = uploads.a_cube()

    shown = schemas.Measurement().dump(cube)

    assert set(shown) == {field.name for field in fields(Measurement)}
    assert json.loads(json.dumps(shown)) == json.loads(records.encoded(cube))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (shape.OrientedBox, "oriented_box"),
        (shape.Walls, "walls"),
        (shape.Sections, "sections"),
        (shape.Draft, "draft"),
        (shape.Reach, "reach"),
        (shape.Turned, "turned"),
        (shape.Sheet, "sheet"),
        (shape.Drawing, "drawing"),
        (features.Features, "features"),
    ],
)
def test_every_group_of_a_measurement_is_documented_whole(app, value, name):
    document = app.test_client().get("/v1/openapi.json").json["components"]["schemas"]
    said = document["CustomerMeasurement"]["properties"][name]
    group = document[f"Customer{value.__name__}"]

    assert f"Customer{value.__name__}" in str(said)
    assert set(group["required"]) == set(group["properties"]) == {field.name for field in fields(value)}
    lengths = [each for each in group["properties"] if each.endswith(("_mm", "_mm2", "_mm3"))]
    assert all("illimetres." in group["properties"][each]["description"] for each in lengths)


def test_kinds_of_file_and_flags_of_quality_are_listed(app):
    document = app.test_client().get("/v1/openapi.json").json["components"]["schemas"]

    assert document["CustomerMeasurement"]["properties"]["kind"]["enum"] == [kind.value for kind in values.FileKind]
    assert document["CustomerWalls"]["properties"]["method"]["enum"] == [method.value for method in values.Method]
