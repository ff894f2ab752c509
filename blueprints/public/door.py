"""What anyone may see: the public part of the API, and pages for people at the root of the site."""

from blueprints.http.rooms import Door


def anyone() -> None:
    """Nobody is turned away here; nothing here is anybody's own."""


door = Door("public", guard=anyone, security=(), prefix="/v1")
pages = Door("pages", guard=anyone, security=(), prefix="")
