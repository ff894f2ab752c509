from marshmallow import fields

from blueprints.http.schemas import Shows
from marketplace.capability.finishes import FinishKind

SOURCE = {"description": "A key of `sources`.", "example": "en573"}
PER = {"description": "`piece`, `m2` or `lot`.", "example": "piece"}


class ShowFigure(Shows):
    """A number with its unit and the key of its source."""

    value = fields.Float(required=True, metadata={"example": 2700})
    unit = fields.String(required=True, metadata={"example": "kg/m3"})
    source = fields.String(required=True, metadata=SOURCE)


class ShowProcess(Shows):
    """A way of making parts, and the numbers that its times follow from unless a work centre has its own."""

    id = fields.String(required=True, metadata={"example": "cnc_milling"})
    name_en = fields.String(required=True)
    name_zh = fields.String(required=True)
    standard = fields.String(required=True, metadata={"example": "DIN 8589-3"})
    tolerances = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "The classes that it holds by default; a work centre states its own."},
    )
    constants = fields.Dict(keys=fields.String(), values=fields.Nested(ShowFigure), required=True)


class ShowUsualPrice(Shows):
    """What a kilogram usually costs a factory: a suggestion, never a price."""

    currency = fields.String(required=True, metadata={"example": "USD"})
    low_minor_per_kg = fields.Integer(required=True, metadata={"example": 320})
    high_minor_per_kg = fields.Integer(required=True, metadata={"example": 480})
    source = fields.String(required=True, metadata=SOURCE)


class ShowMaterial(Shows):
    """A material, its codes by standard body, and the processes that work it."""

    id = fields.String(required=True, metadata={"example": "aluminium_6061"})
    name_en = fields.String(required=True)
    name_zh = fields.String(required=True)
    processes = fields.List(fields.String(), required=True)
    family = fields.String(required=True, metadata={"example": "aluminium"})
    codes = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, metadata={"example": {"EN": "EN AW-6061"}}
    )
    density = fields.Nested(ShowFigure, required=True)
    figures = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(ShowFigure),
        required=True,
        metadata={"description": "How it is cut, printed or moulded, by name."},
    )
    laser = fields.String(
        required=True, allow_none=True, metadata={"description": "Of `lasers`.", "example": "aluminium"}
    )
    usual_price = fields.Nested(ShowUsualPrice, attribute="price", required=True)
    thickest_mm = fields.Dict(
        keys=fields.String(),
        values=fields.Float(),
        required=True,
        metadata={
            "description": "The thickest sheet that each process works, for those that work sheet.",
            "example": {"laser_cutting": 25},
        },
    )


class ShowLaserTable(Shows):
    """How lasers cut one sort of sheet: by power in kW, rows of thickness (mm) and speed (m/min); seconds to pierce."""

    id = fields.String(required=True, metadata={"example": "carbon_steel"})
    speeds = fields.Dict(
        keys=fields.String(), values=fields.List(fields.List(fields.Float())), required=True, metadata={"example": {}}
    )
    pierce = fields.List(fields.List(fields.Float()), required=True)
    source = fields.String(required=True, metadata=SOURCE)
    pierce_source = fields.String(required=True, metadata=SOURCE)


class ShowFamily(Shows):
    """Materials that take the same finishes."""

    id = fields.String(required=True, metadata={"example": "aluminium"})
    name_en = fields.String(required=True)
    name_zh = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "`metal` or `plastic`.", "example": "metal"})


class ShowChange(Shows):
    """How far each side of a part grows in the finish, in micrometres; below zero it shrinks."""

    low_um = fields.Integer(required=True, metadata={"example": 2})
    high_um = fields.Integer(required=True, metadata={"example": 13})
    source = fields.String(required=True, metadata=SOURCE)


class ShowFinishPrice(Shows):
    """What finishers usually ask for small parts: a suggestion, never a price."""

    currency = fields.String(required=True, metadata={"example": "USD"})
    low_minor = fields.Integer(required=True, metadata={"example": 200})
    high_minor = fields.Integer(required=True, metadata={"example": 800})
    per = fields.String(required=True, metadata=PER)
    source = fields.String(required=True, metadata=SOURCE)


