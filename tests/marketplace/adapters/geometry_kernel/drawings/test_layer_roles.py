"""What layers and kinds of line say about what is done along a line."""

import ezdxf
import pytest

from marketplace.adapters.geometry_kernel.drawings.layers import Role, role
from marketplace.geometry.errors import NoGeometry
from tests.marketplace.adapters.geometry_kernel.drawings.flat_parts import blank, close_to, lines, read, rectangle

NAMES = {
    Role.BEND: ["bend", "BEND_UP", "IV_BEND_DOWN", "BendLines", "fold-1", "Biegelinien", "Biegung 90°", "KANTEN"],
    Role.ENGRAVE: ["Engraving", "etch", "LASER_ETCH", "GRAVIRANJE", "gravur", "MARK", "scribe"],
    Role.IGNORED: ["DIM", "Dimensions", "Text", "Defpoints", "hidden lines", "CENTER", "Hilfslinien"],
    Role.CUT: ["0", "", "CUT", "outline", "IV_OUTER_PROFILE", "IZREZ", "Außenkontur", "Sketch Geometry", "レーザー"],
}
SOUND_ALIKE = ["Unbending", "Scent", "Dickicht", "remarkable", "sketch"]


@pytest.mark.parametrize(
    ("layer", "expected"),
    [*((name, role) for role, names in NAMES.items() for name in names), *((name, Role.CUT) for name in SOUND_ALIKE)],
)
def test_a_layer_says_what_its_lines_are_for_by_whole_words(layer, expected):
    assert role(layer, "Continuous") is expected


@pytest.mark.parametrize("line_type", ["CENTER", "Hidden2", "DASHED", "PHANTOM", "ACAD_ISO02W100"])
def test_broken_lines_are_not_cut_unless_their_layer_says_so(line_type):
    assert role("0", line_type) is Role.IGNORED
    assert role("cut", line_type) is Role.CUT
    assert role("bend", line_type) is Role.BEND


def test_bends_and_engravings_are_kept_apart_from_cuts(tmp_path):
    drawing = blank()
    space = drawing.modelspace()
    rectangle(space, 0, 0, 100, 50, layer="CUT")
    lines(space, (0, 10), (100, 10), layer="Bend")
    lines(space, (0, 40), (100, 40), layer="Bend")
    lines(space, (100, 40), (0, 40), layer="Bend")
    space.add_circle((50, 25), 5, dxfattribs={"layer": "Gravur"})
    rectangle(space, -20, -20, 140, 90, layer="Dimensions")
    part, outlines = read(drawing, tmp_path)
    assert part.is_closed
    assert (part.drawing.loops, part.drawing.bends, part.drawing.bend_mm) == (1, 2, 200)
    assert part.box_mm == (100, 50, 0)
    assert [(layer.name, layer.role) for layer in part.drawing.layers] == [
        *[("Dimensions", "ignored"), ("CUT", "cut"), ("Bend", "bend"), ("Gravur", "engrave")]
    ]
    assert part.drawing.layers[3].length_mm == close_to(31.41592653589793)
    assert (len(outlines.bends), len(outlines.engravings)) == (3, 1)


def test_layers_that_are_off_or_frozen_are_left_out_with_a_remark(tmp_path):
    drawing = blank()
    drawing.layers.add("Löcher").off()
    drawing.layers.add("穴").freeze()
    rectangle(drawing.modelspace(), 0, 0, 100, 50)
    drawing.modelspace().add_circle((20, 20), 5, dxfattribs={"layer": "LÖCHER"})
    drawing.modelspace().add_circle((60, 20), 5, dxfattribs={"layer": "穴"})
    part, _ = read(drawing, tmp_path)
    assert part.drawing.loops == 1
    assert "LÖCHER" in part.remarks[0].message
    assert "穴" in part.remarks[0].message


def test_what_lies_on_layer_0_of_a_block_takes_the_layer_of_its_place(tmp_path):
    drawing = blank()
    block = drawing.blocks.new("mark")
    lines(block, (0, 0), (10, 0))
    lines(block, (0, 5), (10, 5), layer="engrave")
    rectangle(drawing.modelspace(), 0, 0, 100, 50)
    drawing.modelspace().add_blockref("mark", (20, 20), dxfattribs={"layer": "bend"})
    part, _ = read(drawing, tmp_path)
    assert part.is_closed
    assert part.drawing.bend_mm == 10


def test_lines_take_their_kind_from_their_layer(tmp_path):
    drawing = with_line_types()
    drawing.layers.add("axes", linetype="CENTER")
    rectangle(drawing.modelspace(), 0, 0, 100, 50)
    lines(drawing.modelspace(), (0, 25), (100, 25), layer="axes")
    lines(drawing.modelspace(), (50, 0), (50, 50), linetype="DASHED")
    part, _ = read(drawing, tmp_path)
    assert part.is_closed
    assert "2 dashed or centre lines" in part.remarks[0].message


def with_line_types():
    return ezdxf.new("R2010", setup=["linetypes"], units=4)


def test_layers_in_an_old_code_page_are_named(tmp_path):
    drawing = blank("R2000")
    drawing.encoding = "cp932"
    rectangle(drawing.modelspace(), 0, 0, 100, 50, layer="外形")
    part, _ = read(drawing, tmp_path)
    assert part.drawing.layers[0].name == "外形"


def test_text_and_dimensions_are_left_out_with_their_numbers(tmp_path):
    drawing = with_line_types()
    space = drawing.modelspace()
    rectangle(space, 0, 0, 100, 50)
    for _ in range(3):
        space.add_text("S235 t=3")
    space.add_mtext("10 pcs")
    space.add_point((5, 5))
    space.add_hatch().paths.add_polyline_path([(0, 0), (10, 0), (10, 10)])
    part, _ = read(drawing, tmp_path)
    assert part.is_closed
    assert part.remarks[0].message.startswith("Not cut: 3 TEXT")


@pytest.mark.parametrize("layer", ["Bend", "Text", "Etch", "Off"])
def test_a_drawing_without_a_line_to_cut_is_refused(tmp_path, layer):
    drawing = blank()
    drawing.layers.add("Off").off()
    rectangle(drawing.modelspace(), 0, 0, 10, 10, layer=layer)
    with pytest.raises(NoGeometry, match="no line to cut"):
        read(drawing, tmp_path)


def test_a_drawing_of_text_alone_or_of_nothing_is_refused(tmp_path):
    drawing = blank()
    drawing.layout("Layout1").add_circle((0, 0), 5)
    with pytest.raises(NoGeometry, match="empty"):
        read(drawing, tmp_path)
    drawing.modelspace().add_text("nothing here")
    with pytest.raises(NoGeometry, match="only text"):
        read(drawing, tmp_path)
