"""Thumbnails: what is seen, from where, and whether it can be read on any page."""

import numpy as np
import pytest
import trimesh

from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh
from marketplace.adapters.geometry_kernel.meshes.rays import rays
from marketplace.adapters.geometry_kernel.pictures import thumbnail, views
from tests.marketplace.adapters.geometry_kernel.pictures.scenery import (
    DARK,
    WHITE,
    ball,
    block,
    contrast,
    luminance,
    mesh_of,
    on,
    pictured,
)
from tests.stopwatch import within


def test_a_ball_covers_the_disc_that_it_should():
    picture = pictured(ball())

    covered = picture[..., 3].sum() / 255
    assert picture.shape == (512, 512, 4)
    assert covered == pytest.approx(np.pi * (views.FILLED * 256) ** 2, rel=0.005)


def test_the_background_is_transparent_and_the_outline_is_smooth():
    shares = pictured(ball())[..., 3]

    assert shares[0, 0] == shares[0, 511] == shares[511, 0] == shares[511, 511] == 0
    assert set(np.unique(shares)) == {0, 64, 128, 191, 255}


@pytest.mark.parametrize("part", [block(40, 30, 20), ball(), block(100, 80, 0.5), block(0.5, 80, 100)])
def test_sides_stand_out_from_white_and_from_dark_pages(part):
    picture = pictured(part)
    colours = picture[picture[..., 3] == 255][:, :3]

    assert np.quantile(contrast(colours, DARK), 0.05) >= 2.5
    assert np.median(contrast(colours, DARK)) >= 3
    rim = picture[(picture[..., 3] > 0) & (picture[..., 3] < 255)][:, :3]
    assert np.median(contrast(rim, WHITE)) >= 3


def test_the_three_sides_of_a_block_differ_and_lines_part_them():
    picture = pictured(block(20, 20, 20))
    tones = luminance(picture[picture[..., 3] == 255][:, :3]).round(4)

    levels, counts = np.unique(tones, return_counts=True)
    sides = levels[counts > 0.1 * len(tones)]
    assert len(sides) == 3
    assert (levels < sides.min() / 2).any(), "no dark lines"


def test_a_step_in_depth_is_drawn_even_between_parallel_sides():
    step = trimesh.util.concatenate(
        [trimesh.creation.box(bounds=[[0, 0, 0], [20, 20, 1]]), trimesh.creation.box(bounds=[[5, 5, 30], [15, 15, 31]])]
    )
    flat = pictured(block(20, 20, 1))
    stepped = pictured(mesh_of(step))

    assert lines_in(stepped) > lines_in(flat)


def lines_in(picture):
    return np.count_nonzero((luminance(picture[..., :3]) < 0.06) & (picture[..., 3] == 255))


@pytest.mark.parametrize("sides", [(1000, 0.2, 0.2), (0.2, 1000, 0.2), (0.2, 0.2, 1000), (1000, 0.01, 0.01)])
def test_a_rod_shows_on_white_and_on_dark(sides):
    picture = pictured(block(*sides))

    extent = np.argwhere(picture[..., 3] > 0)
    assert np.ptp(extent, axis=0).max() > 0.9 * 512
    for background in (WHITE, DARK):
        rows = contrast(on(background, picture), background).max(axis=int(np.ptp(extent, axis=0).argmax() == 0))
        assert np.count_nonzero(rows > 2.5) > 0.85 * 512


@pytest.mark.parametrize("away", [0, 1, 2])
def test_a_part_without_thickness_is_drawn(away):
    corners = np.insert(np.array([[0.0, 0], [10, 0], [10, 10], [0, 10]]), away, 0.0, axis=1)

    picture = pictured(Mesh(corners, np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32)))

    assert np.count_nonzero(picture[..., 3]) > 0.1 * 512**2


def test_an_open_part_is_drawn_from_both_sides():
    closed = block(20, 20, 20)
    is_below = closed.normals[:, 2] < 0.5
    picture = pictured(Mesh(closed.vertices, closed.triangles[is_below]))

    assert np.count_nonzero(picture[..., 3]) > 0.95 * np.count_nonzero(pictured(closed)[..., 3])


def test_triangles_turned_inside_out_look_the_same():
    part = block(20, 10, 30)
    turned = Mesh(part.vertices, part.triangles[:, ::-1].copy())

    assert np.abs(pictured(part) - pictured(turned)).max() == 0


@pytest.mark.parametrize("corner", [(1, -1), (-1, -1), (1, 1), (-1, 1)])
def test_the_corner_that_shows_most_is_chosen(corner):
    """A tall screen hides a row of blocks from two corners, and seen from one of the others it has steps."""
    x, y = corner
    screen = trimesh.creation.box(bounds=np.sort([[-x * 20, -y * 20, 0], [x * 20, -y * 19, 40]], axis=0))
    other = trimesh.creation.box(bounds=np.sort([[-x * 20, -y * 20, 0], [-x * 19, y * 20, 40]], axis=0))
    blocks = [
        trimesh.creation.box(bounds=np.sort([[x * k, y * k, 0], [x * (k + 3), y * (k + 3), 5]], axis=0))
        for k in (-14, -4, 6)
    ]
    part = mesh_of(trimesh.util.concatenate([screen, other, *blocks]))

    towards = views.chosen(part, rays(part)).towards

    assert (np.sign(towards[0]), np.sign(towards[1])) == corner


def test_far_from_the_origin_it_looks_the_same():
    near = block(20, 10, 30)
    far = Mesh(near.vertices + 1e6, near.triangles)

    assert np.count_nonzero((pictured(near) != pictured(far)).any(axis=2)) < 0.01 * 512**2


def test_a_triangle_without_area_has_an_empty_picture():
    line = Mesh(np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0]]), np.array([[0, 1, 2]], dtype=np.int32))

    assert not pictured(line)[..., 3].any()


def test_a_picture_is_small_and_quick():
    part = ball(subdivisions=5)
    sees = rays(part)
    sees.first(np.zeros((1, 3)), np.array([[0.0, 0, 1]]))

    assert len(within(3, lambda: thumbnail.png(part, sees))) < 60_000


def test_a_third_of_a_million_triangles_are_pictured_in_seconds():
    part = ball(subdivisions=7)
    sees = rays(part)

    assert len(within(10, lambda: thumbnail.png(part, sees))) < 60_000
