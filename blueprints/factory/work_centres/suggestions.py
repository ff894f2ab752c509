"""A rate card to start from: suggested by the class of machine, edited and set by the factory."""

from typing import Any
from uuid import UUID

from blueprints.factory.work_centres.routes import work_centres
from blueprints.factory.work_centres.suggestion_schemas import AskForSuggestion, ShowSuggestion, Wanted
from blueprints.http.identity import actor
from marketplace.capability import machine_classes, queries
from marketplace.costing.constants import sources


@work_centres.get("/<uuid:work_centre_id>/rate-card-suggestion")
@work_centres.arguments(AskForSuggestion, location="query")
@work_centres.response(200, ShowSuggestion)
def suggest_rate_card(wanted: Wanted, work_centre_id: UUID) -> dict[str, Any]:
    """Suggest a whole rate card by a class of machines: edit it, and send it to POST …/rate-cards.

    Where `fill_in` names materials, price those first.
    """
    centre = queries.work_centre(actor(), work_centre_id)
    found = machine_classes.suggestion(centre, wanted.machine_class, wanted.currency, wanted.material_markup_bps)
    cited = found.machine_class.cited | {price.source for price in found.materials.values()}
    return {
        "machine_class": found.machine_class,
        "card": found.card,
        "unpriced": found.unpriced,
        "materials": found.materials,
        "material_markup_bps": found.material_markup_bps,
        "sources": {key: text for key, text in sources().items() if key in cited},
    }
