import math

import pytest

from marketplace.adapters.geometry_kernel.brep import exact, step
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.errors import TooComplex
from tests.marketplace.adapters.geometry_kernel.brep.step_documents import StepDocument, mirrored, turned
from tests.marketplace.adapters.geometry_kernel.geometry_parts import box, compound, cut, cylinder, sub_shapes

UP = (0, 0, 1)
NUT = 10 * 10 * 5 - math.pi * 2.5**2 * 5
BOLT = math.pi * 2.5**2 * 30


def nut():
    return cut(box((0, 0, 0), (10, 10, 5)), cylinder((5, 5, -1), UP, 5, 7))


def bolt():
    return cylinder((0, 0, 0), UP, 5, 30)


def read(document, tmp_path, limits=None):
    return step.read(document.written(tmp_path / "part"), limits or Limits())


@pytest.fixture
def rig():
    """A plate, and two trays with three bolts and four nuts each."""
    document = StepDocument()
    plate = document.part(box((0, 0, -20), (200, 100, -10)), "Plate", colour="#336699", material="EN AW-6082")
    small_nut = document.part(nut(), "Nut M5", colour="#ff8000", material="1.4301", density=7.9)
    long_bolt = document.part(bolt(), "Bolt M5")
    tray, top = document.assembly("tray"), document.assembly("rig")
    for place in range(4):
        document.put(tray, small_nut, (20 * place, 0, 0))
    for place in range(3):
        document.put(tray, long_bolt, (20 * place, 40, 0))
    document.put(top, plate)
    document.put(top, tray)
    document.put(top, tray, (0, 200, 0))
    return document


def test_an_assembly_is_unfolded_into_solids_in_place(rig, tmp_path):
    part = read(rig, tmp_path)
    measured = exact.measured(part)

    assert len(part.solids) == measured.bodies == 1 + 8 + 6
    assert len(part.faces) == 6 + 8 * 7 + 6 * 3
    assert sorted(number for item in part.items for number in item.solids) == list(range(15))
    assert measured.volume_mm3 == pytest.approx(200 * 100 * 10 + 8 * NUT + 6 * BOLT, rel=1e-9)
    assert measured.corner_mm == pytest.approx((-2.5, 0, -20))
    assert measured.box_mm == pytest.approx((202.5, 242.5, 50))


def test_components_have_name_count_volume_colour_and_material(rig, tmp_path):
    components = {component.name: component for component in exact.measured(read(rig, tmp_path)).components}

    assert {name: component.count for name, component in components.items()} == {"Plate": 1, "Nut M5": 8, "Bolt M5": 6}
    assert components["Nut M5"].volume_mm3 == pytest.approx(NUT, rel=1e-9)
    assert (components["Nut M5"].colour, components["Nut M5"].material) == ("#ff8000", "1.4301")
    assert (components["Plate"].colour, components["Plate"].material) == ("#336699", "EN AW-6082")
    assert (components["Bolt M5"].colour, components["Bolt M5"].material) == (None, None)


def test_names_keep_every_script_and_the_kernels_own_are_none(tmp_path):
    named, nameless = StepDocument(), StepDocument()
    named.part(bolt(), "Bär Ж 螺栓")
    nameless.part(bolt())

    assert read(named, tmp_path).items[0].name == "Bär Ж 螺栓"
    assert read(nameless, tmp_path).items[0].name is None


def test_a_body_takes_the_colour_most_of_its_faces_have(tmp_path):
    document, shape = StepDocument(), box((0, 0, 0), (1, 2, 3))
    part = document.part(shape, "cube")
    from OCP.TopAbs import TopAbs_FACE

    for face, colour in zip(sub_shapes(shape, TopAbs_FACE), ["#ff0000", *["#00ff00"] * 4, "#ff0000"], strict=True):
        document.paint(document.face(part, face), colour)

    assert read(document, tmp_path).items[0].colour == "#00ff00"


def test_an_instance_may_be_turned_or_mirrored(tmp_path):
    document = StepDocument()
    wedge = document.part(cut(box((0, 0, 0), (30, 20, 10)), cylinder((0, 0, -1), UP, 20, 12)), "wedge")
    top = document.assembly("pair")
    document.put(top, wedge, mirrored((1, 0, 0), (-50, 0, 0)))
    document.put(top, wedge, turned(UP, math.pi / 2))
    measured = exact.measured(read(document, tmp_path))

    assert [component.count for component in measured.components] == [2]
    assert measured.volume_mm3 == pytest.approx(2 * (6000 - math.pi / 4 * 100 * 10), rel=1e-9)
    assert measured.is_closed
    assert measured.corner_mm == pytest.approx((-130, 0, 0), abs=1e-5)
    assert measured.box_mm == pytest.approx((130, 30, 10), abs=1e-5)


def test_bodies_of_one_part_are_told_apart(tmp_path):
    document = StepDocument()
    document.part(compound(box((0, 0, 0), (1, 1, 1)), box((5, 0, 0), (7, 2, 2))), "two")
    measured = exact.measured(read(document, tmp_path))

    assert (measured.bodies, measured.overlaps) == (2, False)
    assert [component.volume_mm3 for component in measured.components] == pytest.approx([1, 8])


def test_nested_instances_that_multiply_are_refused_before_they_unfold(tmp_path):
    document = StepDocument()
    inner = document.part(box((0, 0, 0), (1, 1, 1)), "grain")
    for level in range(5):
        outer = document.assembly(f"level {level}")
        for place in range(10):
            document.put(outer, inner, (2.0 * place * 10**level, 0, 0))
        inner = outer

    with pytest.raises(TooComplex, match="10,000 parts"):
        read(document, tmp_path)


def test_faces_are_counted_as_often_as_they_are_used(rig, tmp_path):
    with pytest.raises(TooComplex, match="faces"):
        read(rig, tmp_path, Limits(faces=79))

    assert len(read(rig, tmp_path, Limits(faces=80)).faces) == 80
