"""Closed meshes with closed-form answers, made by hand."""

import math
from collections.abc import Sequence

import manifold3d
import numpy as np

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh

Point = tuple[float, float, float]


def mesh(vertices: Sequence[Sequence[float]] | Floats, triangles: object) -> Mesh:
    return Mesh(np.asarray(vertices, dtype=np.float64), np.asarray(triangles, dtype=np.int32).reshape(-1, 3))


def block(size: Point, at: Point = (0.0, 0.0, 0.0)) -> Mesh:
    """A box whose corner with the least coordinates is `at`."""
    corners = np.array([[(number >> axis) & 1 for axis in range(3)] for number in range(8)])
    quads = ((0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5))
    return mesh(corners * size + np.asarray(at), [t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))])


def icosphere(levels: int, radius: float = 1.0) -> Mesh:
    """A ball of 20 × 4^levels triangles with its vertices on the sphere."""
    golden = (1 + math.sqrt(5)) / 2
    vertices = np.array(
        [p for a in (-1, 1) for b in (-golden, golden) for p in ((a, b, 0), (0, a, b), (b, 0, a))], dtype=np.float64
    )
    gaps = np.linalg.norm(vertices[:, None] - vertices, axis=2)
    is_edge = np.isclose(gaps, 2)
    triangles = np.array(
        [
            (a, b, c)
            for a in range(12)
            for b in range(a)
            for c in range(b)
            if is_edge[a, b] & is_edge[b, c] & is_edge[c, a]
        ]
    )
    for _ in range(levels):
        vertices, triangles = _halved(vertices, triangles)
    vertices *= radius / np.linalg.norm(vertices, axis=1, keepdims=True)
    a, b, c = (vertices[triangles[:, corner]] for corner in range(3))
    is_inward = np.einsum("ij,ij->i", np.cross(b - a, c - a), a) < 0
    triangles[is_inward] = triangles[is_inward][:, ::-1]
    return mesh(vertices, triangles)


def _halved(vertices: Floats, triangles: np.ndarray) -> tuple[Floats, np.ndarray]:
    """Every triangle cut into four at the middles of its edges."""
    edges = np.sort(triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    distinct, middle_of = np.unique(edges[:, 0] * len(vertices) + edges[:, 1], return_inverse=True)
    middles = (vertices[distinct // len(vertices)] + vertices[distinct % len(vertices)]) / 2
    ab, bc, ca = (middle_of.reshape(-1, 3) + len(vertices)).T
    a, b, c = triangles.T
    quarters = ((a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca))
    return np.concatenate([vertices, middles]), np.concatenate([np.stack(quarter, axis=1) for quarter in quarters])


def prism(outline: Sequence[tuple[float, float]], length: float) -> Mesh:
    """An outline in x and z, counter-clockwise seen from −y and star-shaped about its mean, drawn out along y."""
    ring = np.asarray(outline, dtype=np.float64)
    count = len(ring)
    outlines = np.concatenate([ring, ring, [ring.mean(axis=0)] * 2])
    depths = np.repeat([0, length, 0, length], [count, count, 1, 1])
    vertices = np.column_stack([outlines[:, 0], depths, outlines[:, 1]])
    here, there = np.arange(count), (np.arange(count) + 1) % count
    sides = np.concatenate(
        [np.stack([here, here + count, there], axis=1), np.stack([there, here + count, there + count], axis=1)]
    )
    caps = np.concatenate(
        [
            np.stack([here, there, np.full(count, 2 * count)], axis=1),
            np.stack([there + count, here + count, np.full(count, 2 * count + 1)], axis=1),
        ]
    )
    solid = mesh(vertices, np.concatenate([sides, caps]))
    return solid if volume(solid) > 0 else inside_out(solid)


def cylinder(radius: float, height: float, sides: int, top_radius: float | None = None) -> Mesh:
    """A cylinder, or a cone's frustum, on the x-y plane; its vertices lie on the circle."""
    turns = 2 * np.pi * np.arange(sides) / sides
    circle = np.column_stack([np.cos(turns), np.sin(turns), np.zeros(sides)])
    top = radius if top_radius is None else top_radius
    vertices = np.concatenate([circle * radius, circle * top + (0, 0, height), [(0, 0, 0), (0, 0, height)]])
    here, there = np.arange(sides), (np.arange(sides) + 1) % sides
    low, high = np.full(sides, 2 * sides), np.full(sides, 2 * sides + 1)
    faces = ((here, there, here + sides), (there, there + sides, here + sides))
    caps = ((there, here, low), (here + sides, there + sides, high))
    return mesh(vertices, np.concatenate([np.stack(face, axis=1) for face in faces + caps]))


def inside_out(solid: Mesh) -> Mesh:
    """The same surface with the outside inside: a cavity."""
    return Mesh(solid.vertices, solid.triangles[:, ::-1].copy())


def together(*parts: Mesh) -> Mesh:
    starts = np.cumsum([0, *(len(part.vertices) for part in parts)])
    triangles = [part.triangles + start for part, start in zip(parts, starts, strict=False)]
    return mesh(np.concatenate([part.vertices for part in parts]), np.concatenate(triangles))


def moved(solid: Mesh, by: Point) -> Mesh:
    return Mesh(solid.vertices + np.asarray(by), solid.triangles)


def turned(solid: Mesh, rotation: Floats) -> Mesh:
    return Mesh(solid.vertices @ rotation.T, solid.triangles)


def any_rotation(seed: int) -> Floats:
    """A rotation matrix, the same for the same seed."""
    rotation, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return rotation * np.sign(np.linalg.det(rotation))


def about_y(degrees: float) -> Floats:
    turn = math.radians(degrees)
    return np.array([[math.cos(turn), 0, math.sin(turn)], [0, 1, 0], [-math.sin(turn), 0, math.cos(turn)]])


def joined(*parts: Mesh) -> Mesh:
    """The parts as one body."""
    return _after(manifold3d.OpType.Add, parts)


def cut(part: Mesh, *tools: Mesh) -> Mesh:
    return _after(manifold3d.OpType.Subtract, (part, *tools))


def _after(operation: manifold3d.OpType, parts: Sequence[Mesh]) -> Mesh:
    meshes = [(np.array(part.vertices, order="C"), np.array(part.triangles, np.uint64, order="C")) for part in parts]
    bodies = [manifold3d.Manifold(manifold3d.Mesh64(*arrays)) for arrays in meshes]
    result = manifold3d.Manifold.batch_boolean(bodies, operation).to_mesh64()
    return mesh(result.vert_properties[:, :3], result.tri_verts)


def volume(solid: Mesh) -> float:
    return float(np.einsum("ij,ij->", solid.corners[:, 0], solid.crosses)) / 6
