"""Requests and answers on the wire: form bodies with Stripe's brackets, JSON answers, lost connections."""

import hashlib
import json
import re
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from stripe_sandbox import multipart
from stripe_sandbox.errors import InvalidRequest

Json = dict[str, Any]
StartResponse = Callable[..., Any]
LARGEST_BODY = 1_000_000
LARGEST_FORM_WITH_FILE = 16_000_000
MULTIPART = "multipart/form-data"
BRACKETED = re.compile(r"[^\[\]]+|(?<=\[)(?=\])")
STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


@dataclass(slots=True)
class Request:
    """One request, read but not yet understood."""

    method: str
    path: str
    query: str
    body: bytes
    headers: Mapping[str, Any]
    base_url: str
    has_file: bool = False

    def header(self, name: str) -> str:
        """The value of a header, or an empty string."""
        return str(self.headers.get(_in_environ(name), ""))

    def upload(self, name: str) -> multipart.Upload | None:
        """The file in a field of the form."""
        return multipart.read(self.headers["CONTENT_TYPE"], self.body)[1].get(name) if self.has_file else None

    def pairs(self) -> list[tuple[str, str]]:
        """The form body and the query as name and value; a file is told by the digest of its content."""
        if self.has_file:
            fields, files = multipart.read(self.headers["CONTENT_TYPE"], self.body)
            return [*fields, *((name, hashlib.sha256(each.content).hexdigest()) for name, each in files.items())]
        form = self.body.decode("utf-8", "replace")
        return [*parse_qsl(form, keep_blank_values=True), *parse_qsl(self.query, keep_blank_values=True)]


@dataclass(slots=True)
class Reply:
    """One answer."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"

    def send(self, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the web server."""
        length = str(len(self.body))
        headers = [("Content-Type", self.content_type), ("Content-Length", length), *self.headers.items()]
        start_response(STATUS_LINES[self.status], headers)
        return [self.body]


def as_json(status: int, shown: Any, **headers: str) -> Reply:
    """An answer in JSON."""
    return Reply(status, json.dumps(shown, separators=(",", ":")).encode(), headers)


def read(environ: Mapping[str, Any]) -> Request:
    """The request that a web server hands over. Raises InvalidRequest when it is too large."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    has_file = str(environ.get("CONTENT_TYPE", "")).startswith(MULTIPART)
    largest = LARGEST_FORM_WITH_FILE if has_file else LARGEST_BODY
    if length > largest:
        raise InvalidRequest(f"The request is larger than {largest} bytes.")
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"],
        query=environ.get("QUERY_STRING", ""),
        body=environ["wsgi.input"].read(length) if length else b"",
        headers=environ,
        base_url=f"http://{environ.get('HTTP_HOST', '127.0.0.1')}",
        has_file=has_file,
    )


@cache
def _in_environ(header: str) -> str:
    return "HTTP_" + header.upper().replace("-", "_")


def hang_up(environ: Mapping[str, Any]) -> None:
    """Close the connection under the request, so that its answer is lost."""
    connection = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")
    if isinstance(connection, socket.socket):
        connection.shutdown(socket.SHUT_RDWR)


def unbracketed(pairs: Iterable[tuple[str, str]]) -> Json:
    """Nested parameters: `a[b][0]=c` becomes `{"a": {"b": ["c"]}}`. Raises InvalidRequest where two shapes collide."""
    root: Json = {}
    is_nested = False
    for name, value in pairs:
        if "[" in name:
            is_nested = True
            _put(root, BRACKETED.findall(name), value)
        else:
            root[name] = value
    return {name: _with_lists(value) for name, value in root.items()} if is_nested else root


def _put(root: Json, parts: list[str], value: str) -> None:
    node = root
    for part in parts[:-1]:
        node = node.setdefault(part or str(len(node)), {})
        if not isinstance(node, dict):
            raise InvalidRequest(f"Invalid parameter: {part} is given twice.", param=part)
    node[parts[-1] or str(len(node))] = value


def _with_lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node.keys() == {str(place) for place in range(len(node))}:
        return [_with_lists(node[str(place)]) for place in range(len(node))]
    return {name: _with_lists(value) for name, value in node.items()}
