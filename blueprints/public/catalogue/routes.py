"""The catalogue: everything that can be asked for, with a source for every number."""

from typing import Any, Final

from blueprints.http.caching import kept_for
from blueprints.public.catalogue.document import content, document
from blueprints.public.catalogue.schemas import ShowCatalogue
from blueprints.public.door import door

room = door.room("catalogue", "What can be asked for: processes, materials, finishes, tolerances, inspection.")

A_DAY: Final = 86_400


@room.get("")
@room.response(200, ShowCatalogue)
@room.alt_response(304, description="Not changed since you read it (If-None-Match).")
@kept_for(A_DAY)
def show() -> dict[str, Any]:
    """Show everything that can be asked for: processes, materials, finishes, tolerances, inspection, certificates.

    Names in English and Chinese, codes by standard body, the constants of every routing; each number names its source.
    `version` changes if and only if something else here does; the same document is published as a file of that name.
    """
    return {"version": document()["version"], **content()}
