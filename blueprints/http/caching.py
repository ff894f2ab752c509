"""Answers that are the same for everyone, and may be kept for a while."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, after_this_request, request

View = Callable[..., Any]


def kept_for(seconds: int) -> Callable[[View], View]:
    """Let anyone keep the answer of a view so long; later an ETag tells whether it has changed (304)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            after_this_request(lambda response: keep(response, seconds))
            return view(*args, **kwargs)

        return wrapper

    return decorate


def keep(response: Response, seconds: int) -> Response:
    """Mark a good answer as everyone's, with an ETag made of its content."""
    if response.status_code != 200:
        return response
    response.cache_control.public = True
    response.cache_control.max_age = seconds
    response.add_etag()
    response.make_conditional(request)
    return response
