"""What is accepted and what is shown are two kinds of schema. Neither saves, neither asks the database."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

from marshmallow import INCLUDE, RAISE, Schema, fields, post_load, validate

from blueprints.http import writing
from marketplace.kernel.paging import LARGEST_PAGE, PageRequest


class Accepts(Schema):
    """What an audience may send: unknown fields are errors, and the result is the value that the service takes."""

    makes: ClassVar[Callable[..., Any]] = dict

    class Meta:
        unknown = RAISE

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> Any:
        return type(self).makes(**values)


class Shows(Schema):
    """What an audience is shown: every field present, in the order written."""

    def dump(self, obj: Any, *, many: bool | None = None) -> Any:
        """The object as the JSON encoder takes it; how, is worked out once for each schema (`http.writing`)."""
        if self.many if many is None else many:
            return [self._dumped(each) for each in obj]
        return self._dumped(obj)

    @cached_property
    def _dumped(self) -> Callable[[Any], Any]:
        return writing.writer(self, super().dump)


class NoQuery(Accepts):
    """No parameters: who sends one expects something else than all there is, and is told."""


class Query(Accepts):
    """Parameters of a list: how many, and from where."""

    makes = PageRequest

    limit = fields.Integer(load_default=24, validate=validate.Range(1, LARGEST_PAGE))
    cursor = fields.String(
        load_default=None,
        validate=validate.Length(max=64),
        metadata={"description": "`next_cursor` of the page before.", "pattern": "^[0-9A-Za-z_-]{22}$"},
    )


class Problem(Shows):
    """A problem document (RFC 9457); some problems have further members, facts that a program may read."""

    class Meta:
        unknown = INCLUDE

    type = fields.String(required=True, metadata={"example": "/problems/capacity_taken"})
    title = fields.String(required=True, metadata={"example": "Conflict"})
    status = fields.Integer(required=True, metadata={"example": 409})
    code = fields.String(
        required=True, metadata={"description": "Stable; branch on this.", "example": "capacity_taken"}
    )
    detail = fields.String(required=True, metadata={"description": "For a person; names the way out."})
    errors = fields.Dict(metadata={"description": "Where fields were wrong: what, by location and field."})


def page_of(item: type[Schema]) -> type[Schema]:
    """The schema of one page of a list."""
    body = {
        "items": fields.List(fields.Nested(item), required=True),
        "next_cursor": fields.String(required=True, allow_none=True, metadata={"description": "null on the last page"}),
    }
    return type(
        f"{item.__name__}Page",
        (Shows,),
        {**body, "__doc__": f"A page of {item.__name__}.", "__module__": item.__module__},
    )
