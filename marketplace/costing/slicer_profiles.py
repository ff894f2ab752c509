"""A factory's PrusaSlicer profile as constants of its FDM work centre: “import my slicer profile”. Pure.

What is read is the flat .ini that PrusaSlicer exports (File, Export, Export Config), its names and defaults as its
manual gives them (help.prusa3d.com, PrusaSlicer settings).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from marketplace.costing.constants import constants
from marketplace.costing.errors import SlicerProfileUnreadable
from marketplace.costing.own_constants import Range, replaceable
from marketplace.costing.values import Figure

PROCESS: Final = "fdm"
"""What is printed by such a profile."""
MOST_BYTES: Final = 1 << 18
"""Of text; an exported profile has about ten thousand characters."""
THINNEST_MM: Final = 0.01
"""Of a layer; thinner ones no nozzle prints."""
UNLIMITED: Final = 1e6
"""Where a profile sets no limit."""
AUTOMATIC_WIDTH: Final = 1.125
"""Of the nozzle: the width of a line where the profile leaves it to the slicer."""

_CURVED: Final = frozenset(
    {"gyroid", "honeycomb", "3dhoneycomb", "hilbertcurve", "archimedeanchords", "octagramspiral"}
)
"""Patterns whose lines bend all the way; the others run straight from wall to wall."""
_WIPE_S_PER_MM: Final = 0.155
_LAG: Final = 2.5
"""Drawing back and pushing forward, in lengths at full speed: two, and half for speeding up and braking."""


def read(ini: str) -> dict[str, Figure]:
    """The constants that an exported profile sets, each with the source `work_centre`.

    Raises SlicerProfileUnreadable when a setting that we need is missing or not a number.
    """
    if len(ini) > MOST_BYTES:
        raise SlicerProfileUnreadable("A profile is a text of some kilobytes; this is no profile.")
    settings = dict(_setting(line) for line in ini.splitlines() if "=" in line and not line.startswith(("#", ";")))
    known = constants(PROCESS)
    return {
        name: Figure(value, known[name].unit, "work_centre") for name, value in _values(_Settings(settings)).items()
    }


@dataclass(frozen=True, slots=True)
class Meant:
    """A constant that a profile means: as it says, and as a work centre may have it, beside the published one."""

    name: str
    unit: str
    published: float
    stated: float
    own: float
    """The figure nearest to what is stated that a work centre may have."""

    @property
    def is_as_stated(self) -> bool:
        """Whether a work centre may have just what the profile says."""
        return math.isclose(self.own, self.stated)


def meant(ini: str) -> list[Meant]:
    """What a profile means for a work centre that prints: every constant that it sets, by name.

    Raises SlicerProfileUnreadable.
    """
    published, ranges = constants(PROCESS), replaceable(PROCESS)
    return [
        Meant(name, stated.unit, published[name].value, stated.value, _nearest(stated.value, ranges[name]))
        for name, stated in sorted(read(ini).items())
    ]


def _nearest(value: float, range_: Range) -> float:
    """The figure of the range that is nearest."""
    whole = float(round(value)) if range_.is_whole else value
    return min(max(whole, range_.smallest), range_.largest)


def _setting(line: str) -> tuple[str, str]:
    name, _, value = line.partition("=")
    return name.strip(), value.strip()


class _Settings:
    """Settings by name; of a list, one for each extruder, the first."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings

    def text(self, name: str, default: str | None = None) -> str:
        found = self._settings.get(name, default)
        if found is None:
            raise SlicerProfileUnreadable(
                f"The profile does not set {name}. Export it from PrusaSlicer with File, Export, Export Config.",
                setting=name,
            )
        return found.split(",")[0].strip()

    def number(self, name: str, *, of: float = 1.0) -> float:
        """A number; where the profile gives a percentage, that share `of` another figure."""
        text = self.text(name)
        try:
            value = float(text.removesuffix("%")) * (of / 100 if text.endswith("%") else 1)
        except ValueError:
            value = math.nan
        if not 0 <= value <= UNLIMITED:
            raise SlicerProfileUnreadable(f"{name} = {text[:40]!r} is no number that we can use.", setting=name)
        return value

    def own(self, name: str) -> float:
        """The filament's own figure for a setting of the printer, where it has one."""
        own = f"filament_{name}"
        return self.number(own if self._settings.get(own, "nil").split(",")[0] != "nil" else name)

    def limit(self, name: str, read: Callable[[str], float] | None = None) -> float:
        """A limit, where 0 means none."""
        return (read or self.number)(name) or UNLIMITED


