"""Doors and rooms: an audience has one door, and every route of it lies in a room behind that door."""

from collections.abc import Callable
from copy import deepcopy
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Request
from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, missing
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.routing import BaseConverter

from blueprints.http.problems import MEDIA_TYPE
from blueprints.http.schemas import Problem

Guard = Callable[[], None]

ABOUT: Final = Path(__file__).with_name("about.md")
LICENCE: Final = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
View = TypeVar("View", bound=Callable[..., Any])


class Decorator(Protocol):
    """Takes a view and gives one that is called alike."""

    def __call__(self, view: View, /) -> View: ...


SESSION: Final = "session"
TOKEN: Final = "token"  # noqa: S105 - the name of a security scheme
SECURITY_SCHEMES: Final = {
    SESSION: {"type": "apiKey", "in": "cookie", "name": "session", "description": "POST /v1/account/session sets it."},
    TOKEN: {"type": "http", "scheme": "bearer", "description": "An API token from /v1/developer/tokens."},
}

IF_MATCH: Final = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string"},
    "description": "The ETag that you read; the change is refused if somebody else was faster.",
    "example": '"1"',
}
IDEMPOTENCY_KEY: Final = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x20-\\x7e]+$"},
    "description": "Your own random key: the same request under the same key has one effect, however often it is sent; "
    "keys are remembered for 30 days.",
    "example": "5f1c2c1e-6a0f-4f7e-9a56-2f0a9d9f6c1b",
}


class Word(BaseConverter):
    """A name in a path that others have given: `<word:event_id>`; letters, digits and underscores, 255 at most."""

    regex = r"[0-9A-Za-z_]{1,255}"


JSON_BYTES: Final = 2**20
"""The largest JSON body; only uploads are larger."""


