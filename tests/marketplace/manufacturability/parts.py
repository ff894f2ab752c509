"""Parts in which one metric has a value and no other is conspicuous."""

from dataclasses import replace

from marketplace.geometry.features import Features, Hole, Pocket, SharpEdges
from marketplace.geometry.shape import Bend, Build, Draft, Drawing, Reach, Sheet, Turned, Walls
from marketplace.geometry.values import FileKind, Measurement
from marketplace.manufacturability.values import Metric

UP = (0.0, 0.0, 1.0)
PLACE = (1.0, 2.0, 3.0)
SIX_WAYS = ((1.0, 0.0, 0.0), (-1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, -1.0, 0.0), UP, (0.0, 0.0, -1.0))

CUBE = Measurement(
    kind=FileKind.STEP,
    declared_units=None,
    volume_mm3=30.0**3,
    area_mm2=6 * 30.0**2,
    box_mm=(30.0, 30.0, 30.0),
    is_closed=True,
    bodies=1,
    triangles=None,
    faces=6,
    holes=(),
    engine="test 1",
)
WALLS = Walls(thinnest_mm=3.0, thin_mm=3.0, typical_mm=3.0, thickest_mm=3.0, at_mm=PLACE)
BUILD = Build(up=UP, height_mm=30.0, overhang_mm2=0.0, support_mm3=0.0, footprint_mm2=900.0)
DRAFT = Draft(pull=UP, undercut_mm2=0.0, upright_mm2=0.0, slight_mm2=0.0, projected_mm2=900.0)
REACH = Reach(
    directions=(UP,), hidden_mm2=0.0, hidden_at_mm=None, is_three_axis=True, deepest_mm=0.0, narrowest_mm=None
)
TURNED = Turned(axis=UP, at_mm=PLACE, diameter_mm=10.0, length_mm=30.0, round_share=1.0)
BEND = Bend(radius_mm=2.0, angle_deg=90.0, length_mm=50.0, axis=UP, at_mm=PLACE)
SHEET = Sheet(thickness_mm=2.0, flat_mm2=5000.0, cut_mm=300.0, pierces=1, bends=(BEND,), flange_mm=20.0)
DRAWING = Drawing(
    parts=1, loops=1, open_chains=0, open_mm=0.0, open_at_mm=None, cut_mm=400.0, pierces=1, net_mm2=1e4, hull_mm2=1e4,
    smallest_hole_mm=None, smallest_hole_at_mm=None, narrowest_mm=None, narrowest_at_mm=None, bends=0, bend_mm=0.0,
    duplicates=0,
)  # fmt: skip
POCKET = Pocket(
    depth_mm=10.0, width_mm=10.0, length_mm=20.0, radius_mm=5.0, is_through=False, axis=UP, at_mm=PLACE, faces=(4, 5)
)

ROD = replace(CUBE, turned=TURNED)
BENT = replace(CUBE, sheet=SHEET)
DRAWN = replace(CUBE, kind=FileKind.DXF, volume_mm3=0.0, box_mm=(100.0, 100.0, 0.0), drawing=DRAWING)

FITTING = {"turning": ROD, "laser_cutting": DRAWN, "bending": BENT}
"""For each process that not every shape suits, a part that does."""


def hole(diameter: float, depth: float, at: tuple[float, float, float] = PLACE, *, thread: str | None = None) -> Hole:
    return Hole(diameter_mm=diameter, depth_mm=depth, is_through=False, axis=UP, at_mm=at, thread=thread, faces=(7,))


