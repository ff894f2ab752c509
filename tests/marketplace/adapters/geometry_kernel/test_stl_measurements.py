import math
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.geometry.outcomes import Measured, Refused
from marketplace.geometry.values import FileKind
from tests.marketplace.adapters.geometry_kernel.geometry_parts import binary_stl, block_mesh, text_stl

BLOCK = block_mesh((10.0, 20.0, 30.0), at=(100.0, -50.0, 7.0))


def moved(triangles, by):
    return [tuple(tuple(n + d for n, d in zip(c, by, strict=True)) for c in t) for t in triangles]


def turned_inside_out(triangles):
    return [(a, c, b) for a, b, c in triangles]


def test_a_block_measures_its_closed_form(measured):
    part = measured(BLOCK)

    assert part.volume_mm3 == pytest.approx(6000, rel=1e-6)
    assert part.area_mm2 == pytest.approx(2200, rel=1e-6)
    assert part.box_mm == pytest.approx((10, 20, 30), rel=1e-6)
    assert (part.is_closed, part.bodies, part.triangles, part.faces) == (True, 1, 12, None)
    assert (part.declared_units, part.holes) == (None, ())


def test_text_and_binary_measure_the_same(measured, tried):
    outcome = tried(text_stl(BLOCK).encode(), FileKind.STL)

    assert isinstance(outcome, Measured)
    assert outcome.measurement == measured(BLOCK)


def test_an_inside_out_mesh_has_the_same_volume(measured):
    assert measured(turned_inside_out(BLOCK)).volume_mm3 == pytest.approx(6000, rel=1e-6)


def test_a_cavity_is_subtracted(measured):
    part = measured(block_mesh((10.0, 10.0, 10.0)) + turned_inside_out(block_mesh((2.0, 2.0, 2.0), (4.0, 4.0, 4.0))))

    assert (part.volume_mm3, part.bodies) == (pytest.approx(992), 2)


def test_two_blocks_are_two_bodies(measured):
    part = measured(BLOCK + moved(BLOCK, (50.0, 0.0, 0.0)))

    assert (part.bodies, part.is_closed, part.volume_mm3) == (2, True, pytest.approx(12_000, rel=1e-6))


@pytest.mark.parametrize(
    "mesh",
    [
        BLOCK[:-1],
        [*BLOCK, BLOCK[0]],
        [(BLOCK[0][0], BLOCK[0][2], BLOCK[0][1]), *BLOCK[1:]],
        [*BLOCK, ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0))],
        [*BLOCK, (BLOCK[0][0], BLOCK[0][1], (105.0, -45.0, 50.0))],
    ],
    ids=["a facet missing", "a facet twice", "a facet turned over", "a stray facet", "a fin"],
)
def test_a_mesh_that_is_not_closed_has_no_volume(measured, mesh):
    part = measured(mesh)

    assert (part.is_closed, part.volume_mm3) == (False, 0)
    assert part.area_mm2 > 1800


def test_a_flat_sheet_of_two_sides_is_not_closed(measured):
    a, b, c = (0.0, 0.0, 0.0), (9.0, 0.0, 0.0), (0.0, 9.0, 0.0)

    assert not measured([(a, b, c), (a, c, b)]).is_closed


def test_noise_around_zero_does_not_open_a_mesh(measured):
    noisy = [tuple((x + (3e-16 if i % 2 else 0), y, -z) for x, y, z in t) for i, t in enumerate(block_mesh())]

    assert measured(turned_inside_out(noisy)).is_closed


def test_degenerate_triangles_do_not_open_a_mesh(measured):
    part = measured([*BLOCK, (BLOCK[0][0], BLOCK[0][0], BLOCK[0][1])])

    assert (part.is_closed, part.triangles) == (True, 13)


@pytest.mark.parametrize("figure", [math.nan, math.inf, -math.inf])
def test_coordinates_that_are_no_numbers_are_refused(tried, figure):
    broken = [*BLOCK[:-1], (BLOCK[-1][0], BLOCK[-1][1], (figure, 0.0, 0.0))]

    for content in (binary_stl(broken), text_stl(broken).encode()):
        outcome = tried(content, FileKind.STL)
        assert isinstance(outcome, Refused)
        assert outcome.code == "file_not_finite"


def test_normals_do_not_matter(tried):
    content = bytearray(binary_stl(BLOCK))
    for triangle in range(12):
        struct.pack_into("<3f", content, 84 + 50 * triangle, math.nan, 7.0, -1e30)

    assert tried(bytes(content), FileKind.STL).measurement.volume_mm3 == pytest.approx(6000, rel=1e-6)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (binary_stl(BLOCK)[:-10], "file_length_mismatch"),
        (b"test".ljust(80) + struct.pack("<I", 2**31), "file_length_mismatch"),
        (binary_stl(moved(BLOCK, (1e9, 0.0, 0.0))), "file_out_of_range"),
        (binary_stl(moved(BLOCK, (1e38, 0.0, 0.0))), "file_out_of_range"),
        (binary_stl([]), "file_no_geometry"),
        (b"solid nothing\nendsolid nothing\n", "file_no_geometry"),
        (b"solid x\nfacet normal 0 0 1\nvertex 0 0 0\nvertex 1 0 0\nendfacet\nendsolid\n", "file_unreadable"),
        (b"solid x\nfacet normal 0 0 1\nvertex 0 0\nendsolid\n", "file_unreadable"),
        (b"solid x\nfacet normal 0 0 1\nvertex one two three\nendsolid\n", "file_unreadable"),
        (b"", "file_empty"),
    ],
)
def test_what_is_refused(tried, content, code):
    outcome = tried(content, FileKind.STL)

    assert isinstance(outcome, Refused)
    assert outcome.code == code


sides = st.floats(0.5, 500, width=32)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.tuples(sides, sides, sides), at=st.tuples(*[st.floats(-1000, 1000, width=32)] * 3))
def test_any_block_anywhere_measures_its_closed_form(measured, size, at):
    """Single precision limits the corners to about 1e-4 mm at a metre from the origin."""
    part = measured(block_mesh(size, at))
    x, y, z = size
    slack = 3 * 1.3e-4 / min(size)

    assert part.is_closed
    assert part.volume_mm3 == pytest.approx(x * y * z, rel=slack)
    assert part.area_mm2 == pytest.approx(2 * (x * y + y * z + z * x), rel=slack)
