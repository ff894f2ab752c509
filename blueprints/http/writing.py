"""How a schema's objects are written, worked out once: marshmallow finds it out anew for every field of every object.

The schema stays what says it: which fields, under which names, read from where. What is written is what marshmallow's
own dump writes, as JSON: ids and days are left to the JSON encoder, which knows them. Objects that lack a field, and
schemas with steps of their own before or after, are marshmallow's.
"""

from collections.abc import Callable, Mapping
from datetime import date
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema, fields

Write = Callable[[Any, Any], Any]
"""Takes a value and the object that it was read from."""
Dump = Callable[[Any], Any]


def writer(schema: Schema, otherwise: Dump) -> Dump:
    """What dumps one object of this schema; `otherwise` is marshmallow's own way."""
    described = schema.dump_fields
    if not described or any(map(schema._hooks.get, HOOKS)) or not all(map(_is_read, described.values())):
        return otherwise
    names = [field.attribute or name for name, field in described.items()]
    keys = [name if field.data_key is None else field.data_key for name, field in described.items()]
    writes = [_write(field, name) for name, field in described.items()]
    read = attrgetter(*names) if len(names) > 1 else _alone(names[0])

    def dump(obj: Any) -> Any:
        try:
            values = [obj[name] for name in names] if isinstance(obj, Mapping) else read(obj)
        except (AttributeError, KeyError):
            return otherwise(obj)
        return {key: write(value, obj) for key, write, value in zip(keys, writes, values, strict=True)}

    return dump


HOOKS: Final = ("pre_dump", "post_dump")


def _is_read(field: fields.Field[Any]) -> bool:
    """Whether the field is a value of the object, and not worked out of several or always the same."""
    return field._CHECK_ATTRIBUTE and type(field).get_value is fields.Field.get_value


def _alone(name: str) -> Callable[[Any], tuple[Any]]:
    read = attrgetter(name)
    return lambda obj: (read(obj),)


def _write(field: fields.Field[Any], name: str) -> Write:
    """How one field is written; one that has its own way keeps it."""
    own: Any = type(field)._serialize
    if own is fields.Number._serialize and isinstance(field, fields.Integer) and not field.as_string:
        return _exact(int, lambda value: field._serialize(value, name, None))
    if own is fields.String._serialize:
        return _exact(str, lambda value: field._serialize(value, name, None))
    if own is fields.UUID._serialize:
        return _exact(UUID, str)
    if own is fields.Date._serialize and isinstance(field, fields.Date) and field.format is None:
        return _exact(date, lambda value: field._serialize(value, name, None))
    if own is fields.Enum._serialize and isinstance(field, fields.Enum) and field.by_value:
        return lambda value, _: None if value is None else value.value
    if own is fields.List._serialize and isinstance(field, fields.List):
        return _each(_write(field.inner, name))
    if own is fields.Nested._serialize and isinstance(field, fields.Nested):
        return _nested(field)
    return lambda value, obj: field._serialize(value, name, obj)


def _exact(kind: type, otherwise: Dump) -> Write:
    """What is exactly of its kind is written as it is, and nothing as null."""
    return lambda value, _: value if type(value) is kind or value is None else otherwise(value)


def _each(write: Write) -> Write:
    return lambda value, obj: None if value is None else [write(each, obj) for each in value]


def _nested(field: fields.Nested) -> Write:
    """Its schema is asked for at the first object: a schema may hold itself."""

    def write(value: Any, _: Any) -> Any:
        if value is None:
            return None
        schema: Any = field.schema
        return schema.dump(value, many=schema.many or field.many)

    return write
