from blueprints.http.rooms import Door


def anyone() -> None:
    """Nobody is turned away here; nothing here is anybody's own."""


door = Door("public", guard=anyone, security=(), prefix="/v1")