class ShowFinish(Shows):
    """A finish and what it suits: families or kinds of material, and processes if not all."""

    id = fields.String(required=True, metadata={"example": "anodised_clear"})
    name_en = fields.String(required=True)
    name_zh = fields.String(required=True)
    says = fields.String(required=True)
    kind = fields.Enum(
        FinishKind,
        by_value=True,
        required=True,
        metadata={"description": "What it does; a part has at most one of a kind.", "example": "layer"},
    )
    families = fields.List(fields.String(), required=True)
    processes = fields.List(fields.String(), required=True, metadata={"description": "Empty: all."})
    standard = fields.String(required=True, metadata={"example": "ISO 7599"})
    priced_by = fields.List(fields.String(), required=True, metadata={"example": ["lot", "piece"]})
    change = fields.Nested(ShowChange, required=True)
    usual_price = fields.Nested(ShowFinishPrice, attribute="price", required=True)
    lead_days = fields.Integer(required=True)


class ShowRange(Shows):
    """Sizes over one and up to the other may lie so far from the nominal, to either side."""

    over_mm = fields.Float(required=True)
    to_mm = fields.Float(required=True)
    deviation_um = fields.Float(required=True)


class ShowTolerance(Shows):
    """A tolerance class; the higher its rank, the tighter."""

    id = fields.String(required=True, metadata={"example": "standard"})
    rank = fields.Integer(required=True)
    name_en = fields.String(required=True)
    name_zh = fields.String(required=True)
    standard = fields.String(required=True, metadata={"example": "ISO 2768-1 m"})
    ranges = fields.List(fields.Nested(ShowRange), required=True)


class ShowLevel(Shows):
    """An inspection level: nothing, every piece, or a sample by a general level and an AQL in per cent."""

    id = fields.String(required=True, metadata={"example": "standard"})
    name_en = fields.String(required=True)
    name_zh = fields.String(required=True)
    says = fields.String(required=True)
    general = fields.String(required=True, allow_none=True, metadata={"example": "II"})
    aql = fields.Float(required=True, allow_none=True, metadata={"example": 2.5})
    is_full = fields.Boolean(required=True)
    has_first_article = fields.Boolean(required=True)


class ShowCodeLetters(Shows):
    """ISO 2859-1, table 1: the code letter of a lot of up to so many pieces at each general level."""

    to = fields.Integer(required=True)
    I = fields.String(required=True)  # noqa: E741 - the standard's names of its levels
    II = fields.String(required=True)
    III = fields.String(required=True)


class ShowPlan(Shows):
    """ISO 2859-1, table 2-A: of a letter and an AQL, how many are inspected and how many defects they may show."""

    letter = fields.String(required=True)
    aql = fields.Float(required=True)
    sample = fields.Integer(required=True)
    accept = fields.Integer(required=True)
    reject = fields.Integer(required=True)


class ShowInspection(Shows):
    """What "inspected" means."""

    levels = fields.List(fields.Nested(ShowLevel), required=True)
    code_letters = fields.List(fields.Nested(ShowCodeLetters), required=True)
    plans = fields.List(fields.Nested(ShowPlan), required=True)


class ShowCertificate(Shows):
    """A certificate that can be required: who issues it, what it covers, where it can be checked."""

    id = fields.String(required=True, metadata={"example": "iso_9001"})
    name_en = fields.String(required=True)
    name_zh = fields.String(required=True)
    kind = fields.String(
        required=True,
        metadata={"description": "`management`, `competence`, `document` or `declaration`.", "example": "management"},
    )
    standard = fields.String(required=True)
    body = fields.String(required=True)
    covers = fields.String(required=True)
    checked_at = fields.String(required=True)


class ShowCatalogue(Shows):
    """What can be asked for, with a source for every number."""

    version = fields.String(
        required=True, metadata={"description": "A hash of all that follows.", "example": "9b1f04c2a7de"}
    )
    processes = fields.List(fields.Nested(ShowProcess), required=True)
    materials = fields.List(fields.Nested(ShowMaterial), required=True)
    lasers = fields.List(fields.Nested(ShowLaserTable), required=True)
    families = fields.List(fields.Nested(ShowFamily), required=True)
    finishes = fields.List(fields.Nested(ShowFinish), required=True)
    tolerances = fields.List(fields.Nested(ShowTolerance), required=True)
    inspection = fields.Nested(ShowInspection, required=True)
    certificates = fields.List(fields.Nested(ShowCertificate), required=True)
    sources = fields.Dict(
        keys=fields.String(), values=fields.String(), required=True, metadata={"description": "Sources by their keys."}
    )
