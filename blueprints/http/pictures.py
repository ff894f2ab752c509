"""Pictures of parts: shown in place to those who may look, and never run."""

from typing import Final

from flask import Response, request

PNG: Final = "image/png"
GLTF: Final = "model/gltf-binary"
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
THUMBNAIL: Final = {200: {"content": {PNG: _BINARY}}}
MODEL: Final = {200: {"content": {GLTF: _BINARY}}}
"""How operations that answer with them document it."""

_YEAR_S: Final = 365 * 24 * 60 * 60


def picture(content: bytes, media_type: str) -> Response:
    """A picture of a revision, which never changes: 304 to a browser that has it."""
    response = _harmless(content, media_type)
    response.headers["Cache-Control"] = f"private, max-age={_YEAR_S}, immutable"
    response.add_etag()
    if request.if_none_match.contains_weak(response.get_etag()[0] or ""):
        response.status_code = 304
        response.set_data(b"")
    return response


def glimpse(content: bytes, media_type: str) -> Response:
    """A picture that may be shown today and not tomorrow: no browser keeps it, and every look is asked for."""
    response = _harmless(content, media_type)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _harmless(content: bytes, media_type: str) -> Response:
    """Drawn from a stranger's file: even if somebody took over what draws, a page made of it could do nothing."""
    response = Response(content, mimetype=media_type)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
