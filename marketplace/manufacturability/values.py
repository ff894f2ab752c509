"""Rules and findings."""

from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct

Vector = tuple[float, float, float]


class Severity(StrEnum):
    """What a finding does to the price: nothing is priced that is blocked. Gravest first."""

    BLOCKS = "blocks"
    WARNS = "warns"
    INFORMS = "informs"


class Process(StrEnum):
    """The processes that parts are judged for, by their ids in the catalogue."""

    FDM = "fdm"
    SLA = "sla"
    SLS = "sls"
    MJF = "mjf"
    METAL_PBF = "metal_pbf"
    CNC_MILLING = "cnc_milling"
    CNC_MILLING_5AXIS = "cnc_milling_5axis"
    TURNING = "turning"
    LASER_CUTTING = "laser_cutting"
    BENDING = "bending"
    INJECTION_MOULDING = "injection_moulding"


class Metric(StrEnum):
    """What a rule looks at; `metrics.py` and `sheets.py` read it off a measurement and say what it is."""

    OPEN_BODIES = "open_bodies"
    BODIES = "bodies"
    FLAT_DRAWINGS = "flat_drawings"
    OVERLAPS = "overlaps"
    TANGLES = "tangles"
    WALL = "wall"
    LARGEST_SIDE = "largest_side"
    DOUBTFUL_UNITS = "doubtful_units"
    CAVITIES = "cavities"
    HOLE_DEPTH_RATIO = "hole_depth_ratio"
    HOLE_DIAMETER = "hole_diameter"
    THREAD_SIZE = "thread_size"
    THREAD_DEPTH_RATIO = "thread_depth_ratio"
    SMALLEST_SIDE = "smallest_side"
    THIN_WALLS = "thin_walls"
    BENDS = "bends"
    INNER_RADIUS = "inner_radius"
    CORNER_DEPTH_RATIO = "corner_depth_ratio"
    SHARP_EDGES = "sharp_edges"
    POCKET_DEPTH_RATIO = "pocket_depth_ratio"
    TOOL_RATIO = "tool_ratio"
    HIDDEN_SHARE = "hidden_share"
    TILTED_SETUPS = "tilted_setups"
    SETUPS = "setups"
    NOT_TURNED = "not_turned"
    ROUND_SHARE = "round_share"
    TURNED_LENGTH_RATIO = "turned_length_ratio"
    SUPPORT_SHARE = "support_share"
    OVERHANG_SHARE = "overhang_share"
    SLENDERNESS = "slenderness"
    DRAWN_PARTS = "drawn_parts"
    NOT_SHEET = "not_sheet"
    OPEN_CHAINS = "open_chains"
    UNCLEAR_OUTLINES = "unclear_outlines"
    DUPLICATES = "duplicates"
    WEB = "web"
    DRAWN_HOLE = "drawn_hole"
    HOLE_THICKNESS_RATIO = "hole_thickness_ratio"
    BEND_RADIUS_RATIO = "bend_radius_ratio"
    HOLE_TO_BEND = "hole_to_bend"
    HOLE_TO_BEND_PAST_RADIUS = "hole_to_bend_past_radius"
    FLANGE_PAST_RADIUS = "flange_past_radius"
    UPRIGHT_SHARE = "upright_share"
    SLIGHT_SHARE = "slight_share"
    UNDERCUT_SHARE = "undercut_share"
    THICKEST_WALL = "thickest_wall"
    WALL_RATIO = "wall_ratio"


class Bound(StrEnum):
    """On which side of its limit a value breaks the rule; at the limit it never does."""

    BELOW = "below"
    ABOVE = "above"


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """One limit of some processes, of all unless it names them. Of the rules of a `topic` the gravest broken speaks."""

    id: str
    topic: str
    metric: Metric
    bound: Bound
    limit: float
    unit: str
    severity: Severity
    message: str
    source: str
    processes: tuple[Process, ...] = tuple(Process)


@dataclass(frozen=True, slots=True)
class Reading:
    """A value read off a part and, where it has them, its place and its faces."""

    value: float
    place: Vector | None = None
    faces: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A remark for the customer: which rule, what was measured, what the limit is, where, and who says so.

    `faces` are numbers of the file's faces as the measurement has them, `place` is a point in mm.
    """

    rule: str
    severity: Severity
    message: str
    value: float
    limit: float
    unit: str
    place: Vector | None
    source: str
    faces: tuple[int, ...] = ()
