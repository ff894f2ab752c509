"""Parts on a strip of sheet."""

import math
import subprocess
import sys

import numpy as np
import pytest
import shapely
from shapely import affinity

from marketplace.adapters.geometry_kernel.drawings import nesting
from marketplace.adapters.geometry_kernel.drawings.outlines import Outlines, Region
from marketplace.geometry.errors import NoGeometry, OutOfRange, TooComplex
from tests.stopwatch import within


def rectangle(width, height, x=0.0, y=0.0):
    return np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)], dtype=np.float64)


def parts(*outers):
    return Outlines(tuple(Region(np.asarray(outer, dtype=np.float64)) for outer in outers))


def l_shape(size):
    arm = size / 4
    return [(0, 0), (size, 0), (size, arm), (arm, arm), (arm, size), (0, size), (0, 0)]


def disc(radius):
    turns = np.linspace(0, math.tau, 65)
    points = radius * np.column_stack([np.cos(turns), np.sin(turns)])
    points[-1] = points[0]
    return points


def laid(outlines, nested):
    shapes = []
    for place in nested.placements:
        turned = affinity.rotate(shapely.polygons(outlines.regions[place.region].outer), place.turn_deg, origin=(0, 0))
        shapes.append(affinity.translate(turned, place.x_mm, place.y_mm))
    return shapes


def check(outlines, nested, *, copies, width, gap):
    shapes = laid(outlines, nested)
    assert len(shapes) == copies * len(outlines.regions)
    for which in range(len(outlines.regions)):
        assert sum(place.region == which for place in nested.placements) == copies
    sheet = shapely.box(0, 0, nested.length_mm, width).buffer(1e-3)
    assert all(sheet.contains(shape) for shape in shapes)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=gap * 0.999 if gap else 0)
    for one, other in zip(left, right, strict=True):
        if one < other:
            assert gap == 0
            assert shapes[one].intersection(shapes[other]).area < 1e-2 * shapes[one].length
    area = copies * sum(shapely.Polygon(region.outer, region.holes).area for region in outlines.regions)
    assert nested.utilisation == pytest.approx(area / (nested.length_mm * width))


@pytest.mark.parametrize("turned", [False, True])
def test_rectangles_that_tile_the_sheet_fill_it(turned):
    """12 rectangles of 100 × 50 on 200 mm: 300 mm at best."""
    outlines = parts(rectangle(50, 100, 7, -3) if turned else rectangle(100, 50, 7, -3))
    nested = nesting.strip(outlines, 12, sheet_width_mm=200.1, gap_mm=0, seconds=1)
    check(outlines, nested, copies=12, width=200.1, gap=0)
    assert 300 <= nested.length_mm <= 300.1
    assert nested.utilisation > 0.998


def test_two_widths_that_only_fit_together_are_laid_side_by_side():
    """6 of 120 × 50 and 6 of 80 × 50: with 200 mm the best is 6 × 50, which needs one of each across."""
    outlines = parts(rectangle(50, 120), rectangle(50, 80))
    nested = nesting.strip(outlines, 6, sheet_width_mm=200.2, gap_mm=0, seconds=2)
    check(outlines, nested, copies=6, width=200.2, gap=0)
    assert 300 <= nested.length_mm <= 325


def test_parts_keep_their_distance():
    outlines = parts(l_shape(80), disc(20), rectangle(70, 15))
    nested = nesting.strip(outlines, 4, sheet_width_mm=250, gap_mm=5, seconds=2)
    check(outlines, nested, copies=4, width=250, gap=5)


def test_irregular_parts_lie_closer_than_their_boxes():
    outlines = parts(l_shape(100))
    nested = nesting.strip(outlines, 12, sheet_width_mm=320, gap_mm=2, seconds=2)
    shelves = nesting.strip(parts(rectangle(100, 100)), 12, sheet_width_mm=320, gap_mm=2, seconds=1)
    check(outlines, nested, copies=12, width=320, gap=2)
    assert nested.length_mm < 0.8 * shelves.length_mm


def test_time_is_kept():
    outlines = parts(*(l_shape(30 + 7 * size) for size in range(8)))
    nested = within(30, lambda: nesting.strip(outlines, 8, sheet_width_mm=500, gap_mm=3, seconds=1))
    check(outlines, nested, copies=8, width=500, gap=3)


def test_where_no_thread_may_start_parts_lie_in_shelves(monkeypatch):
    class PanicException(BaseException):
        pass

    class Instance:
        def __init__(self, *_, **__):
            pass

        def solve(self, _):
            raise PanicException("The global thread pool has not been initialized.")

    monkeypatch.setattr(nesting.spyrrow, "StripPackingInstance", Instance)
    outlines = parts(l_shape(80), disc(20), rectangle(150, 15))
    nested = nesting.strip(outlines, 5, sheet_width_mm=160, gap_mm=4, seconds=1)
    check(outlines, nested, copies=5, width=160, gap=4)


def test_holes_count_as_scrap():
    outlines = Outlines((Region(rectangle(100, 100), (rectangle(50, 50, 25, 25)[::-1],)),))
    nested = nesting.strip(outlines, 2, sheet_width_mm=100.1, gap_mm=0, seconds=1)
    assert nested.utilisation == pytest.approx(0.75, abs=0.005)


def test_what_cannot_be_laid_is_refused():
    with pytest.raises(OutOfRange):
        nesting.strip(parts(rectangle(300, 300)), 1, sheet_width_mm=200, gap_mm=0, seconds=1)
    with pytest.raises(NoGeometry):
        nesting.strip(Outlines(()), 1, sheet_width_mm=200, gap_mm=0, seconds=1)
    with pytest.raises(TooComplex):
        nesting.strip(parts(rectangle(1, 1)), 100_000, sheet_width_mm=200, gap_mm=0, seconds=1)


CONFINED = """
import os
import sys
from pathlib import Path
import numpy as np
from marketplace.adapters.geometry_kernel import confinement
from marketplace.adapters.geometry_kernel.drawings import nesting
from marketplace.adapters.geometry_kernel.drawings.outlines import Outlines, Region

answer = os.dup(1)
confinement.confine(
    Path(sys.argv[1]), cpu_s=20, memory_bytes=1 << 30, baseline_bytes=confinement.address_space_bytes(), keep=(answer,)
)
square = np.array([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)], dtype=np.float64)
nested = nesting.strip(Outlines((Region(square),)), 6, sheet_width_mm=30.1, gap_mm=0, seconds=1)
os.write(answer, f"{nested.length_mm:.2f} {len(nested.placements)}".encode())
"""


def test_the_confined_child_which_starts_no_threads_lays_parts_in_shelves(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", CONFINED, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "20.00 6"
