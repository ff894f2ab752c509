import math

import pytest

from marketplace.adapters.geometry_kernel.brep import exact, faces, step
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.figures import Method
from tests.marketplace.adapters.geometry_kernel.brep.step_documents import StepDocument, turned
from tests.marketplace.adapters.geometry_kernel.geometry_parts import (
    ball,
    box,
    compound,
    cut,
    cylinder,
    fuse,
    open_shell,
    written,
)

UP = (0, 0, 1)


def measured(shape, tmp_path):
    return exact.measured(step.read(written(tmp_path / "part", shape), Limits()))


def test_a_block_has_its_closed_form(tmp_path):
    part = measured(box((5, -10, 2), (15, 10, 32)), tmp_path)

    assert (part.volume_mm3, part.area_mm2) == (pytest.approx(6000, rel=1e-12), pytest.approx(2200, rel=1e-12))
    assert (part.corner_mm, part.centre_mm) == ((5, -10, 2), (10, 0, 17))
    assert (part.is_closed, part.is_manifold, part.shells, part.cavities) == (True, True, 1, 0)
    assert (part.method, part.overlaps, part.faces) == (Method.EXACT, None, 6)


def test_seams_and_poles_are_no_missing_faces(tmp_path):
    assert measured(ball((0, 0, 0), 10), tmp_path).is_manifold
    assert measured(cylinder((0, 0, 0), UP, 10, 10), tmp_path).is_manifold


def test_closed_rooms_are_cavities(tmp_path):
    part = measured(cut(box((0, 0, 0), (20, 20, 20)), box((2, 2, 2), (6, 6, 6)), ball((14, 14, 14), 6)), tmp_path)

    assert (part.shells, part.cavities, part.bodies) == (3, 2, 1)
    assert part.volume_mm3 == pytest.approx(8000 - 64 - math.pi * 36, rel=1e-9)
    assert part.is_closed


def test_the_centre_of_mass_weighs_bodies_by_volume(tmp_path):
    part = measured(compound(box((0, 0, 0), (2, 2, 2)), box((10, 0, 0), (14, 4, 4))), tmp_path)

    assert part.centre_mm == pytest.approx(((8 * 1 + 64 * 12) / 72, (8 + 128) / 72, (8 + 128) / 72))


@pytest.mark.parametrize(("at", "overlaps"), [(11, False), (10, False), (9.9, None)])
def test_bodies_in_boxes_apart_do_not_overlap(tmp_path, at, overlaps):
    part = measured(compound(box((0, 0, 0), (10, 10, 10)), box((at, 0, 0), (at + 5, 10, 10))), tmp_path)

    assert part.overlaps is overlaps


def test_a_box_around_a_turned_instance_is_exact(tmp_path):
    document = StepDocument()
    rod = document.part(cylinder((0, 0, 0), UP, 4, 20), "rod")
    top = document.assembly("leaning")
    document.put(top, rod, turned((0, 1, 0), math.pi / 4))
    document.put(top, rod, (1, 0, 1))
    part = exact.measured(step.read(document.written(tmp_path / "part"), Limits()))

    right = 20 * math.sin(math.pi / 4) + 2 * math.cos(math.pi / 4)
    assert part.box_mm == pytest.approx((right + 2 * math.cos(math.pi / 4), 4, 21 + math.sqrt(2)), abs=1e-5)


def test_a_thousand_instances_cost_one_measurement(tmp_path, monkeypatch):
    document = StepDocument()
    screw = document.part(fuse(cylinder((0, 0, 0), UP, 5, 20), cylinder((0, 0, 19), UP, 9, 5)), "screw")
    top = document.assembly("box of screws")
    for number in range(1_000):
        document.put(top, screw, (10 * (number % 40), 10 * (number // 40), 0))
    part = step.read(document.written(tmp_path / "part"), Limits())
    alone, area = exact._body, faces._area
    bodies, sides = [], []
    monkeypatch.setattr(exact, "_body", lambda *body: bodies.append(body) or alone(*body))
    monkeypatch.setattr(faces, "_area", lambda face: sides.append(face) or area(face))
    figures = exact.measured(part)

    assert (len(bodies), len(sides)) == (1, 5)
    assert figures.area_mm2 == pytest.approx(1_000 * figures.components[0].area_mm2)
    assert (figures.bodies, figures.components[0].count) == (1_000, 1_000)
    assert figures.volume_mm3 == pytest.approx(1_000 * math.pi / 4 * (25 * 19 + 81 * 5), rel=1e-9)
    assert figures.box_mm == pytest.approx((399, 249, 24), abs=1e-5)


def test_surfaces_alone_have_area_and_box_but_no_volume(tmp_path):
    part = measured(open_shell(box((0, 0, 0), (10, 20, 30))), tmp_path)

    assert (part.is_closed, part.bodies, part.faces, part.volume_mm3) == (False, 0, 5, 0)
    assert (part.centre_mm, part.is_manifold, part.components) == (None, False, ())
    assert part.box_mm == (10, 20, 30)
