from marshmallow import fields

from blueprints.http.schemas import Shows


class ShowProcess(Shows):
    """A way of making parts."""

    id = fields.String(required=True, metadata={"example": "cnc_milling"})
    name_en = fields.String(required=True)
    name_zh = fields.String(required=True)
    standard = fields.String(required=True, metadata={"example": "DIN 8589-3"})


class ShowFigure(Shows):
    """A number with its unit and the key of its source."""

    value = fields.Float(required=True, metadata={"example": 2700})
    unit = fields.String(required=True, metadata={"example": "kg/m3"})
    source = fields.String(required=True, metadata={"description": "A key of `sources`.", "example": "en573"})


class ShowUsualPrice(Shows):
    """What a kilogram usually costs a factory: a suggestion, never a price."""

    currency = fields.String(required=True, metadata={"example": "USD"})
    low_minor_per_kg = fields.Integer(required=True, metadata={"example": 320})
    high_minor_per_kg = fields.Integer(required=True, metadata={"example": 480})
    source = fields.String(required=True, metadata={"description": "A key of `sources`."})


class ShowMaterial(Shows):
    """A material, its codes by standard body, and the processes that work it."""

    id = fields.String(required=True, metadata={"example": "aluminium_6061"})
    name_en = fields.String(required=True)
    name_zh = fields.String(required=True)
    processes = fields.List(fields.String(), required=True)
    codes = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, metadata={"example": {"EN": "EN AW-6061"}}
    )
    density = fields.Nested(ShowFigure, required=True)
    usual_price = fields.Nested(ShowUsualPrice, attribute="price", required=True)


class ShowCatalogue(Shows):
    """What can be asked for, with a source for every number."""

    processes = fields.List(fields.Nested(ShowProcess), required=True)
    materials = fields.List(fields.Nested(ShowMaterial), required=True)
    sources = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, metadata={"description": "Sources by their keys."}
    )
