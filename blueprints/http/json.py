"""JSON as quickly as a quote with fifty price trees wants it (orjson), and never failing on what people sent."""

import json
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from flask import Response
from flask.json.provider import DefaultJSONProvider


def encode(value: Any) -> bytes:
    """The value as JSON; what orjson refuses (a lone surrogate, an integer beyond 64 bits) the slow way."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except orjson.JSONEncodeError:
        return json.dumps(value, default=_plain).encode()


def _plain(value: Any) -> Any:
    """What orjson writes of itself and the standard library does not."""
    if isinstance(value, UUID | date):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


class Provider(DefaultJSONProvider):
    """Flask's JSON: answers by orjson, requests by the standard library, which is the stricter reader of numbers."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return super().dumps(obj, **kwargs) if kwargs else encode(obj).decode()

    def response(self, *args: Any, **kwargs: Any) -> Response:
        return Response(encode(self._prepare_response_obj(args, kwargs)), mimetype=self.mimetype)
