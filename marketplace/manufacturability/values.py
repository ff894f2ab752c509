"""Rules and findings."""

from dataclasses import dataclass
from enum import StrEnum

Vector = tuple[float, float, float]


class Severity(StrEnum):
    """What a finding does to the price: nothing is priced that is blocked."""

    BLOCKS = "blocks"
    WARNS = "warns"


class Metric(StrEnum):
    """What a rule looks at; `metrics.py` reads it off a measurement."""

    OPEN_BODIES = "open_bodies"
    BODIES = "bodies"
    HOLE_DIAMETER = "hole_diameter"
    HOLE_DEPTH_RATIO = "hole_depth_ratio"
    SMALLEST_SIDE = "smallest_side"
    LARGEST_SIDE = "largest_side"
    MEAN_WALL = "mean_wall"
    SLENDERNESS = "slenderness"


class Bound(StrEnum):
    """On which side of its limit a value breaks the rule; at the limit it never does."""

    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Rule:
    """One limit of one process. Of the rules of one `topic` only the gravest that is broken speaks."""

    id: str
    topic: str
    process: str | None
    metric: Metric
    bound: Bound
    limit: float
    unit: str
    severity: Severity
    message: str
    source: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A value read off a part and, where it has one, its place."""

    value: float
    place: Vector | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A remark for the customer: which rule, what was measured, what the limit is, where, and who says so."""

    rule: str
    severity: Severity
    message: str
    value: float
    limit: float
    unit: str
    place: Vector | None
    source: str