class Parser(FlaskParser):
    """Reads requests strictly: unknown fields are errors everywhere, a JSON body says that it is one."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - webargs declares it so
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
        "form_and_files": RAISE,
        "path": EXCLUDE,
    }

    def use_args(self, argmap: type[Schema], *args: Any, **options: Any) -> Any:  # type: ignore[override]
        """A schema is made once for its route, and not, with a copy of each field, for every request."""
        return super().use_args(argmap(), *args, **options)

    def load_json(self, req: Request, schema: Schema) -> Any:
        if req.mimetype != "application/json" and req.content_length:
            raise UnsupportedMediaType
        req.max_content_length = JSON_BYTES
        try:
            sent = super().load_json(req, schema)
        except (ValueError, RecursionError):  # a number of thousands of digits; brackets in brackets without end
            raise BadRequest from None
        if sent is missing and getattr(schema, "may_be_absent", False):
            return {}
        if sent is missing:
            raise ValidationError("Send a JSON object.")
        return sent

    def load_form_and_files(self, req: Request, schema: Schema) -> Any:
        if req.mimetype != "multipart/form-data":
            raise UnsupportedMediaType
        return MultiDictProxy(CombinedMultiDict([req.files, req.form]), schema)


Parser.__location_map__ = {**FlaskParser.__location_map__, "form_and_files": "load_form_and_files"}


class Room(Blueprint):  # type: ignore[misc]
    """A blueprint behind a door. Documents, besides what its routes say, the ways in which any route may refuse."""

    ARGUMENTS_PARSER = Parser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING = {  # noqa: RUF012 - flask-smorest declares it so
        **Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING,
        "form_and_files": "multipart/form-data",
    }

    if TYPE_CHECKING:  # flask-smorest is untyped: its decorators leave a view what it is

        def get(self, rule: str) -> Decorator: ...
        def post(self, rule: str) -> Decorator: ...
        def put(self, rule: str) -> Decorator: ...
        def patch(self, rule: str) -> Decorator: ...
        def delete(self, rule: str) -> Decorator: ...
        def arguments(self, schema: type[Schema], **options: Any) -> Decorator: ...
        def response(self, status_code: int, schema: type[Schema] | None = None, **options: Any) -> Decorator: ...
        def alt_response(self, status_code: int, **options: Any) -> Decorator: ...
        def doc(self, **described: Any) -> Decorator: ...

    def __init__(self, door: "Door", name: str, url_prefix: str, description: str) -> None:
        super().__init__(f"{door.audience}.{name}".replace(".", "_"), __name__, url_prefix=url_prefix)
        self.description = description
        self.door = door
        self.before_request(door.guard)
        self._prepare_doc_cbks.append(self._document_door_and_refusals)

    def _document_door_and_refusals(
        self, doc: dict[str, Any], doc_info: dict[str, Any], *, api: Any, spec: Any, method: str, **_: Any
    ) -> dict[str, Any]:
        doc["security"] = [{scheme: []} for scheme in self.door.security]
        doc["operationId"] = doc_info["operation_id"]
        responses = doc.setdefault("responses", {})
        for status in self._refusals(doc_info, method):
            known = responses.get(str(status), responses.get(status))
            if not isinstance(known, dict) or "content" not in known:
                responses.pop(status, None)
                responses[str(status)] = _problem_response(status)
        return doc

    def _refusals(self, doc_info: dict[str, Any], method: str) -> list[int]:
        statuses = [404, 429, 500, 503]
        if self.door.security:
            statuses += [401, 403]
        if "arguments" in doc_info:
            statuses += [422]
        if method in ("post", "put", "patch"):
            statuses += [400, 409, 413, 415]
        if method == "delete":
            statuses += [409]
        if any(
            parameter.get("name") == IF_MATCH["name"]
            for parameter in doc_info.get("arguments", {}).get("parameters", [])
        ):
            statuses += [412, 428]
        return sorted(statuses)

    def _store_endpoint_docs(self, endpoint: str, obj: Any, parameters: Any, tags: Any, **options: Any) -> None:
        super()._store_endpoint_docs(endpoint, obj, parameters, tags, **options)
        for method, info in self._docs[endpoint].items():
            if method != "parameters":
                info["operation_id"] = f"{self.name}_{endpoint}"


class Pages(Room):
    """A room of pages for people: behind its door like any other, and left out of the API document."""

    def __init__(self, door: "Door", name: str, url_prefix: str, templates: Path) -> None:
        super().__init__(door, name, url_prefix, "")
        self.template_folder = str(templates)


def _problem_response(status: int) -> dict[str, Any]:
    return {
        "description": HTTPStatus(status).phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


class Door:
    """The one way in for an audience: a guard, and the rooms behind it."""

    def __init__(self, audience: str, *, guard: Guard, security: tuple[str, ...], prefix: str | None = None) -> None:
        self.audience = audience
        self.guard = guard
        self.security = security
        self.prefix = f"/v1/{audience}" if prefix is None else prefix
        self.rooms: list[Room] = []

    def room(self, name: str, description: str, *, path: str | None = None) -> Room:
        """A new room behind this door, at `/v1/AUDIENCE/NAME` unless a path is given."""
        room = Room(self, name, self.prefix + (f"/{name}" if path is None else path), description)
        self.rooms.append(room)
        return room

    def pages(self, name: str, templates: Path) -> Pages:
        """A new room of pages behind this door, at its own address."""
        room = Pages(self, name, self.prefix, templates)
        self.rooms.append(room)
        return room


def component_name(schema: type[Schema] | Schema) -> str:
    """What a schema is called in the document: two audiences may use one name for what each of them sees."""
    kind = schema if isinstance(schema, type) else type(schema)
    audience = kind.__module__.split(".")[1]
    prefix = "" if audience == "http" else audience.capitalize()
    return prefix + kind.__name__.removeprefix(prefix)


class Api(SmorestApi):  # type: ignore[misc]
    """OpenAPI 3.1 with problem documents; errors are handled in `problems`, not by flask-smorest."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask) -> None:
        plugin = MarshmallowPlugin(schema_name_resolver=component_name)
        super().__init__(app, spec_kwargs={"marshmallow_plugin": plugin})

    def _register_error_handlers(self) -> None:
        """Left to `problems.register`."""

    def register_blueprint(self, room: Room, **options: Any) -> None:
        """Open a room; what it offers to programs is described."""
        if isinstance(room, Pages):
            self._app.register_blueprint(room, **options)
        else:
            super().register_blueprint(room, **options)

    def describe(self) -> None:
        """What the document says besides operations: how to use it, security schemes and the problem document."""
        self.spec.options["info"] = {"description": ABOUT.read_text(encoding="utf-8"), "license": dict(LICENCE)}
        self.spec.options["servers"] = [{"url": "/", "description": "This marketplace"}]
        for name, scheme in SECURITY_SCHEMES.items():
            self.spec.components.security_scheme(name, deepcopy(scheme))
        self.spec.components.schema("Problem", schema=Problem)


def documented(parameter: dict[str, Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Document a header that a decorator reads."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        view._apidoc = deepcopy(getattr(view, "_apidoc", {}))  # type: ignore[attr-defined]
        view._apidoc.setdefault("arguments", {}).setdefault("parameters", []).append(parameter)  # type: ignore[attr-defined]
        return view

    return decorate
