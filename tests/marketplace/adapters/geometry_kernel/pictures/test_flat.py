"""Pictures of flat drawings."""

import numpy as np
import pytest

from marketplace.adapters.geometry_kernel.drawings.outlines import Outlines, Region
from marketplace.adapters.geometry_kernel.pictures import flat
from tests.marketplace.adapters.geometry_kernel.pictures.scenery import DARK, WHITE, contrast, on, read_back

RED = (214, 40, 40, 255)
BLUE = (20, 96, 200, 255)
SHEET = (168, 188, 210, 255)
CUT = (40, 54, 74, 255)
SIDE = 0.94 * 512
"""Pixels of the longer side of a drawing."""


def ring(*corners):
    return np.array([*corners, corners[0]], dtype=float)


def rectangle(x, y, width, height):
    return ring((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def circle(x, y, radius):
    turn = np.linspace(0, 2 * np.pi, 200)
    return np.column_stack([x + radius * np.cos(turn), y + radius * np.sin(turn)])


def pictured(*regions, **lines):
    return read_back(flat.png(Outlines(regions, **lines)))


def share_of(picture, colour):
    return np.count_nonzero((picture == colour).all(axis=2)) / SIDE**2


def test_a_plate_is_filled_but_for_its_holes():
    plate = Region(rectangle(0, 0, 100, 50), (circle(25, 25, 10), circle(75, 25, 10)))

    picture = pictured(plate)

    covered = picture[..., 3].sum() / 255 / SIDE**2
    assert covered == pytest.approx(0.5 - 2 * np.pi * 0.01, rel=0.03)
    assert picture[256, 256] == pytest.approx(SHEET)
    assert picture[256, int(256 - SIDE / 4), 3] == 0


def test_x_is_to_the_right_and_y_is_up():
    picture = pictured(Region(ring((0, 0), (100, 0), (0, 100))))
    shares = picture[..., 3]

    assert shares[400, 100] == 255
    assert shares[100, 400] == 0
    assert shares[:256, :256].sum() > shares[:256, 256:].sum()


def test_a_part_within_the_hole_of_another_is_filled():
    picture = pictured(
        Region(rectangle(0, 0, 100, 100), (rectangle(20, 20, 60, 60),)), Region(rectangle(40, 40, 20, 20))
    )

    assert picture[256, 256] == pytest.approx(SHEET)
    assert picture[256, int(256 - 0.25 * SIDE), 3] == 0


def test_loose_chains_are_red_and_lie_on_top():
    picture = pictured(Region(rectangle(0, 0, 100, 100)), open_chains=(np.array([[0.0, 50], [100, 50]]),))

    assert share_of(picture, RED) == pytest.approx(1 / SIDE, rel=0.6)
    assert (picture[256, 20:490] == RED).all() or (picture[255, 20:490] == RED).all()


def test_bends_are_dashed_and_never_over_a_cut():
    whole = np.array([[50.0, 0], [50, 100]])
    picture = pictured(Region(rectangle(0, 0, 100, 100)), bends=(whole,))

    blues = (picture == BLUE).all(axis=2).any(axis=1)
    starts = np.count_nonzero(blues[1:] & ~blues[:-1])
    assert starts == pytest.approx(SIDE * 2 / 24, abs=1.5)
    assert 0.4 * SIDE < np.count_nonzero(blues) < 0.7 * SIDE


def test_dashes_go_on_from_one_piece_of_a_chain_to_the_next():
    pieces = np.column_stack([np.full(1000, 50.0), np.linspace(0, 100, 1000)])
    whole = pictured(Region(rectangle(0, 0, 100, 100)), bends=(pieces[[0, -1]],))

    assert np.count_nonzero(pictured(Region(rectangle(0, 0, 100, 100)), bends=(pieces,)) != whole) < 500


@pytest.mark.parametrize("background", [WHITE, DARK])
def test_a_wire_frame_shows_on_any_page(background):
    picture = pictured(Region(rectangle(0, 0, 100, 100), (rectangle(3, 3, 94, 94),)))

    row = contrast(on(background, picture)[256], background)
    assert row[:40].max() > 3
    assert row[-40:].max() > 3


def test_long_and_narrow_drawings_fit():
    picture = pictured(Region(rectangle(1e6, -1e6, 3000, 1)))

    assert np.ptp(np.argwhere(picture[..., 3] > 0)[:, 1]) == pytest.approx(SIDE, abs=3)


@pytest.mark.parametrize("lines", [(), (np.array([[5.0, 5], [5, 5]]),)])
def test_a_drawing_of_nothing_is_a_picture_still(lines):
    assert pictured(open_chains=lines).shape == (512, 512, 4)


def test_a_drawing_beyond_all_measure_is_bounded_in_time_and_place():
    zigzag = np.column_stack([np.linspace(0, 100, 300_000), np.tile([0.0, 100.0], 150_000)])

    picture = pictured(Region(np.vstack([zigzag, zigzag[:1]])))

    assert 0.5 < picture[..., 3].sum() / 255 / SIDE**2 < 1.05
