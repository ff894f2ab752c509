"""A part that runs through itself encloses some places twice: it has no volume that anybody should pay for."""

import numpy as np
import pytest
from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeFace, BRepBuilderAPI_MakePolygon, BRepBuilderAPI_Sewing
from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeSolid as MakeSolid
from OCP.gp import gp_Pnt
from OCP.TopAbs import TopAbs_SHELL
from OCP.TopoDS import TopoDS

from marketplace.adapters.geometry_kernel import measuring
from marketplace.adapters.geometry_kernel.brep import exact
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.meshes import tangles
from marketplace.geometry.outcomes import Measured
from marketplace.geometry.values import FileKind, RemarkKind
from marketplace.manufacturability.judging import by_process
from tests.marketplace.adapters.geometry_kernel.brep.parts import moved
from tests.marketplace.adapters.geometry_kernel.geometry_parts import ball, box, compound, cut, cylinder, sub_shapes
from tests.marketplace.adapters.geometry_kernel.geometry_parts import written as step_written
from tests.marketplace.adapters.geometry_kernel.meshes import mesh_files
from tests.marketplace.adapters.geometry_kernel.meshes.solids import any_rotation, icosphere, turned, volume
from tests.marketplace.adapters.geometry_kernel.meshes.solids import moved as moved_mesh
from tests.marketplace.adapters.geometry_kernel.meshes.tangled import (
    ALPHA,
    ALPHA_MM,
    EIGHT,
    EIGHT_MM,
    OVER_AND_UNDER,
    bar,
)

FORMATS = {
    FileKind.STL: mesh_files.binary_stl,
    FileKind.OBJ: mesh_files.obj,
    FileKind.THREE_MF: mesh_files.threemf,
}


def sewn(mesh):
    """A solid with the triangles for faces."""
    sewing = BRepBuilderAPI_Sewing(1e-6)
    for corners in mesh.corners.tolist():
        outline = BRepBuilderAPI_MakePolygon(*(gp_Pnt(*corner) for corner in corners), True)
        sewing.Add(BRepBuilderAPI_MakeFace(outline.Wire(), True).Face())
    sewing.Perform()
    (shell,) = sub_shapes(sewing.SewedShape(), TopAbs_SHELL)
    return MakeSolid(TopoDS.Shell(shell)).Solid()


@pytest.fixture
def measured_as(kernel, tmp_path):
    def measure(mesh, kind):
        path = tmp_path / "part"
        if kind is FileKind.STEP:
            step_written(path, sewn(mesh))
        else:
            path.write_bytes(FORMATS[kind](mesh))
        outcome = kernel.measure(path, kind)
        assert isinstance(outcome, Measured), outcome
        return outcome.measurement

    return measure


def is_blocked_everywhere(part):
    return all("geometry_tangled" in {finding.rule for finding in found} for found in by_process(part).values())


@pytest.mark.parametrize("kind", [*FORMATS, FileKind.STEP])
@pytest.mark.parametrize("line", [EIGHT, ALPHA], ids=["eight", "alpha"])
def test_a_bar_through_itself_has_no_volume_and_no_price(measured_as, line, kind):
    part = measured_as(bar(line, is_ring=line is EIGHT), kind)

    assert (part.is_closed, part.overlaps, part.volume_mm3, part.is_manifold) == (False, True, 0, True)
    assert (part.centre_mm, part.walls, part.sheet, [c.volume_mm3 for c in part.components if c.volume_mm3]) == (
        *(None, None, None),
        [],
    )
    assert is_blocked_everywhere(part)


@pytest.mark.parametrize("cuts", [2, 3, 40])
@pytest.mark.parametrize("height", [1.0, 4.0, 11.0])
def test_it_is_found_however_finely_it_is_cut_and_however_it_lies(measured_as, cuts, height):
    eight = bar(EIGHT, height=height, is_ring=True, cuts=cuts)

    for solid in (eight, turned(eight, any_rotation(cuts))):
        assert (part := measured_as(solid, FileKind.STL)).overlaps is True
        assert part.volume_mm3 == 0


@pytest.mark.parametrize("kind", [FileKind.STL, FileKind.STEP])
def test_a_bar_that_passes_over_itself_is_measured(measured_as, kind):
    knot = bar(OVER_AND_UNDER, is_ring=True, cuts=5)
    part = measured_as(knot, kind)

    assert (part.is_closed, part.overlaps, part.volume_mm3) == (True, False, pytest.approx(volume(knot), rel=1e-6))


def test_the_volumes_that_would_have_been_wrong():
    """What the surface encloses, counted as often as it does, is the bar's length times its section: too much."""
    assert volume(bar(EIGHT, is_ring=True)) == pytest.approx(EIGHT_MM * 16)
    assert volume(bar(ALPHA)) == pytest.approx(ALPHA_MM * 16)


