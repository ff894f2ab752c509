"""What a factory's own jobs say of it, by a published formula."""

from typing import Any
from uuid import UUID

from blueprints.public.door import door
from blueprints.public.reputation.schemas import ShowReputation
from marketplace.kernel import clock
from marketplace.reputation import rules, service

reputation = door.room(
    "reputation", "On time, right first time, quick to answer: by what happened.", path="/factories/<uuid:factory_id>"
)


@reputation.get("/reputation")
@reputation.response(200, ShowReputation)
def show(factory_id: UUID) -> dict[str, Any]:
    """Show a factory's figures, how many jobs each is made from, and the formula to reckon them again."""
    figures = [
        {
            "name": figure.name,
            "means": rules.MEANS[figure.name],
            "unit": rules.UNITS[figure.name],
            "value": figure.value,
            "events": figure.events,
            "own_points": figure.own_points,
            "mean": figure.mean,
        }
        for figure, _ in service.of_factory(factory_id)
    ]
    return {
        "factory_id": factory_id,
        "since": clock.now() - rules.LOOKED_BACK,
        "formula": rules.FORMULA,
        "prior_weight": rules.PRIOR_WEIGHT,
        "figures": figures,
    }
