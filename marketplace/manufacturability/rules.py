"""The table of rules. Limits are defaults of published design guides, not standards; each names where it is from.

The gravest rule of a topic stands first. `{value}` and `{limit}` in a message are filled with the figures.
"""

from typing import Final

from marketplace.manufacturability.values import Bound, Metric, Rule, Severity

_ABOVE, _BELOW = Bound.ABOVE, Bound.BELOW
_BLOCKS, _WARNS = Severity.BLOCKS, Severity.WARNS

_CLOSED = "Commonforge Q6: open or non-manifold geometry never gets an automatic price"
_UNITS = "Commonforge: parts under 1 mm or over 2 m are mostly files in inches or metres"
_ZEKES = "Zeke's 3D, CNC machining design guide"
_NEPTUNE = "Neptune Labs, CNC machined parts, design guidelines"
_WALLS_CNC = "Zeke's 3D; Neptune Labs (0.76 mm metals); Procurabl (0.8 mm metals)"
_FDM_HOLES = "Arti90; CIF Prototyping, FDM design guides"
_FDM_WALLS = "CIF Prototyping (1.2 mm); PrintIt4Me (0.8 mm), FDM design guides"
_FDM_SLENDER = "Amuse 3D, thin and long parts: aspect ratio above 10:1 is likely to warp"

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "geometry_open", "closed", None, Metric.OPEN_BODIES, _ABOVE, 0, "count", _BLOCKS,
        "The part is not closed, so it has no volume to price. Repair it in your CAD program"
        " (close all gaps, export solids instead of surfaces) and upload it again.",
        _CLOSED,
    ),
    Rule(
        "units_too_small", "units", None, Metric.LARGEST_SIDE, _BELOW, 1, "mm", _WARNS,
        "The largest side is {value} mm. Please check the units: was the part drawn in inches or metres?",
        _UNITS,
    ),
    Rule(
        "units_too_large", "units", None, Metric.LARGEST_SIDE, _ABOVE, 2000, "mm", _WARNS,
        "The largest side is {value} mm. Please check the units: was the part drawn in smaller units?",
        _UNITS,
    ),
    Rule(
        "cnc_several_bodies", "bodies", "cnc_milling", Metric.BODIES, _ABOVE, 1, "count", _BLOCKS,
        "The file holds {value} separate bodies. One milled part is one body: upload each as a file of its own.",
        "Commonforge: one line of an order is one workpiece",
    ),
    Rule(
        "cnc_hole_far_too_deep", "hole_depth", "cnc_milling", Metric.HOLE_DEPTH_RATIO, _ABOVE, 10, "ratio", _BLOCKS,
        "A hole is {value} times as deep as wide; drills reach {limit} times. Widen it or make it shallower.",
        f"{_ZEKES}; {_NEPTUNE} (less than 1:10)",
    ),
    Rule(
        "cnc_hole_deep", "hole_depth", "cnc_milling", Metric.HOLE_DEPTH_RATIO, _ABOVE, 4, "ratio", _WARNS,
        "A hole is {value} times as deep as wide; above {limit} times it is drilled in steps and costs more.",
        f"{_ZEKES}; {_NEPTUNE} (1:4 is optimal)",
    ),
    Rule(
        "cnc_hole_far_too_small", "hole_size", "cnc_milling", Metric.HOLE_DIAMETER, _BELOW, 0.5, "mm", _BLOCKS,
        "A hole of {value} mm is smaller than {limit} mm, the smallest that is drilled. Widen it.",
        _ZEKES,
    ),
    Rule(
        "cnc_hole_small", "hole_size", "cnc_milling", Metric.HOLE_DIAMETER, _BELOW, 2.5, "mm", _WARNS,
        "A hole of {value} mm is smaller than {limit} mm: its drill breaks easily and runs slowly.",
        _ZEKES,
    ),
    Rule(
        "cnc_far_too_thin", "thin", "cnc_milling", Metric.SMALLEST_SIDE, _BELOW, 0.5, "mm", _BLOCKS,
        "The part is {value} mm thin; under {limit} mm it cannot be held and cut. Make it thicker.",
        _WALLS_CNC,
    ),
    Rule(
        "cnc_thin", "thin", "cnc_milling", Metric.SMALLEST_SIDE, _BELOW, 0.8, "mm", _WARNS,
        "The part is {value} mm thin; under {limit} mm it bends under the cutter.",
        _WALLS_CNC,
    ),
    Rule(
        "cnc_thin_walls", "thin", "cnc_milling", Metric.MEAN_WALL, _BELOW, 0.8, "mm", _WARNS,
        "The walls are about {value} mm thick on average; under {limit} mm they bend under the cutter.",
        _WALLS_CNC,
    ),
    Rule(
        "fdm_several_bodies", "bodies", "fdm", Metric.BODIES, _ABOVE, 1, "count", _WARNS,
        "The file holds {value} separate bodies. They are printed as they lie; check for hidden or loose ones.",
        "Commonforge: one line of an order is one workpiece",
    ),
    Rule(
        "fdm_hole_far_too_small", "hole_size", "fdm", Metric.HOLE_DIAMETER, _BELOW, 1, "mm", _BLOCKS,
        "A hole of {value} mm closes up while printing; {limit} mm is the smallest. Widen it or have it drilled.",
        _FDM_HOLES,
    ),
    Rule(
        "fdm_hole_small", "hole_size", "fdm", Metric.HOLE_DIAMETER, _BELOW, 2, "mm", _WARNS,
        "A hole of {value} mm prints too narrow; {limit} mm and more come out usable.",
        _FDM_HOLES,
    ),
    Rule(
        "fdm_far_too_thin", "thin", "fdm", Metric.SMALLEST_SIDE, _BELOW, 0.8, "mm", _BLOCKS,
        "The part is {value} mm thin; under {limit} mm a nozzle cannot lay two lines. Make it thicker.",
        _FDM_WALLS,
    ),
    Rule(
        "fdm_thin", "thin", "fdm", Metric.SMALLEST_SIDE, _BELOW, 1.2, "mm", _WARNS,
        "The part is {value} mm thin; under {limit} mm it breaks easily.",
        _FDM_WALLS,
    ),
    Rule(
        "fdm_thin_walls", "thin", "fdm", Metric.MEAN_WALL, _BELOW, 1.2, "mm", _WARNS,
        "The walls are about {value} mm thick on average; under {limit} mm they break easily.",
        _FDM_WALLS,
    ),
    Rule(
        "fdm_slender", "slender", "fdm", Metric.SLENDERNESS, _ABOVE, 10, "ratio", _WARNS,
        "The part is {value} times as long as thin; above {limit} times it tends to warp or to topple.",
        _FDM_SLENDER,
    ),
)  # fmt: skip