@pytest.mark.parametrize(("lobe", "other"), [(10, 10.001), (10, 30)])
def test_a_surface_that_is_inside_out_beyond_a_crossing_is_found(measured_as, lobe, other):
    """A bow-tie, 5 thick: one of its wings counts against the other."""
    outline = [(-lobe, -lobe), (other, other), (other, -other), (-lobe, lobe)]
    corners = [(x, y, z) for z in (0.0, 5.0) for x, y in outline] + [(0.0, 0.0, 0.0), (0.0, 0.0, 5.0)]
    sides = [t for a, b in ((0, 1), (1, 2), (2, 3), (3, 0)) for t in ((a, b, b + 4), (a, b + 4, a + 4))]
    caps = [t for a, b in ((0, 1), (1, 2), (2, 3), (3, 0)) for t in ((b, a, 8), (a + 4, b + 4, 9))]
    wings = mesh_files.Mesh(np.array(corners), np.array(sides + caps, dtype=np.int32))

    part = measured_as(wings, FileKind.OBJ)
    assert (part.is_closed, part.volume_mm3) == (False, 0)
    assert part.overlaps is not False


def test_a_hair_of_overlap_is_let_pass(measured_as):
    """A bar whose arms sink 0.01 mm into each other over 4 × 4 mm: 0.16 of 2,900 mm³, wrong by 6e-5."""
    line = ((0, 0, 0), (30, 30, 0), (30, 0, 3.99), (0, 30, 3.99))
    solid = bar(line, is_ring=True)

    assert measured_as(solid, FileKind.STL).overlaps is False


def test_more_balls_through_each_other_than_are_united_have_no_volume(measured_as):
    """Sixty in a row: what booleans would take too long for is still seen."""
    balls = mesh_files.joined(*(moved_mesh(icosphere(1), (1.5 * n, 0.0, 0.0)) for n in range(60)))
    part = measured_as(balls, FileKind.STL)

    assert (part.overlaps, part.is_closed, part.volume_mm3, part.bodies) == (True, False, 0, 60)


@pytest.mark.parametrize(
    ("shape", "overlaps"),
    [
        (compound(box((0, 0, 0), (10, 10, 10)), box((5, 5, 5), (15, 15, 15))), True),
        (compound(box((0, 0, 0), (10, 10, 10)), box((10, 0, 0), (20, 10, 10))), False),
        (compound(box((0, 0, 0), (10, 10, 10)), ball((5, 5, 5), 4)), True),
        (compound(cut(box((0, 0, 0), (20, 20, 8)), cylinder((10, 10, -1), (0, 0, 1), 10, 10)),
                  cylinder((10, 10, -4), (0, 0, 1), 10, 16)), False),
        (compound(cut(box((0, 0, 0), (20, 20, 20)), ball((10, 10, 10), 12)), ball((10, 10, 10), 12)), False),
        (compound(ball((0, 0, 0), 20), moved(ball((0, 0, 0), 20), (12, 0, 0))), True),
    ],
    ids=["through", "beside", "inside", "pin in its hole", "ball in its socket", "balls"],
)  # fmt: skip
def test_solids_of_a_step_file_that_run_through_each_other_have_no_volume(measured, shape, overlaps):
    part = measured(shape)

    assert (part.overlaps, part.is_closed, part.bodies) == (overlaps, not overlaps, 2)
    assert (part.volume_mm3 == 0) == overlaps
    assert is_blocked_everywhere(part) == overlaps


def test_solids_that_are_there_twice_are_said_to_be(measured):
    """A file with every entity twice: it would cost twice as much."""
    one, other = box((0, 0, 0), (10, 20, 30)), box((40, 0, 0), (50, 20, 30))
    part = measured(compound(one, other, box((0, 0, 0), (10, 20, 30))))

    assert (part.is_closed, part.overlaps, part.volume_mm3, part.bodies) == (False, True, 0, 3)
    assert exact.TWICE.format(1, 3) in [remark.message for remark in part.remarks]


def test_a_very_large_mesh_is_looked_at_as_a_coarser_copy(kernel, tmp_path):
    """A figure of eight of 640,000 triangles."""
    path = tmp_path / "part"
    path.write_bytes(mesh_files.binary_stl(bar(EIGHT, is_ring=True, cuts=20_000)))
    outcome = kernel.measure(path, FileKind.STL)

    assert isinstance(outcome, Measured), outcome
    part = outcome.measurement
    assert (part.overlaps, part.volume_mm3) == (True, 0)
    assert RemarkKind.THINNED in {remark.kind for remark in part.remarks}


@pytest.mark.parametrize(("solid", "overlaps"), [(icosphere(2, 50.0), None), (bar(EIGHT, is_ring=True, cuts=9), True)])
def test_of_a_crowded_mesh_only_what_a_few_rays_see_is_known(tmp_path, monkeypatch, solid, overlaps):
    """Where rays along all edges would take too long: what they do not see is not tried, and that is said."""
    monkeypatch.setattr(tangles, "MAX_TRIANGLES", 100)
    path = tmp_path / "part"
    path.write_bytes(mesh_files.binary_stl(solid))
    part = measuring.measure(FileKind.STL, path, Limits()).measurement

    assert (part.overlaps, part.is_closed) == (overlaps, not overlaps)
    assert [remark.message for remark in part.remarks] == ([] if overlaps else [measuring.NOT_TRIED])
