"""3MF: units, placed objects, components, parts of models; the right volume or a refusal."""

import numpy as np
import pytest

from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.values import FileKind, RemarkKind, Units
from marketplace.kernel.errors import Rejected
from tests.marketplace.adapters.geometry_kernel.meshes.mesh_files import (
    components_xml,
    model_xml,
    object_xml,
    package,
    part_of,
)
from tests.marketplace.adapters.geometry_kernel.meshes.solids import block

BLOCK = object_xml(1, block((1, 2, 3)), 'name="block"')


def read(folder, content, **limits):
    return part_of(folder, content, FileKind.THREE_MF, Limits(**limits))


def refusal(folder, content, **limits):
    with pytest.raises(Rejected) as refused:
        read(folder, content, **limits)
    return refused.value.code


@pytest.mark.parametrize(
    ("unit", "millimetres", "declared"),
    [
        ("micron", 0.001, Units.MM),
        ("millimeter", 1, Units.MM),
        ("centimeter", 10, Units.CM),
        ("meter", 1000, Units.M),
        ("inch", 25.4, Units.INCH),
        ("foot", 304.8, Units.MM),
    ],
)
def test_lengths_arrive_in_millimetres(tmp_path, unit, millimetres, declared):
    core = read(tmp_path, package(model_xml(BLOCK, attributes=f'unit="{unit}"'))).core

    assert core.declared_units is declared
    assert core.box_mm == pytest.approx((millimetres, 2 * millimetres, 3 * millimetres))
    assert core.volume_mm3 == pytest.approx(6 * millimetres**3)
    assert bool(core.remarks) == (unit in ("micron", "foot"))


def test_a_model_without_a_unit_is_in_millimetres(tmp_path):
    assert read(tmp_path, package(model_xml(BLOCK, attributes=""))).core.volume_mm3 == pytest.approx(6)


def test_items_place_objects_and_are_bodies(tmp_path):
    items = '<item objectid="1"/><item objectid="1" transform="2 0 0 0 1 0 0 0 1 10 20 30"/>'
    core = read(tmp_path, package(model_xml(BLOCK, items))).core

    assert (core.bodies, core.volume_mm3, core.box_mm) == (2, pytest.approx(18), pytest.approx((12, 22, 33)))
    assert [(one.name, one.count, one.volume_mm3) for one in core.components] == [
        ("block", 1, pytest.approx(6)),
        ("block", 1, pytest.approx(12)),
    ]


def test_a_turn_is_written_by_rows(tmp_path):
    """Rows are multiplied from the left: x becomes y, y becomes -x."""
    core = read(tmp_path, package(model_xml(BLOCK, '<item objectid="1" transform="0 1 0 -1 0 0 0 0 1 0 0 0"/>'))).core

    assert (core.box_mm, core.corner_mm) == (pytest.approx((2, 1, 3)), pytest.approx((-2, 0, 0)))


def test_a_mirror_image_keeps_its_outside_outside(tmp_path):
    items = '<item objectid="1"/><item objectid="1" transform="-1 0 0 0 1 0 0 0 1 -5 0 0"/>'
    part = read(tmp_path, package(model_xml(BLOCK, items)))

    assert (part.core.volume_mm3, part.core.remarks) == (pytest.approx(12), ())
    assert part.core.components[0].count == 2
    first, second, third = np.moveaxis(part.mesh.corners, 1, 0)
    assert np.einsum("ij,ij->", first, np.cross(second, third)) / 6 == pytest.approx(12)


def test_components_are_placed_within_what_places_them(tmp_path):
    """First the component is moved, then the item turns it: (10, 0, 0) comes to lie at (0, 10, 0)."""
    pair = components_xml('objectid="1"', 'objectid="1" transform="1 0 0 0 1 0 0 0 1 10 0 0"')
    model = model_xml(BLOCK + object_xml(2, pair), '<item objectid="2" transform="0 1 0 -1 0 0 0 0 1 0 0 0"/>')
    core = read(tmp_path, package(model)).core

    assert (core.bodies, core.volume_mm3, core.box_mm) == (2, pytest.approx(12), pytest.approx((2, 11, 3)))
    assert [(one.name, one.count) for one in core.components] == [("block", 2)]


def test_the_production_extension_reads_other_models(tmp_path):
    inner = model_xml(BLOCK, "", 'unit="inch"')
    objects = object_xml(7, components_xml('objectid="1" p:path="/3D/Objects/Inner.model"'))
    items = (
        '<item objectid="7"/><item objectid="1" p:path="/3D/objects/inner.model" transform="1 0 0 0 1 0 0 0 1 9 9 9"/>'
    )
    attributes = 'unit="inch" requiredextensions="p"'
    core = read(tmp_path, package(model_xml(objects, items, attributes), {"3D/Objects/inner.model": inner})).core

    assert (core.bodies, core.volume_mm3) == (2, pytest.approx(12 * 25.4**3))


def test_models_in_different_units_are_refused(tmp_path):
    inner = model_xml(BLOCK, "", 'unit="inch"')
    model = model_xml("", '<item objectid="1" p:path="/3D/inner.model"/>')

    assert refusal(tmp_path, package(model, {"3D/inner.model": inner})) == "file_unreadable"


