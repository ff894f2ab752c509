"""Meshes that no part has: every figure is finite or there is none, and nothing warns or hangs."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.adapters.geometry_kernel.meshes import mass
from marketplace.adapters.geometry_kernel.meshes.boxes import hull_and_box
from marketplace.adapters.geometry_kernel.meshes.building import builds
from marketplace.adapters.geometry_kernel.meshes.rays import rays
from marketplace.adapters.geometry_kernel.meshes.sections import sections
from marketplace.adapters.geometry_kernel.meshes.tree import BoxTree
from marketplace.adapters.geometry_kernel.meshes.walls import walls
from tests.marketplace.adapters.geometry_kernel.meshes.solids import block, mesh

SCALES = st.sampled_from([1e-9, 1e-3, 1.0, 1e3, 5e6])


@st.composite
def tangles(draw):
    """Triangles between few points: folded, doubled, without area, through each other."""
    points = draw(st.lists(st.tuples(*[st.integers(-2, 2)] * 3), min_size=3, max_size=12))
    corner = st.integers(0, len(points) - 1)
    triangles = draw(st.lists(st.tuples(corner, corner, corner), min_size=1, max_size=30))
    return mesh(np.array(points) * draw(SCALES), triangles)


@pytest.mark.parametrize("means", [rays, BoxTree])
@given(part=tangles())
def test_any_tangle_is_measured_or_refused(means, part):
    tool = means(part)
    hull_mm3, box = hull_and_box(part)
    found = walls(part, tool)

    assert math.isfinite(hull_mm3)
    assert 0 <= box.sides_mm[2] <= box.sides_mm[1] <= box.sides_mm[0] <= part.size * (1 + 1e-9)
    assert found is None or 0 <= found.thinnest_mm <= found.thickest_mm <= part.size * 1.01
    for build in builds(part, tool):
        room = float(part.areas.sum()) * part.size
        assert 0 <= build.support_mm3 <= room
        assert 0 <= build.overhang_mm2 <= float(part.areas.sum()) * (1 + 1e-9)
    if part.high[2] > part.low[2]:
        cuts = sections(part, (0.0, 0.0, 1.0))
        assert all(math.isfinite(figure) for figure in (*cuts.areas_mm2, *cuts.perimeters_mm))
        assert min(cuts.areas_mm2) >= 0


@given(part=tangles())
def test_the_centre_of_a_tangle_is_finite_or_refused(part):
    try:
        assert all(map(math.isfinite, mass.centre(part)))
    except ValueError as refusal:
        assert "encloses nothing" in str(refusal)


@pytest.mark.parametrize("size", [(1e-6, 1e-6, 1e-6), (1e7, 1e-3, 1e-3), (1e7, 1e7, 1e-3), (5e6, 5e6, 5e6)])
def test_blocks_at_the_ends_of_the_range(size):
    part = block(size)

    hull_mm3, box = hull_and_box(part)

    assert hull_mm3 == pytest.approx(math.prod(size), rel=1e-6)
    assert box.sides_mm == pytest.approx(sorted(size, reverse=True), rel=1e-6)
    assert builds(part, rays(part))[0].support_mm3 == 0
    assert sections(part, (0.0, 0.0, 1.0)).areas_mm2[50] == pytest.approx(size[0] * size[1], rel=1e-6)
