"""What is shown is written as marshmallow's own dump would write it, for every schema there is."""

import enum
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from marshmallow import Schema, fields, post_dump

from blueprints.customer.payments.schemas import MoneyShown
from blueprints.customer.rfqs.schemas import ByGroup
from blueprints.http.fields import Amount, WrittenJson
from blueprints.http.json import encode
from blueprints.http.schemas import Shows
from marketplace.costing.bids import Group
from marketplace.kernel.money import Money


class Loud(enum.StrEnum):
    """Text that is not exactly text."""

    YES = "yes"


class Row(dict[str, Any]):
    """A mapping whose items are attributes, too, for fields that read several."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Whole(int):
    """A number that is not exactly one."""


SAMPLES: dict[type, list[Any]] = {
    Amount: [123456, 0, -5],
    MoneyShown: [Money(5, "JPY")],
    ByGroup: [dict.fromkeys(Group, 7)],
    WrittenJson: [b'{"a":1}'],
    fields.Boolean: [True, False],
    fields.Integer: [3, True, 2.0, Whole(4)],
    fields.Float: [1.5, 2],
    fields.String: ["text", Loud.YES, 7, b"bytes"],
    fields.UUID: [UUID(int=5), "not one"],
    fields.DateTime: [datetime(2027, 3, 2, 4, 5, 6, 789_123, tzinfo=UTC)],
    fields.Date: [date(2027, 3, 2)],
    fields.Time: [time(6, 30)],
    fields.Dict: [{"a": 1, "b": 2}],
    fields.Raw: [{"a": [1, None]}],
    fields.Constant: [None],
}
"""For a field of a kind, what may lie in a row."""


def _schemas(kind: type[Schema] = Shows) -> Iterator[type[Schema]]:
    for each in kind.__subclasses__():
        yield each
        yield from _schemas(each)


def _sample(field: fields.Field[Any], turn: int, depth: int) -> Any:
    if isinstance(field, fields.Enum):
        members = list(field.enum)
        return members[turn % len(members)]
    if isinstance(field, fields.List):
        return [_sample(field.inner, turn + at, depth) for at in range(3)]
    if isinstance(field, fields.Nested):
        one = _object(field.schema, turn, depth + 1)
        return [one, one] if field.schema.many or field.many else one
    if isinstance(field, fields.Dict) and field.value_field is not None:
        keys = [_sample(field.key_field, turn, depth)] if field.key_field is not None else ["a", "b"]
        return {key: _sample(field.value_field, turn, depth) for key in keys}
    kind = next(kind for kind in SAMPLES if isinstance(field, kind))
    return SAMPLES[kind][turn % len(SAMPLES[kind])]


def _object(schema: Schema, turn: int, depth: int = 0) -> Any:
    """Something with all that the schema reads; a mapping at every other turn, with gaps at some."""
    made: dict[str, Any] = Row()
    for name, field in schema.dump_fields.items():
        *above, last = (field.attribute or name).split(".")
        holder: Any = made
        for each in above:
            holder = holder.setdefault(each, Row())
        is_gap = depth > 3 or (field.allow_none and turn % 3 == 2)
        if last in holder and isinstance(field, fields.String):
            continue  # two fields read it, and the other is choosier
        holder[last] = None if is_gap else _sample(field, turn, depth)
    made |= {"currency": "KWD", "preview": None}
    return made if turn % 2 else SimpleNamespace(**made)


def _as_marshmallow_would(schema: Schema, shown: Any, *, many: bool = False) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Shows, "dump", Schema.dump)
        return schema.dump(shown, many=many)


@pytest.mark.parametrize("turn", range(6))
@pytest.mark.usefixtures("application")
def test_every_schema_writes_what_marshmallow_would(turn):
    schemas = [kind() for kind in set(_schemas())]

    assert len(schemas) > 100
    for schema in schemas:
        shown = _object(schema, turn)
        assert encode(schema.dump(shown)) == encode(_as_marshmallow_would(schema, shown)), schema
        both = schema.dump([shown, shown], many=True)
        assert encode(both) == encode(_as_marshmallow_would(schema, [shown, shown], many=True)), schema


class ShowLeaf(Shows):
    """A field under another name, and one that may be missing."""

    size = fields.Integer(attribute="width")
    colour = fields.String(data_key="color")


class ShowLoudly(Shows):
    """A step of its own after all."""

    name = fields.String()

    @post_dump
    def louder(self, shown: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: f"{value}!" for name, value in shown.items()}


def test_a_field_that_an_object_lacks_is_left_out_as_marshmallow_does():
    assert ShowLeaf().dump(SimpleNamespace(width=3)) == {"size": 3}
    assert ShowLeaf().dump({"colour": "red"}) == {"color": "red"}
    assert ShowLeaf(only=("size",)).dump({"width": 3, "colour": "red"}) == {"size": 3}


def test_a_schema_with_a_step_of_its_own_keeps_it():
    assert ShowLoudly().dump({"name": "oak"}) == {"name": "oak!"}


def test_nothing_in_a_list_is_nothing():
    assert ShowLeaf(many=True).dump([]) == []
