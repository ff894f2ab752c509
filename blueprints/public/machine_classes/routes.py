"""Machine classes: what a factory of a usual kind starts from."""

from typing import Any

from blueprints.http.caching import kept_for
from blueprints.public.door import door
from blueprints.public.machine_classes.schemas import ShowMachineClasses
from marketplace.capability.machine_classes import classes
from marketplace.costing.constants import sources

room = door.room("machine-classes", "Usual machines, with rates and terms to start from.")


@room.get("")
@room.response(200, ShowMachineClasses)
@room.alt_response(304, description="Not changed since you read it (If-None-Match).")
@kept_for(300)
def show() -> dict[str, Any]:
    """Show the classes of machines: envelope, power, rates by currency, terms, figures of their own."""
    found = list(classes().values())
    cited = set().union(*(each.cited for each in found))
    return {
        "machine_classes": found,
        "sources": {key: text for key, text in sources().items() if key in cited},
    }
