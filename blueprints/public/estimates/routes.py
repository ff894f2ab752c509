"""Prices for strangers: no login, no file, no listing named."""

from typing import Any

from flask import request

from blueprints.http.ports import charges
from blueprints.public.door import door
from blueprints.public.estimates.schemas import AskForEstimate, ShowEstimates
from marketplace.accounts import throttling
from marketplace.workflows.pricing import estimating
from marketplace.workflows.pricing.estimating import Numbers

estimates = door.room("estimates", "What a part of plain numbers would cost: prices only, indicative, never an offer.")


@estimates.post("")
@estimates.arguments(AskForEstimate)
@estimates.response(200, ShowEstimates)
def estimate(numbers: Numbers) -> dict[str, Any]:
    """Estimate what a part would cost, by its numbers alone.

    The median and the range, before tax, over all live listings that could make it, and what the lot usually costs
    where none could.
    Nothing is kept but how often an address asks: thirty tries at once, then one every two seconds. Every ten pairs of
    a process and a material that are priced count as a try, so name what you can.
    """
    asks = throttling.client(request.remote_addr)
    throttling.count(throttling.ESTIMATE_FROM_IP, asks, tries=estimating.tries(numbers))
    return {"estimates": estimating.of_numbers(numbers, charges=charges())}
