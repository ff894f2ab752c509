"""JSON as quickly as a quote with fifty price trees wants it (orjson), and never failing on what people sent."""

import json
from typing import Any

import orjson
from flask import Response
from flask.json.provider import DefaultJSONProvider


def encode(value: Any) -> str:
    """The value as JSON text; what orjson refuses (a lone surrogate, an integer beyond 64 bits) the slow way."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    except orjson.JSONEncodeError:
        return json.dumps(value)


class Provider(DefaultJSONProvider):
    """Flask's JSON: answers by orjson, requests by the standard library, which is the stricter reader of numbers."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return super().dumps(obj, **kwargs) if kwargs else encode(obj)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        return Response(encode(self._prepare_response_obj(args, kwargs)), mimetype=self.mimetype)
