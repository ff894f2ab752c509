"""The catalogue as one document: the same for the route and for the published file, named by a hash of its content."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from blueprints.public.catalogue.schemas import ShowCatalogue
from marketplace.capability import catalogue, certificates, finishes
from marketplace.costing import sampling, tolerances
from marketplace.costing.constants import constants, sources

VERSION_LENGTH: Final = 12
"""Hexadecimal digits: 48 bits tell any two catalogues of one marketplace apart."""


@cache
def document() -> Mapping[str, Any]:
    """Everything that can be asked for, as plain JSON values, with its version."""
    shown: dict[str, Any] = ShowCatalogue(exclude=("version",)).dump(content())
    return {"version": version_of(shown), **shown}


def version_of(shown: Mapping[str, Any]) -> str:
    """The first digits of the SHA-256 of the content: it changes if and only if something in the catalogue does."""
    canonical = json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:VERSION_LENGTH]


def content() -> dict[str, Any]:
    """The sections of the catalogue, and of the sources those that they cite."""
    sections: dict[str, Any] = {
        "processes": [process(each) for each in catalogue.processes().values()],
        "materials": list(catalogue.materials().values()),
        "lasers": list(catalogue.lasers().values()),
        "families": list(finishes.families().values()),
        "finishes": list(finishes.finishes().values()),
        "tolerances": list(tolerances.classes().values()),
        "inspection": {
            "levels": list(sampling.levels().values()),
            "code_letters": sampling.tables()["lot"],
            "plans": list(plans()),
        },
        "certificates": list(certificates.certificates().values()),
    }
    cited = set(citations())
    return {**sections, "sources": {key: text for key, text in sources().items() if key in cited}}


def process(each: catalogue.Process) -> dict[str, Any]:
    """A process with the tolerances that it holds by default and the constants of its routing."""
    own = constants(each.id)
    return {
        "id": each.id,
        "name_en": each.name_en,
        "name_zh": each.name_zh,
        "standard": each.standard,
        "tolerances": [name for name in tolerances.classes() if f"tolerance_{name}" in own],
        "constants": own,
    }


def plans() -> Iterator[dict[str, Any]]:
    """Each sampling plan, its arrows followed."""
    for row in sampling.tables()["plan"]:
        for aql in sampling.tables()["aqls"]:
            found = sampling.single(row["letter"], aql)
            yield {
                "letter": row["letter"],
                "aql": aql,
                "sample": found.sample,
                "accept": found.accept,
                "reject": found.reject,
            }


def citations() -> Iterator[str]:
    """The key of each source that a number of the catalogue names."""
    for process_id in catalogue.processes():
        yield from (each.source for each in constants(process_id).values())
    for material in catalogue.materials().values():
        yield from (material.density.source, material.price.source)
        yield from (each.source for each in material.figures.values())
    for table in catalogue.lasers().values():
        yield from (table.source, table.pierce_source)
    for finish in finishes.finishes().values():
        yield from (finish.change.source, finish.price.source)
