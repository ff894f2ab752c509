"""Your reputation, and every event that made it."""

from typing import Any

from blueprints.factory.door import door
from blueprints.factory.reputation.schemas import ShowOwnReputation
from blueprints.http.identity import actor
from marketplace.reputation import service

reputation = door.room("reputation", "What your own jobs say of you, job by job.")


@reputation.get("")
@reputation.response(200, ShowOwnReputation)
def show() -> dict[str, Any]:
    """Show your figures with the events behind each."""
    figures = [
        {
            "name": figure.name,
            "value": figure.value,
            "own_points": figure.own_points,
            "mean": figure.mean,
            "events": behind,
        }
        for figure, behind in service.of_factory(actor().organisation)
    ]
    return {"figures": figures}
