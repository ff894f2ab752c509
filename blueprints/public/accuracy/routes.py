"""How good the published figures are, by what factories' own past jobs took."""

from typing import Any

from blueprints.http.caching import kept_for
from blueprints.public.accuracy.schemas import ShowAccuracies
from blueprints.public.door import door
from marketplace.calibration import queries

room = door.room("accuracy", "How far published figures were from the truth.")


@room.get("")
@room.response(200, ShowAccuracies)
@room.alt_response(304, description="Not changed since you read it (If-None-Match).")
@kept_for(300)
def show() -> dict[str, Any]:
    """Show, per process, how far computed times were from what jobs truly took, and how often inside the interval.

    Of each work centre the latest calibration that its factory accepted; never of fewer than three factories.
    """
    return {"fewest_factories": queries.FEWEST_FACTORIES, "processes": queries.accuracy()}
