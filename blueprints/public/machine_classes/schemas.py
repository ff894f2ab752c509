from marshmallow import fields

from blueprints.http.schemas import Shows


class ShowHourlyRate(Shows):
    """What an hour usually costs: a suggestion, never a price."""

    low_minor_per_h = fields.Integer(required=True)
    usual_minor_per_h = fields.Integer(required=True)
    high_minor_per_h = fields.Integer(required=True)
    source = fields.String(required=True, metadata={"description": "A key of `sources`."})


class ShowPower(Shows):
    """What a machine draws while it works."""

    value = fields.Float(required=True, metadata={"example": 7.5})
    unit = fields.String(required=True, metadata={"example": "kW"})
    source = fields.String(required=True, metadata={"description": "A key of `sources`."})


class ShowMachineClass(Shows):
    """A usual kind of machine, and the terms that its factories start from."""

    id = fields.String(required=True, metadata={"example": "mill_3axis_small"})
    process = fields.String(required=True)
    name_en = fields.String(required=True)
    name_zh = fields.String(required=True)
    envelope_mm = fields.List(fields.Integer(), required=True, metadata={"description": "Ascending."})
    power_kw = fields.Nested(ShowPower, required=True)
    tolerance = fields.String(required=True, metadata={"description": "The tightest class that it usually holds."})
    machine = fields.Dict(keys=fields.String(), values=fields.Nested(ShowHourlyRate), required=True)
    labour = fields.Dict(keys=fields.String(), values=fields.Nested(ShowHourlyRate), required=True)
    minimum_order_minor = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    margin_bps = fields.Integer(required=True)
    material_markup_bps = fields.Integer(
        required=True, metadata={"description": "On what a kilogram usually costs a factory, in 1/100 %."}
    )
    breaks = fields.List(fields.Dict(), required=True)
    tiers = fields.Dict(required=True)
    limits = fields.Dict(required=True)
    constants = fields.Dict(
        keys=fields.String(),
        values=fields.Float(),
        required=True,
        metadata={"description": "In place of published figures.", "example": {"spindle_limit": 10_000}},
    )


class ShowMachineClasses(Shows):
    """Every class of machines, with a source for every rate."""

    machine_classes = fields.List(fields.Nested(ShowMachineClass), required=True)
    sources = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