def _values(settings: _Settings) -> dict[str, float]:
    height = settings.number("layer_height")
    if height < THINNEST_MM:
        raise SlicerProfileUnreadable(
            f"A profile prints in layers: layer_height is at least {THINNEST_MM} mm.", setting="layer_height"
        )
    return {
        "layer_height": height,
        "first_layer_height": settings.number("first_layer_height", of=height),
        "walls": max(1.0, settings.number("perimeters")),
        "top_layers": _solid_layers(settings, "top", height),
        "bottom_layers": _solid_layers(settings, "bottom", height),
        "infill_share": settings.number("fill_density", of=1),
        "infill_overlap": settings.number("infill_overlap", of=1),
        "bridge_flow": settings.number("bridge_flow_ratio", of=1),
        "flow": settings.number("extrusion_multiplier", of=1),
        "skirt_loops": settings.number("skirts"),
        "skirt_layers": settings.number("skirt_height"),
        "skirt_distance": settings.number("skirt_distance"),
        "brim_width": settings.number("brim_width"),
        **_widths(settings, height),
        **_speeds(settings),
        **_motion(settings),
        **_pattern(settings),
        **_support(settings),
    }


def _solid_layers(settings: _Settings, side: str, height: float) -> float:
    """So many layers, and at least so thick."""
    least = math.ceil(settings.number(f"{side}_solid_min_thickness") / height - 1e-9)
    return max(settings.number(f"{side}_solid_layers"), least)


def _widths(settings: _Settings, height: float) -> dict[str, float]:
    usual = settings.number("extrusion_width", of=height) or AUTOMATIC_WIDTH * settings.number("nozzle_diameter")
    names = {
        "outer_line_width": "external_perimeter",
        "line_width": "perimeter",
        "infill_line_width": "infill",
        "top_line_width": "top_infill",
        "support_line_width": "support_material",
    }
    return {ours: settings.number(f"{theirs}_extrusion_width", of=height) or usual for ours, theirs in names.items()}


def _speeds(settings: _Settings) -> dict[str, float]:
    wall, infill = settings.limit("perimeter_speed"), settings.limit("infill_speed")
    solid = settings.number("solid_infill_speed", of=infill) or infill
    return {
        "outer_wall_speed": settings.number("external_perimeter_speed", of=wall) or wall,
        "inner_wall_speed": wall,
        "small_wall_speed": settings.number("small_perimeter_speed", of=wall) or wall,
        "solid_speed": solid,
        "top_speed": settings.number("top_solid_infill_speed", of=solid) or solid,
        "infill_speed": infill,
        "bridge_speed": settings.limit("bridge_speed"),
        "support_speed": settings.limit("support_material_speed"),
        "first_layer_speed": settings.number("first_layer_speed", of=wall) or wall,
        "travel_speed": settings.limit("travel_speed"),
    }


def _motion(settings: _Settings) -> dict[str, float]:
    length, lift = settings.own("retract_length"), settings.own("retract_lift")
    rising = settings.limit("machine_max_acceleration_z")
    drawing = _LAG * length / settings.limit("retract_speed", settings.own) if length else 0.0
    wiping = _WIPE_S_PER_MM * length if settings.text("wipe") == "1" else 0.0
    return {
        "hop_time": 4 * math.sqrt(lift / rising) + drawing + wiping,
        "infill_acceleration": settings.number("infill_acceleration") or settings.limit("default_acceleration"),
        "travel_acceleration": settings.limit("machine_max_acceleration_extruding"),
        "jerk": settings.limit("machine_max_jerk_x"),
        "largest_flow": min(settings.limit("filament_max_volumetric_speed"), settings.limit("max_volumetric_speed")),
        "shortest_layer_time": settings.number("slowdown_below_layer_time") * settings.number("cooling"),
        "slowest_speed": max(1.0, settings.number("min_print_speed")),
    }


def _pattern(settings: _Settings) -> dict[str, float]:
    if settings.text("fill_pattern") in _CURVED:
        fitted = constants("fdm")
        return {name: fitted[name].value for name in ("infill_density", "infill_curve", "infill_turns")}
    return {
        "infill_density": constants("fdm")["straight_density"].value,
        "infill_curve": UNLIMITED,
        "infill_turns": constants("fdm")["straight_turns"].value,
    }


def _support(settings: _Settings) -> dict[str, float]:
    is_on = settings.text("support_material") == "1" and settings.text("support_material_auto", "1") == "1"
    return {
        "supports": float(is_on),
        "support_spacing": settings.number("support_material_spacing"),
        "interface_layers": settings.number("support_material_interface_layers"),
        "interface_spacing": settings.number("support_material_interface_spacing"),
    }
