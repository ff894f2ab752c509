"""Delays that were the carrier's or the platform's doing."""

from typing import Any

from blueprints.admin.delays.schemas import ExcuseDelay, ShowExcusedDelay
from blueprints.admin.door import door
from blueprints.http.identity import actor
from marketplace.kernel.transaction import transaction
from marketplace.orders import queries as orders
from marketplace.reputation import service
from marketplace.reputation.models import ExcusedDelay

delays = door.room("delays", "Lateness that is not counted against a factory.")


@delays.post("")
@delays.arguments(ExcuseDelay)
@delays.response(201, ShowExcusedDelay)
def excuse(found: dict[str, Any]) -> ExcusedDelay:
    """Put a job's lateness down to the carrier or the platform, with a reason: it no longer counts for its factory."""
    with transaction():
        job = orders.job_to_change(found.pop("job_id"))
        return service.excuse(job, by=actor(), **found)
