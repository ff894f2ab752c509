"""What problem codes mean: JSON for programs, a page for people, at the address that problem documents name."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import after_this_request, make_response, render_template, request

from blueprints.http.caching import kept_for
from blueprints.public.door import pages
from blueprints.public.problems.meanings import Meaning, meaning, meanings
from blueprints.public.problems.schemas import ShowMeaning, ShowMeanings

problems = pages.room("problems", "What the codes of problem documents mean.")


def page_for_people(template: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Show browsers a page instead of JSON, from the same value."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            after_this_request(_varies)
            shown = view(*args, **kwargs)
            if request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html":
                return make_response(render_template(template, shown=shown))
            return shown

        return wrapper

    return decorate


def _varies(response: Any) -> Any:
    response.vary.add("Accept")
    return response


@problems.get("")
@problems.response(200, ShowMeanings)
@kept_for(300)
@page_for_people("problems.html")
def browse() -> dict[str, Any]:
    """List every problem code with its meaning."""
    return {"items": list(meanings().values())}


@problems.get("/<string:code>")
@problems.response(200, ShowMeaning)
@kept_for(300)
@page_for_people("problem.html")
def show(code: str) -> Meaning:
    """Say what a problem code means."""
    return meaning(code)
