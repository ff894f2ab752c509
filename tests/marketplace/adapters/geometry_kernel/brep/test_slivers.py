import numpy as np
import pytest

from marketplace.adapters.geometry_kernel.brep import slivers


def whole(*triangles):
    return np.array(triangles, dtype=np.int32)


def area(points, triangles):
    one, two, three = np.moveaxis(np.asarray(points, dtype=float)[triangles], 1, 0)
    along, across = two - one, three - one
    return (along[:, 0] * across[:, 1] - along[:, 1] * across[:, 0]) / 2


def border(triangles):
    """The directed edges that no other triangle runs the other way."""
    edges = {(int(row[i]), int(row[(i + 1) % 3])) for row in triangles for i in range(3)}
    return {edge for edge in edges if edge[::-1] not in edges}


def test_a_sliver_and_the_triangle_beside_it_become_two_triangles():
    points = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 0.0], [1.0, 2.0]])
    before = whole((0, 1, 2), (0, 2, 3))
    after = slivers.turned(points, before)

    assert area(points, before).min() == 0
    assert sorted(area(points, after).tolist()) == [1.0, 2.0]
    assert border(after) == border(before)


def test_slivers_upon_slivers_go_one_after_another():
    points = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [1.5, 1.0]])
    before = whole((0, 1, 2), (0, 2, 3), (0, 3, 4))
    after = slivers.turned(points, before)

    assert area(points, after).min() == pytest.approx(0.5)
    assert border(after) == border(before)


def test_a_sliver_at_the_border_has_nothing_beside_it_and_stays():
    points = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 0.0]])
    before = whole((0, 1, 2))

    assert slivers.turned(points, before).tolist() == before.tolist()


def test_sound_triangles_stay_as_they_are():
    points = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 1e-3], [0.0, 1e-3]])
    before = whole((0, 1, 2), (0, 2, 3))

    assert slivers.turned(points, before).tolist() == before.tolist()


def test_what_lies_over_itself_has_a_triangle_turned_over():
    points = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [3.0, 1.0]])

    assert not slivers.is_any_turned_over(points, whole((0, 1, 2)))
    assert slivers.is_any_turned_over(points, whole((0, 1, 2), (0, 2, 3)))
