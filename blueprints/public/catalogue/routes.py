"""The catalogue: processes and materials, with a source for every number."""

from typing import Any

from blueprints.http.caching import kept_for
from blueprints.public.catalogue.schemas import ShowCatalogue
from blueprints.public.door import door
from marketplace.capability import catalogue
from marketplace.costing.constants import sources

room = door.room("catalogue", "What can be asked for: processes and materials.")


@room.get("")
@room.response(200, ShowCatalogue)
@room.alt_response(304, description="Not changed since you read it (If-None-Match).")
@kept_for(300)
def show() -> dict[str, Any]:
    """Show the processes and materials that can be asked for.

    Names in English and Chinese, codes by standard body, densities; each number names its source.
    """
    materials = list(catalogue.materials().values())
    cited = {source for each in materials for source in (each.density.source, each.price.source)}
    return {
        "processes": list(catalogue.processes().values()),
        "materials": materials,
        "sources": {key: text for key, text in sources().items() if key in cited},
    }