def test_supports_are_left_out_and_told(tmp_path):
    model = model_xml(
        BLOCK + object_xml(2, block((9, 9, 9)), 'type="support"'), '<item objectid="1"/><item objectid="2"/>'
    )
    core = read(tmp_path, package(model)).core

    assert (core.volume_mm3, core.bodies) == (pytest.approx(6), 1)
    assert [remark.kind for remark in core.remarks] == [RemarkKind.LEFT_OUT]


def test_a_surface_by_its_own_word_is_not_closed(tmp_path):
    core = read(tmp_path, package(model_xml(object_xml(1, block((1, 1, 1)), 'type="surface"')))).core

    assert (core.is_closed, core.volume_mm3, core.components[0].volume_mm3) == (False, 0, 0)


def nested(levels: int, width: int = 2) -> str:
    """Each object holds the one before, `width` times and apart: width^levels blocks."""
    objects = [BLOCK]
    for level in range(levels):
        places = [
            f'objectid="{level + 1}" transform="1 0 0 0 1 0 0 0 1 {2 * n * min(width**level, 1000)} 0 0"'
            for n in range(width)
        ]
        objects.append(object_xml(level + 2, components_xml(*places)))
    return model_xml("".join(objects), f'<item objectid="{levels + 1}"/>')


def test_nested_components_are_all_counted(tmp_path):
    core = read(tmp_path, package(nested(10))).core

    assert (core.bodies, core.volume_mm3, core.triangles) == (1024, pytest.approx(6 * 1024), 12 * 1024)
    assert core.components[0].count == 1024


@pytest.mark.parametrize(("levels", "width"), [(14, 2), (20, 2), (15, 30), (5, 10), (16, 1)])
def test_too_many_or_too_deep_is_refused_at_once(tmp_path, levels, width):
    assert refusal(tmp_path, package(nested(levels, width))) == "file_too_complex"


def test_the_depth_that_is_allowed(tmp_path):
    assert read(tmp_path, package(nested(15, 1))).core.volume_mm3 == pytest.approx(6)


def test_triangles_count_as_often_as_they_are_built(tmp_path):
    assert read(tmp_path, package(nested(2)), triangles=48).core.is_closed
    assert refusal(tmp_path, package(nested(2)), triangles=47) == "file_too_complex"


SELF = object_xml(1, components_xml('objectid="1"'))
RING = object_xml(1, components_xml('objectid="2"')) + object_xml(2, components_xml('objectid="1"'))
LATTICE = BLOCK.replace(
    "</mesh>", '<b:beamlattice xmlns:b="http://schemas.microsoft.com/3dmanufacturing/beamlattice/2017/02"/></mesh>'
)


@pytest.mark.parametrize(
    ("model", "code"),
    [
        (model_xml(BLOCK, None), "file_no_geometry"),
        (model_xml(BLOCK, ""), "file_no_geometry"),
        (model_xml(BLOCK, '<item objectid="2"/>'), "file_unreadable"),
        (model_xml(BLOCK, '<item objectid="1" transform="1 0 0 0 1 0 0 0 0 0 0 0"/>'), "file_unreadable"),
        (model_xml(BLOCK, '<item objectid="1" transform="1 0 0 0 1 0 1 1 0 0 0 0"/>'), "file_unreadable"),
        (model_xml(BLOCK, '<item objectid="1" transform="1 0 0 0 1 0"/>'), "file_unreadable"),
        (model_xml(BLOCK, '<item objectid="1" transform="nan 0 0 0 1 0 0 0 1 0 0 0"/>'), "file_out_of_range"),
        (model_xml(BLOCK, '<item objectid="1" transform="1e300 0 0 0 1 0 0 0 1 0 0 0"/>'), "file_out_of_range"),
        (model_xml(BLOCK, '<item objectid="1" p:path="/3D/none.model"/>'), "file_unreadable"),
        (model_xml(BLOCK + BLOCK), "file_unreadable"),
        (model_xml(SELF), "file_too_complex"),
        (model_xml(RING), "file_too_complex"),
        (model_xml(LATTICE), "file_unreadable"),
        (model_xml(object_xml(1, "")), "file_unreadable"),
        (model_xml(object_xml(1, "<mesh><vertices/><triangles/></mesh>")), "file_unreadable"),
        (model_xml(BLOCK.replace('v1="0"', 'v1="8"', 1)), "file_unreadable"),
        (model_xml(BLOCK.replace('v1="0"', 'v1="-1"', 1)), "file_unreadable"),
        (model_xml(BLOCK.replace('v1="0"', 'v9="0"', 1)), "file_unreadable"),
        (model_xml(BLOCK.replace('x="0.0"', 'x="nan"', 1)), "file_not_finite"),
        (model_xml(BLOCK.replace('x="0.0"', 'x="1e9"', 1)), "file_out_of_range"),
        (model_xml(BLOCK, attributes='unit="parsec"'), "file_unreadable"),
        (model_xml(BLOCK, attributes='requiredextensions="s" xmlns:s="http://example.org/secret"'), "file_unreadable"),
        (model_xml(object_xml(1, block((1, 1, 1)), 'type="support"')), "file_no_geometry"),
        (model_xml(BLOCK)[:-20], "file_unreadable"),
        (model_xml("<x>" * 100 + "</x>" * 100), "file_too_complex"),
        ("<model/>", "file_unreadable"),
        ("", "file_unreadable"),
    ],
)
def test_what_is_refused(tmp_path, model, code):
    assert refusal(tmp_path, package(model)) == code
