"""Bits do what the same acts on arrays of places do, place by place."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from marketplace.adapters.geometry_kernel.meshes import rasters
from marketplace.adapters.geometry_kernel.meshes.rasters import SPARE, WORD, Grid


def places(seed, *, layers=3, rows=30, words=3, share=0.7):
    """Random places, none near the border."""
    found = np.random.default_rng(seed).random((layers, rows, words * WORD)) < share
    inside = np.zeros_like(found)
    inside[:, SPARE:-SPARE, SPARE:-SPARE] = True
    return found & inside


def packed(found):
    return np.packbits(found, axis=2, bitorder="little").view(np.uint64)


def unpacked(bits):
    return np.unpackbits(bits.view(np.uint8), axis=2, bitorder="little").astype(bool)


def disc(radius):
    across = np.arange(-radius, radius + 1)
    return (across[:, None] ** 2 + across**2 <= radius * radius + radius // 2)[None]


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), radii=st.lists(st.integers(1, 6), min_size=1, max_size=3, unique=True))
def test_erosion_leaves_what_has_a_disc_of_body_around_it(seed, radii):
    found = places(seed, share=0.97)

    for radius, bits in zip(sorted(radii), rasters.eroded(packed(found), sorted(radii)), strict=True):
        assert (unpacked(bits) == ndimage.binary_erosion(found, disc(radius))).all()


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), radius=st.integers(1, SPARE))
def test_widening_reaches_a_disc_around_the_body(seed, radius):
    found = places(seed, share=0.02)

    assert (unpacked(rasters.widened(packed(found), radius)) == ndimage.binary_dilation(found, disc(radius))).all()


def test_pieces_change_nothing(monkeypatch):
    found = packed(places(1, layers=7))
    (whole,) = rasters.eroded(found, [2])
    wide = rasters.widened(found, 2)
    monkeypatch.setattr(rasters, "_WORDS_AT_ONCE", 1)

    assert (rasters.eroded(found, [2])[0] == whole).all()
    assert (rasters.widened(found, 2) == wide).all()


def test_places_of_each_layer_are_counted():
    found = places(3)

    assert rasters.counted(packed(found)).tolist() == found.sum(axis=(1, 2)).tolist()


@pytest.mark.parametrize("sides", [3, 4, 17, 400])
def test_contours_are_filled_and_holes_are_not(sides):
    """A ring of 20 and 9 mm: every place whose middle lies between the two outlines."""
    turns = math.tau * np.arange(sides) / sides + 0.1
    outline = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    grid = Grid.around(np.array([50.0, 50.0, 1.0]), place_mm=0.3, layers=2)
    rings = [25 + radius * outline for radius in (20.0, 9.0)]
    begins = np.concatenate(rings)
    finishes = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])

    filled = rasters.filled(grid, [(np.ones(len(begins), dtype=np.int64), begins, finishes)])

    area = (20.0**2 - 9.0**2) * sides / 2 * math.sin(math.tau / sides)
    empty, full = rasters.counted(filled) * 0.3**2
    assert empty == 0
    assert full == pytest.approx(area, rel=0.01)
    assert not unpacked(filled)[:, :, -SPARE:].any()