def part_with(metric: Metric, value: float) -> Measurement:
    """A part in which the metric has the value."""
    share = value / 100 * CUBE.area_mm2
    return {
        Metric.OPEN_BODIES: lambda: replace(CUBE, is_closed=value == 0),
        Metric.OVERLAPS: lambda: replace(CUBE, overlaps=value > 0),
        Metric.TANGLES: lambda: replace(CUBE, overlaps=value > 0, is_closed=value == 0),
        Metric.LARGEST_SIDE: lambda: replace(CUBE, box_mm=(value, value, value)),
        Metric.DOUBTFUL_UNITS: lambda: replace(CUBE, kind=FileKind.STL, box_mm=(5.0,) * 3 if value else CUBE.box_mm),
        Metric.BODIES: lambda: replace(CUBE, bodies=int(value)),
        Metric.CAVITIES: lambda: replace(CUBE, cavities=int(value)),
        Metric.HOLE_DIAMETER: lambda: replace(CUBE, holes=(hole(value, value),)),
        Metric.HOLE_DEPTH_RATIO: lambda: replace(CUBE, holes=(hole(8.0, 8.0 * value),)),
        Metric.THREAD_SIZE: lambda: replace(CUBE, holes=(hole(8.0, 2 * value, thread=f"M{value:.3f}"),)),
        Metric.THREAD_DEPTH_RATIO: lambda: replace(CUBE, holes=(hole(6.8, 8.0 * value, thread="M8"),)),
        Metric.SMALLEST_SIDE: lambda: replace(CUBE, box_mm=(value * 5, value * 5, value)),
        Metric.WALL: lambda: replace(CUBE, walls=replace(WALLS, thinnest_mm=value)),
        Metric.THIN_WALLS: lambda: replace(CUBE, walls=replace(WALLS, thin_mm=value)),
        Metric.THICKEST_WALL: lambda: replace(CUBE, walls=replace(WALLS, thickest_mm=value)),
        Metric.WALL_RATIO: lambda: replace(CUBE, walls=replace(WALLS, thickest_mm=3.0 * value)),
        Metric.INNER_RADIUS: lambda: replace(
            CUBE, features=Features(smallest_inner_radius_mm=value, smallest_inner_radius_at_mm=PLACE)
        ),
        Metric.CORNER_DEPTH_RATIO: lambda: with_pocket(depth_mm=value, radius_mm=1.0),
        Metric.POCKET_DEPTH_RATIO: lambda: with_pocket(depth_mm=10.0 * value, radius_mm=None),
        Metric.SHARP_EDGES: lambda: replace(
            CUBE, features=Features(sharp_edges=SharpEdges(count=1, length_mm=value, at_mm=PLACE) if value else None)
        ),
        Metric.HIDDEN_SHARE: lambda: replace(CUBE, reach=replace(REACH, hidden_mm2=share, hidden_at_mm=PLACE)),
        Metric.SETUPS: lambda: replace(CUBE, reach=replace(REACH, directions=(*SIX_WAYS, UP)[: int(value)])),
        Metric.TILTED_SETUPS: lambda: replace(CUBE, reach=replace(REACH, is_three_axis=value == 0)),
        Metric.TOOL_RATIO: lambda: replace(CUBE, reach=replace(REACH, tool_ratio=value, tool_at_mm=PLACE)),
        Metric.NOT_TURNED: lambda: CUBE if value else ROD,
        Metric.ROUND_SHARE: lambda: replace(CUBE, turned=replace(TURNED, round_share=value / 100)),
        Metric.TURNED_LENGTH_RATIO: lambda: replace(CUBE, turned=replace(TURNED, length_mm=10.0 * value)),
        Metric.OVERHANG_SHARE: lambda: replace(CUBE, builds=(BUILD, replace(BUILD, overhang_mm2=share))),
        Metric.SUPPORT_SHARE: lambda: replace(
            CUBE, builds=(replace(BUILD, support_mm3=value / 100 * CUBE.volume_mm3),)
        ),
        Metric.SLENDERNESS: lambda: replace(CUBE, box_mm=(8.0 * value, 8.0, 8.0)),
        Metric.UPRIGHT_SHARE: lambda: replace(CUBE, draft=replace(DRAFT, upright_mm2=share, slight_mm2=share)),
        Metric.SLIGHT_SHARE: lambda: replace(CUBE, draft=replace(DRAFT, slight_mm2=share)),
        Metric.UNDERCUT_SHARE: lambda: replace(CUBE, draft=replace(DRAFT, undercut_mm2=share)),
        Metric.FLAT_DRAWINGS: lambda: DRAWN if value else CUBE,
        Metric.DRAWN_PARTS: lambda: with_drawing(parts=int(value)),
        Metric.NOT_SHEET: lambda: CUBE if value else BENT,
        Metric.BENDS: lambda: with_sheet(bends=(BEND,) * int(value)),
        Metric.OPEN_CHAINS: lambda: with_drawing(is_closed=value == 0, open_chains=int(value), open_at_mm=PLACE),
        Metric.UNCLEAR_OUTLINES: lambda: with_drawing(is_closed=value == 0),
        Metric.DUPLICATES: lambda: with_drawing(duplicates=int(value)),
        Metric.WEB: lambda: with_drawing(narrowest_mm=value, narrowest_at_mm=PLACE),
        Metric.DRAWN_HOLE: lambda: with_drawing(smallest_hole_mm=value, smallest_hole_at_mm=PLACE),
        Metric.HOLE_THICKNESS_RATIO: lambda: replace(BENT, holes=(hole(2.0 * value, 2.0),)),
        Metric.BEND_RADIUS_RATIO: lambda: with_sheet(bends=(replace(BEND, radius_mm=2.0 * value),)),
        Metric.HOLE_TO_BEND: lambda: with_sheet(hole_to_bend_mm=2.0 * value, hole_to_bend_at_mm=PLACE),
        Metric.HOLE_TO_BEND_PAST_RADIUS: lambda: with_sheet(
            hole_to_bend_mm=2.0 * value + BEND.radius_mm, hole_to_bend_at_mm=PLACE
        ),
        Metric.FLANGE_PAST_RADIUS: lambda: with_sheet(flange_mm=2.0 * value + BEND.radius_mm, flange_at_mm=PLACE),
    }[metric]()


def with_pocket(**figures: object) -> Measurement:
    return replace(CUBE, features=Features(pockets=(replace(POCKET, **figures),)))


def with_sheet(**figures: object) -> Measurement:
    return replace(CUBE, sheet=replace(SHEET, **figures))


def with_drawing(*, is_closed: bool = True, **figures: object) -> Measurement:
    return replace(DRAWN, is_closed=is_closed, drawing=replace(DRAWING, **figures))
