"""How often a surface goes round a place."""

import numpy as np
import pytest

from marketplace.adapters.geometry_kernel.meshes import winding
from marketplace.adapters.geometry_kernel.meshes.winding import Windings
from tests.marketplace.adapters.geometry_kernel.meshes.solids import any_rotation, block, inside_out, together, turned

TWO = together(block((4, 4, 4)), block((4, 4, 4), (2, 2, 2)))


@pytest.mark.parametrize(
    ("solid", "counts"),
    [
        (TWO, [1, 2, 1, 0]),
        (together(block((4, 4, 4)), block((4, 4, 4))), [2, 2, 0, 0]),
        (together(block((6, 6, 6)), inside_out(block((2, 2, 2), (2, 2, 2)))), [1, 0, 1, 0]),
        (inside_out(block((4, 4, 4))), [-1, -1, 0, 0]),
    ],
    ids=["through each other", "twice in one place", "with a cavity", "inside out"],
)
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_places_are_gone_round_as_often_as_bodies_have_them(solid, counts, seed):
    places = np.array([(1.0, 1, 1), (3, 3, 3), (5, 5, 5), (-1, 2, 2)])
    rotation = np.eye(3) if seed is None else any_rotation(seed)

    assert Windings(turned(solid, rotation)).around(places @ rotation.T).tolist() == counts


def test_many_places_are_counted_in_pieces(monkeypatch):
    monkeypatch.setattr(winding, "PAIRS_AT_ONCE", 50)
    places = np.random.default_rng(0).uniform(0, 6, (100, 3))
    inside = [((places > low) & (places < low + 4)).all(axis=1) for low in (0, 2)]

    assert Windings(TWO).around(places).tolist() == sum(each.astype(int) for each in inside).tolist()
    assert Windings(TWO).around(np.empty((0, 3))).tolist() == []
