"""Two kinds of room behind one door: those that anyone may enter to become known, and those for whom we know."""

from flask import request

from blueprints.http import identity
from blueprints.http.rooms import SESSION, Door

FOR_STRANGERS = frozenset({"/v1/account/sign-up", "/v1/account/session"})
"""Signing up, and logging in (POST only)."""


def known_or_arriving() -> None:
    if request.method == "POST" and request.path in FOR_STRANGERS:
        identity.from_here()
    else:
        identity.known()


door = Door("account", guard=known_or_arriving, security=(SESSION,))
