import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.adapters.geometry_kernel.meshes import rays as means
from marketplace.adapters.geometry_kernel.meshes.building import builds
from marketplace.adapters.geometry_kernel.meshes.mesh import sampled
from marketplace.adapters.geometry_kernel.meshes.rays import CLEARANCE, HAS_EMBREE, NOTHING, most_rays, rays
from marketplace.adapters.geometry_kernel.meshes.tree import BoxTree
from marketplace.adapters.geometry_kernel.meshes.walls import walls
from tests.marketplace.adapters.geometry_kernel.meshes.solids import (
    any_rotation,
    block,
    cylinder,
    icosphere,
    inside_out,
    mesh,
    moved,
    together,
    turned,
)
from tests.stopwatch import within

SEEDS = st.integers(0, 2**32 - 1)
TOOLS = [pytest.param(BoxTree, id="tree")]
if HAS_EMBREE:
    TOOLS.append(pytest.param(means._Embree, id="embree"))


def soup(count, seed):
    """Triangles of all sizes anywhere, through each other."""
    random = np.random.default_rng(seed)
    middles, spans = random.normal(size=(count, 1, 3)), 10 ** random.uniform(-2, 0.5, (count, 1, 1))
    corners = middles + random.normal(size=(count, 3, 3)) * spans
    return mesh(corners.reshape(-1, 3), np.arange(3 * count))


def aimed(part, count, seed):
    """Rays from around the part to places about it."""
    random = np.random.default_rng(seed)
    middle = (part.low + part.high) / 2
    origins = middle + random.normal(size=(count, 3)) * part.size
    ways = middle + random.normal(size=(count, 3)) * part.size / 4 - origins
    return origins, ways / np.linalg.norm(ways, axis=1, keepdims=True)


@pytest.mark.parametrize("tool", TOOLS)
def test_rays_meet_a_block_where_it_is(tool):
    origins = np.array([(5, 5, 30), (5, 5, 5), (5, 5, -1), (50, 5, 5), (5, 5, 30)], dtype=float)
    ways = np.array([(0, 0, -1), (1, 0, 0), (0, 0, 1), (0, 0, 1), (0, 0, 1)], dtype=float)

    triangles, distances = tool(block((10, 20, 10))).first(origins, ways)

    assert distances == pytest.approx([20, 5, 1, np.inf, np.inf], rel=1e-6)
    assert (triangles == NOTHING).tolist() == [False, False, False, True, True]


@pytest.mark.parametrize("tool", TOOLS)
def test_no_rays_meet_nothing(tool):
    triangles, distances = tool(block((1, 1, 1))).first(np.empty((0, 3)), np.empty((0, 3)))

    assert len(triangles) == len(distances) == 0


@pytest.mark.parametrize("tool", TOOLS)
def test_rays_at_edges_and_corners_do_not_slip_through(tool):
    ball = turned(icosphere(3, 50), any_rotation(9))
    edges = ball.corners[:, [0, 1, 2]] + ball.corners[:, [1, 2, 0]]
    targets = np.concatenate([ball.vertices, edges.reshape(-1, 3) / 2])
    ways = targets / np.linalg.norm(targets, axis=1, keepdims=True)

    triangles, distances = tool(ball).first(np.zeros_like(ways), ways)

    assert (triangles != NOTHING).all()
    assert distances == pytest.approx(np.linalg.norm(targets, axis=1), rel=1e-5)


@pytest.mark.skipif(not HAS_EMBREE, reason="Embree is not built for this machine")
@settings(max_examples=30)
@given(count=st.integers(1, 300), seed=SEEDS)
def test_the_slow_way_agrees_with_embree_on_any_triangles(count, seed):
    part = soup(count, seed)
    origins, ways = aimed(part, 200, seed)

    one, near = rays(part).first(origins, ways)
    other, exact = BoxTree(part).first(origins, ways)

    is_same = one == other
    assert is_same.mean() > 0.98  # single precision may choose the other of two triangles at an edge
    is_met = is_same & (one != NOTHING)
    flat = np.abs(np.einsum("ij,ij->i", part.normals[one], ways)) < 0.01  # grazing: the distance is badly determined
    assert near[is_met & ~flat] == pytest.approx(exact[is_met & ~flat], abs=1e-4 * part.size)


SHAPES = {
    "plate": block((100, 60, 3)),
    "ball": icosphere(5, 40),
    "needle": cylinder(0.5, 500, sides=200),
    "shell": together(icosphere(4, 40), inside_out(icosphere(4, 39.6))),
    "far away": moved(icosphere(4, 40), (1e5, -1e5, 1e5)),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("tool", TOOLS)
@settings(max_examples=5, deadline=None)
@given(seed=SEEDS)
def test_a_ray_that_begins_clear_of_its_facet_does_not_meet_it(tool, shape, seed):
    part = turned(SHAPES[shape], any_rotation(seed))
    start = sampled(part, 2_000, seed=seed)
    normals = part.normals[start.triangle_of]
    lean = np.cross(normals, np.random.default_rng(seed).normal(size=normals.shape))
    slanted = normals + lean / np.linalg.norm(lean, axis=1, keepdims=True)
    for sign in (1, -1):
        ways = sign * slanted / np.sqrt(2)
        triangles, _ = tool(part).first(start.points + sign * normals * CLEARANCE * part.size, ways)
        assert not (triangles == start.triangle_of).any()


def heap(count, seed=0):
    """Large tetrahedra through each other."""
    points = np.random.default_rng(seed).random((count, 4, 3)) * 50
    spans = points[:, 1:] - points[:, :1]
    is_inward = np.linalg.det(spans) < 0
    points[is_inward] = points[is_inward][:, [0, 2, 1, 3]]
    faces = np.array([(0, 2, 1), (0, 1, 3), (0, 3, 2), (1, 2, 3)]) + 4 * np.arange(count)[:, None, None]
    return mesh(points.reshape(-1, 3), faces)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_part_takes_a_million_rays(shape):
    assert most_rays(SHAPES[shape]) > 1_000_000


def test_a_heap_of_triangles_takes_fewer_rays_the_larger_it_is():
    small, large = most_rays(heap(1_000)), most_rays(heap(10_000))

    assert large == pytest.approx(small / 10, rel=0.2)
    assert large < 50_000


def test_a_mesh_without_size_takes_some_rays():
    assert most_rays(mesh([(1, 1, 1)] * 3, [(0, 1, 2)])) > 0


def test_a_heap_of_triangles_is_measured_in_a_few_seconds():
    part = heap(20_000)
    tool = rays(part)

    found, drawn = within(15, lambda: (walls(part, tool), builds(part, tool)[0]))  # 3 s; 20,000 rays would take 30

    assert found.thinnest_mm < found.typical_mm
    assert drawn.overhang_mm2 > 0
