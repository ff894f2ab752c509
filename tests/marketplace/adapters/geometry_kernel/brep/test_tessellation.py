import math

import numpy as np
import pytest
from OCP.BRep import BRep_Tool
from OCP.BRepAdaptor import BRepAdaptor_Surface
from OCP.BRepMesh import BRepMesh_IncrementalMesh
from OCP.GeomAbs import GeomAbs_Cylinder
from OCP.TopAbs import TopAbs_FACE
from OCP.TopLoc import TopLoc_Location
from OCP.TopoDS import TopoDS

from marketplace.adapters.geometry_kernel.brep import exact, step, tessellation
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.errors import TooComplex
from tests.marketplace.adapters.geometry_kernel.brep.step_documents import StepDocument, mirrored
from tests.marketplace.adapters.geometry_kernel.geometry_parts import (
    ball,
    box,
    cone,
    cut,
    cylinder,
    fuse,
    open_shell,
    sub_shapes,
    upright_edges_rounded,
    written,
)
from tests.marketplace.adapters.geometry_kernel.test_real_files import FILES

UP = (0, 0, 1)


def volume(mesh):
    return float(np.einsum("ij,ij->", mesh.corners[:, 0], mesh.crosses)) / 6


def open_edges(mesh):
    """Edges that no neighbour runs along the other way."""
    ways = np.concatenate([mesh.triangles[:, [a, b]] for a, b in ((0, 1), (1, 2), (2, 0))])
    there = {tuple(way) for way in ways.tolist()}
    return sum((second, first) not in there for first, second in there)


def tessellated(path, limits=None):
    part = step.read(path, limits or Limits())
    return part, tessellation.tessellated(part, limits or Limits())


CURVED = {
    "rod": cylinder((3, 4, 5), (1, 1, 1), 2, 100),
    "ball": ball((50, 0, 0), 10),
    "cone": cone((0, 0, 0), UP, 20, 4, 30),
    "drilled": cut(box((0, 0, 0), (100, 60, 20)), cylinder((20, 30, -1), UP, 10, 22), cylinder((60, 30, 5), UP, 8, 30)),
    "rounded": upright_edges_rounded(box((0, 0, 0), (40, 30, 5)), 6),
    "room": cut(box((0, 0, 0), (20, 20, 20)), ball((10, 10, 10), 12)),
    "stepped": fuse(cylinder((0, 0, 0), UP, 30, 20), cylinder((0, 0, 19), UP, 10, 40)),
}


@pytest.mark.parametrize("name", CURVED)
def test_the_mesh_is_closed_and_follows_the_surfaces(tmp_path, name):
    part, mesh = tessellated(written(tmp_path / "part", CURVED[name]))
    truth = exact.measured(part)

    assert open_edges(mesh) == 0
    assert volume(mesh) == pytest.approx(truth.volume_mm3, rel=1e-3)
    assert mesh.areas.sum() == pytest.approx(truth.area_mm2, rel=2e-3)
    assert mesh.size == pytest.approx(math.hypot(*truth.box_mm), rel=2e-3)


@pytest.mark.parametrize("has_normals", [False, True])
@pytest.mark.parametrize("has_parameters", [False, True])
def test_arrays_are_what_the_kernel_says_one_by_one(has_parameters, has_normals):
    """The binary form in which they are fetched differs by what a triangulation has beside its triangles."""
    shape = box((0, 0, 0), (1, 2, 3))
    BRepMesh_IncrementalMesh(shape, 0.1, False, 0.1, False)
    found = BRep_Tool.Triangulation_s(TopoDS.Face(sub_shapes(shape, TopAbs_FACE)[3]), TopLoc_Location())
    if not has_parameters:
        found.RemoveUVNodes()
    if has_normals:
        found.ComputeNormals()
    points, triangles = tessellation._arrays(found)

    nodes = [found.Node(number) for number in range(1, found.NbNodes() + 1)]
    assert points.tolist() == [[node.X(), node.Y(), node.Z()] for node in nodes]
    corners = [found.Triangle(number).Get() for number in range(1, found.NbTriangles() + 1)]
    assert (triangles + 1).tolist() == [list(three) for three in corners]


