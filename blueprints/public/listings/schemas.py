from marshmallow import fields, validate

from blueprints.http.schemas import Query, Shows, page_of
from marketplace.listings.paging import ListingRequest


class ListingQuery(Query):
    """Which listings."""

    makes = ListingRequest

    process = fields.String(
        load_default=None,
        validate=validate.Length(1, 60),
        metadata={"description": "Only this process of the catalogue.", "example": "cnc_milling"},
    )


class ShowFactory(Shows):
    """Who offers it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    country = fields.String(required=True, metadata={"description": "ISO 3166-1 alpha-2", "example": "VN"})


class ShowPublicListing(Shows):
    """A work centre's capacity, offered to everyone. Prices come with a quote."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    terms = fields.String(required=True)
    process = fields.String(required=True, metadata={"example": "cnc_milling"})
    factory = fields.Nested(ShowFactory, attribute="organisation", required=True)
    envelope_mm = fields.List(
        fields.Integer(),
        attribute="work_centre.envelope_mm",
        required=True,
        metadata={"description": "The largest part, three extents ascending.", "example": [200, 300, 400]},
    )
    materials = fields.List(fields.String(), attribute="work_centre.materials", required=True)
    handling_days = fields.Integer(attribute="work_centre.handling_days", required=True)


PublicListingPage = page_of(ShowPublicListing)
