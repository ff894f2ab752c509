"""Pages for people: the front, the documentation of the API, and what they are drawn with. Nothing from elsewhere."""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from flask import Response, current_app, json, render_template
from werkzeug.exceptions import NotFound

from blueprints.http.caching import kept_for
from blueprints.public.door import pages
from marketplace.capability import catalogue

HERE: Final = Path(__file__).parent
DAY_S: Final = 86_400
KEY: Final = "commonforge.openapi"

room = pages.pages("site", HERE / "templates")


def _swagger_ui() -> Path:
    """Where the package keeps the built Swagger UI; its code is not loaded."""
    package = find_spec("flask_swagger_ui")
    assert package is not None and package.origin is not None
    return Path(package.origin).parent / "dist"


ASSETS: Final = {
    "site.css": HERE / "assets" / "site.css",
    "docs.css": HERE / "assets" / "docs.css",
    "docs.js": HERE / "assets" / "docs.js",
    "record.js": HERE / "assets" / "record.js",
    "verify.js": HERE / "assets" / "verify.js",
    "mark.svg": HERE / "assets" / "mark.svg",
    "swagger-ui.css": _swagger_ui() / "swagger-ui.css",
    "swagger-ui-bundle.js": _swagger_ui() / "swagger-ui-bundle.js",
}
"""Every file that is served, by its name; there is no way to any other."""

KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}


@room.get("/")
@kept_for(300)
def front() -> str:
    """What this is, and where to go."""
    return render_template(
        "front.html", processes=catalogue.processes().values(), materials=catalogue.materials().values()
    )


@room.get("/docs")
@kept_for(300)
def docs() -> str:
    """The documentation of the API."""
    return render_template("docs.html")


@room.get("/records/verify")
@kept_for(300)
def verify() -> str:
    """Whether a quality record is what was signed, reckoned in the browser."""
    return render_template("verify.html")


@room.get("/assets/<string:name>")
@kept_for(DAY_S)
def asset(name: str) -> Response:
    """A file that the pages are drawn with."""
    if name not in ASSETS:
        raise NotFound
    content, etag = _read(ASSETS[name])
    response = Response(content, content_type=KINDS[ASSETS[name].suffix])
    response.set_etag(etag)
    return response


@room.get("/v1/openapi.json")
@kept_for(60)
def openapi() -> Response:
    """The API's document, OpenAPI 3.1; written once in the life of a process."""
    written = current_app.extensions.get(KEY) or current_app.extensions.setdefault(KEY, _document())
    response = Response(written, content_type="application/json")
    response.set_etag(_digest(written))
    return response


@cache
def _read(path: Path) -> tuple[bytes, str]:
    """A file and its ETag, read once in the life of a process."""
    content = path.read_bytes()
    return content, _digest(content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _document() -> bytes:
    api: Any = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return json.dumps(api.spec.to_dict(), ensure_ascii=False).encode()