def test_each_triangle_knows_its_face(tmp_path):
    part, mesh = tessellated(written(tmp_path / "part", CURVED["drilled"]))
    cylinders = {
        number for number, face in enumerate(part.faces) if BRepAdaptor_Surface(face).GetType() == GeomAbs_Cylinder
    }
    is_on_cylinder = np.isin(mesh.face_of, list(cylinders))

    assert set(mesh.face_of.tolist()) == set(range(len(part.faces)))
    assert mesh.areas[is_on_cylinder].sum() == pytest.approx(math.pi * (10 * 20 + 8 * 15), rel=2e-3)
    assert np.abs(mesh.normals[is_on_cylinder, 2]).max() < 1e-9


def test_instances_are_in_place_and_look_outwards_even_when_mirrored(tmp_path):
    document = StepDocument()
    shape = cut(box((0, 0, 0), (30, 20, 10)), cylinder((0, 0, -1), UP, 20, 12))
    wedge, top = document.part(shape, "wedge"), document.assembly("pair")
    document.put(top, wedge)
    document.put(top, wedge, mirrored((1, 0, 0), (-50, 0, 0)))
    part, mesh = tessellated(document.written(tmp_path / "part"))
    truth = exact.measured(part)
    is_second = np.isin(mesh.face_of, part.faces_of[1])

    assert open_edges(mesh) == 0
    assert volume(mesh) == pytest.approx(truth.volume_mm3, rel=1e-3)
    assert mesh.low == pytest.approx(truth.corner_mm, abs=1e-6)
    assert mesh.corners[is_second][..., 0].max() == pytest.approx(-100)
    assert mesh.areas[is_second].sum() == pytest.approx(mesh.areas.sum() / 2, rel=1e-6)


def test_surfaces_without_a_solid_are_tessellated_too(tmp_path):
    part, mesh = tessellated(written(tmp_path / "part", open_shell(box((0, 0, 0), (10, 20, 30)))))

    assert len(part.loose) == len(set(mesh.face_of.tolist())) == 5
    assert mesh.areas.sum() == pytest.approx(exact.measured(part).area_mm2)


def test_too_many_triangles_are_made_fewer_then_refused(tmp_path, monkeypatch):
    path = written(tmp_path / "part", ball((0, 0, 0), 10))
    _, fine = tessellated(path)
    monkeypatch.setattr(tessellation, "MANY_TRIANGLES", len(fine.triangles) - 1)
    _, coarse = tessellated(path)

    assert len(coarse.triangles) < len(fine.triangles)
    assert open_edges(coarse) == 0
    with pytest.raises(TooComplex):
        tessellated(path, Limits(triangles=100))


def test_many_small_bodies_have_few_triangles_each(tmp_path):
    document = StepDocument()
    rod, top = document.part(cylinder((0, 0, 0), UP, 5, 20), "rod"), document.assembly("box of rods")
    for number in range(1_500):
        document.put(top, rod, (10 * (number % 40), 10 * (number // 40), 0))
    part, mesh = tessellated(document.written(tmp_path / "part"))

    assert len(mesh.triangles) <= tessellation.MANY_TRIANGLES
    assert set(mesh.face_of.tolist()) == set(range(len(part.faces))) == set(range(4_500))
    assert volume(mesh) == pytest.approx(exact.measured(part).volume_mm3, rel=0.03)


@pytest.mark.parametrize("name", ["featuretype.STEP", "extruder-body.stp", "nist_ctc_03_asme1_ap242.stp"])
def test_real_parts_have_closed_meshes(name):
    if not (FILES / name).exists():
        pytest.skip(f"no {FILES / name}")
    part, mesh = tessellated(FILES / name)

    assert open_edges(mesh) == 0
    assert volume(mesh) == pytest.approx(exact.measured(part).volume_mm3, rel=1e-3)
    assert len(mesh.triangles) < 100_000
