"""A part by every process, side by side."""

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from blueprints.customer.parts.routes import REVISION, parts
from blueprints.customer.quotes.schemas import CONTROLLED
from blueprints.customer.what_ifs.schemas import ShowAnswer, ShowRefusal
from blueprints.http.estimates import ShowIndicative
from blueprints.http.fields import CatalogueId, Country, Currency
from blueprints.http.identity import actor
from blueprints.http.ports import charges
from blueprints.http.schemas import Accepts, Shows
from marketplace.workflows.pricing import side_by_side
from marketplace.workflows.pricing.side_by_side import Look


class LookAtProcesses(Accepts):
    """What is asked of every process alike."""

    makes = Look

    quantity = fields.Integer(required=True, validate=validate.Range(1, 1_000_000), metadata={"example": 25})
    currency = Currency(required=True, metadata={"example": "EUR"})
    tolerance = CatalogueId(load_default="standard", metadata={"example": "standard"})
    thickness_um = fields.Integer(
        load_default=None,
        validate=validate.Range(1, 1_000_000),
        metadata={"description": "Of the sheet in µm, where the file cannot say it."},
    )
    deliver_to = Country(load_default=None)
    is_controlled = fields.Boolean(load_default=False, truthy={"true"}, falsy={"false"}, metadata=CONTROLLED)


class ShowTried(Shows):
    """A material that was tried, by its best answer."""

    material = fields.String(required=True, attribute="wanted.material")
    eligible = fields.Integer(required=True, allow_none=True, attribute="answers.eligible", dump_default=None)
    answer = fields.Nested(ShowAnswer, required=True, allow_none=True)
    indicative = fields.Nested(ShowIndicative, required=True, allow_none=True)
    problem = fields.Nested(ShowRefusal, required=True, allow_none=True)


class ShowWay(Shows):
    """A process: what stands against the part, and what it costs by the material that costs least."""

    process = fields.String(required=True, attribute="process.id", metadata={"example": "cnc_milling"})
    name_en = fields.String(required=True, attribute="process.name_en")
    name_zh = fields.String(required=True, attribute="process.name_zh")
    is_blocked = fields.Boolean(required=True, metadata={"description": "Whether a finding forbids a price."})
    findings = fields.List(
        fields.Dict(),
        required=True,
        metadata={"description": "What stands against the part by this process, whatever the material; gravest first."},
    )
    doubts = fields.List(fields.String(), required=True, attribute="best.answers.doubts", dump_default=[])
    carbon_kg = fields.Float(required=True, allow_none=True, attribute="best.carbon_kg")
    best = fields.Nested(ShowTried, required=True)
    materials = fields.List(fields.Nested(ShowTried), required=True)


class ShowWays(Shows):
    """Every process of the catalogue, in its order."""

    processes = fields.List(fields.Nested(ShowWay), required=True)


@parts.get(f"{REVISION}/processes")
@parts.arguments(LookAtProcesses, location="query")
@parts.response(200, ShowWays)
def show_processes(look: Look, part_id: UUID, number: int) -> dict[str, Any]:
    """Compare what a revision costs by every process.

    Each is answered live, as a quote would be, in every material that it works; where no listing answers, it is shown
    what the lot usually costs.
    """
    ways = side_by_side.of_revision(part_id, number, look, by=actor(), charges=charges())
    return {"processes": ways}
