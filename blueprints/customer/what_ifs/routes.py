"""What-ifs: variants of a requirement, priced and dated live beside it."""

from typing import Any

from blueprints.customer.door import door
from blueprints.customer.what_ifs.schemas import AskWhatIf, ShowWhatIf
from blueprints.http.identity import actor
from blueprints.http.ports import charges
from marketplace.workflows.pricing import what_if
from marketplace.workflows.pricing.what_if import WhatIf

what_ifs = door.room("what-ifs", "What a part would cost otherwise: nothing is frozen and nothing is kept.")


@what_ifs.post("")
@what_ifs.arguments(AskWhatIf)
@what_ifs.response(200, ShowWhatIf)
def ask(asked: WhatIf) -> dict[str, Any]:
    """Price variants of a requirement beside it.

    Each variant is answered as a quote would be, by every eligible live listing. What stands against one variant stands
    in its `problem`; the others are priced all the same. Nothing is written, so a variant is ordered by asking for its
    quote.
    """
    base, *variants = what_if.ask(asked, by=actor(), charges=charges())
    return {"base": base, "variants": variants}
