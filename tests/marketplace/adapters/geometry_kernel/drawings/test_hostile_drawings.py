"""Drawings that are damaged, endless or malicious: refused with a reason, in time, and nothing else is opened."""

import math
import random
import re
import subprocess
import sys

import pytest

from marketplace.adapters.geometry_kernel.drawings import document, dxf
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.errors import NotFinite, OutOfRange, TooComplex, TruncatedFile, Unreadable
from marketplace.kernel.errors import Rejected
from tests.marketplace.adapters.geometry_kernel.drawings.flat_parts import blank, lines, read, rectangle, rounded, saved
from tests.stopwatch import within


def test_a_drawing_without_its_tables_is_recovered(tmp_path):
    drawing = blank("R2000")
    rectangle(drawing.modelspace(), 0, 0, 30, 20)
    path = saved(drawing, tmp_path)
    text = path.read_text()
    path.write_text(text.replace("  0\nENDTAB\n", "", 3))
    part, _ = dxf.measured(path, Limits())
    assert part.is_closed
    assert part.area_mm2 == 600


VERSION = "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1015\n0\nENDSEC\n"
BARE = "0\nLWPOLYLINE\n{handle}8\ncut\n90\n4\n70\n1\n10\n0\n20\n0\n10\n50\n20\n0\n10\n50\n20\n20\n10\n0\n20\n20\n"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("handle", ["", "5\n2F\n", "5\n2F\n330\n1F\n100\nAcDbEntity\n"])
@pytest.mark.parametrize("header", ["", VERSION])
def test_polylines_without_marks_are_read(tmp_path, header, handle, end):
    """As simple programs write them: nothing says where a polyline's own values begin."""
    circle = "0\nCIRCLE\n8\ncut\n10\n10\n20\n10\n40\n3\n"
    text = f"{header}0\nSECTION\n2\nENTITIES\n{BARE.format(handle=handle)}{circle}0\nENDSEC\n0\nEOF\n"
    path = tmp_path / "part.dxf"
    path.write_bytes(text.replace("\n", end).encode())
    part, _ = dxf.measured(path, Limits())

    assert (part.is_closed, part.bodies, part.drawing.pierces) == (True, 1, 2)
    assert part.area_mm2 == pytest.approx(50 * 20 - math.pi * 9)


def test_a_polyline_that_has_marks_keeps_them(tmp_path):
    """A drawing that is broken elsewhere is not marked twice."""
    drawing = blank("R2000")
    drawing.modelspace().add_lwpolyline([(0, 0), (30, 0), (30, 20)], close=True)
    path = saved(drawing, tmp_path)
    content = path.read_bytes()

    assert content.count(b"AcDbPolyline") == 1
    assert document._marked(content).split() == content.split()


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 500, b"  0\nSECTION\n", b"999\n" * 1000, b"AutoCAD Binary DXF\r\n\x1a\0\0\0"]
)
def test_what_is_no_drawing_is_refused(tmp_path, content):
    path = tmp_path / "part.dxf"
    path.write_bytes(content)
    with pytest.raises(Rejected):
        dxf.measured(path, Limits())


@pytest.mark.parametrize("kind", ["3DFACE", "3DSOLID", "BODY", "REGION", "SURFACE", "PLANESURFACE"])
def test_solids_are_refused_with_the_way_out(tmp_path, kind):
    drawing = blank("R2000")
    rectangle(drawing.modelspace(), 0, 0, 30, 20)
    path = saved(drawing, tmp_path)
    solid = f"  0\n{kind}\n  5\nFFF\n100\nAcDbEntity\n  8\n0\n100\nAcDbModelerGeometry\n 70\n1\n100\nAcDbBody\n"
    head, mark, tail = path.read_text().partition("AcDbPolyline")
    assert mark
    path.write_text(head + mark + tail.replace("  0\nENDSEC\n", solid + "  0\nENDSEC\n", 1))
    with pytest.raises(Unreadable, match="flat outlines"):
        dxf.measured(path, Limits())


@pytest.mark.parametrize("sort", ["polymesh", "mesh"])
def test_a_net_of_faces_is_refused_too(tmp_path, sort):
    drawing = blank()
    if sort == "polymesh":
        drawing.modelspace().add_polymesh((3, 3))
    else:
        with drawing.modelspace().add_mesh().edit_data() as mesh:
            mesh.vertices, mesh.faces = [(0, 0, 0), (1, 0, 0), (0, 1, 0)], [(0, 1, 2)]
    with pytest.raises(Unreadable, match="flat outlines"):
        read(drawing, tmp_path)


def test_a_damaged_number_is_not_guessed(tmp_path):
    path = with_number(tmp_path, "1+20")
    with pytest.raises(Unreadable, match="damaged"):
        dxf.measured(path, Limits())


def test_kinds_of_entities_that_nobody_knows_are_left_out(tmp_path):
    drawing = blank()
    rectangle(drawing.modelspace(), 0, 0, 30, 20)
    drawing.modelspace().add_circle((10, 10), 3)
    path = saved(drawing, tmp_path)
    path.write_text(path.read_text().replace("\nCIRCLE\n", "\nCIRCUS\n"))
    part, _ = dxf.measured(path, Limits())
    assert part.drawing.loops == 1
    assert "1 CIRCUS" in part.remarks[0].message


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e400"])
def test_coordinates_that_are_no_numbers_are_refused(tmp_path, number):
    path = with_number(tmp_path, number)
    with pytest.raises((NotFinite, Unreadable)):
        dxf.measured(path, Limits())


@pytest.mark.parametrize("number", ["1e308", "-1e308", "6e6", "1e18"])
def test_coordinates_beyond_any_part_are_refused(tmp_path, number):
    path = with_number(tmp_path, number)
    with pytest.raises((OutOfRange, NotFinite)):
        dxf.measured(path, Limits())


def with_number(tmp_path, number):
    drawing = blank()
    rounded(drawing.modelspace(), 77.125, 60, 10)
    drawing.modelspace().add_circle((1, 1), 5)
    path = saved(drawing, tmp_path)
    text = path.read_text()
    assert "77.125" in text
    path.write_text(text.replace("77.125", number))
    return path


@pytest.mark.parametrize("place", ["40", "10", "50"])
@pytest.mark.parametrize("number", ["nan", "1e308", "-5", "0", "1e-300"])
def test_arcs_of_any_radius_centre_and_angle_end_in_time(tmp_path, place, number):
    drawing = blank()
    rectangle(drawing.modelspace(), 0, 0, 30, 20)
    drawing.modelspace().add_arc((7.125, 7.125), 7.125, 7.125, 90)
    path = saved(drawing, tmp_path)
    path.write_text(re.sub(rf"(\n *{place}\n)7\.125", rf"\g<1>{number}", path.read_text()))
    finished_in(2, path)


def finished_in(seconds, path):
    within(2 * seconds, lambda: measured_or_rejected(path))


def measured_or_rejected(path):
    try:
        part, _ = dxf.measured(path, Limits())
    except Rejected:
        return
    assert type(part).from_json(part.as_json()) == part


def test_too_many_entities_are_refused_before_they_are_parsed(tmp_path):
    drawing = blank("R12")
    drawing.modelspace().add_line((0, 0), (1, 1))
    path = saved(drawing, tmp_path)
    text = path.read_text()
    line = re.search(r"  0\nLINE\n.*?(?=  0\n)", text, re.DOTALL)[0]
    path.write_text(text.replace(line, line * 250_000))
    within(3, lambda: too_complex(path))


def too_complex(path):
    with pytest.raises(TooComplex):
        dxf.measured(path, Limits())


@pytest.mark.parametrize("distinct", [True, False])
def test_tens_of_thousands_of_lines_over_each_other_end(tmp_path, distinct):
    drawing = blank("R12")
    for which in range(20_000):
        drawing.modelspace().add_line((0, 0), (100 + which * distinct / 7, 0))
    path = saved(drawing, tmp_path)
    finished_in(20, path)


def test_thousands_of_lines_from_one_point_end(tmp_path):
    drawing = blank("R12")
    random_ = random.Random(5)
    for _ in range(5_000):
        begin = (random_.random() / 1000, random_.random() / 1000)
        drawing.modelspace().add_line(begin, (random_.random() * 100, random_.random() * 100))
    finished_in(20, saved(drawing, tmp_path))


def test_thousands_of_outlines_within_each_other_end(tmp_path):
    drawing = blank()
    for size in range(1, 1_001):
        rectangle(drawing.modelspace(), -size, -size, 2 * size, 2 * size)
    path = saved(drawing, tmp_path)
    part, _ = dxf.measured(path, Limits())
    assert part.bodies == 500
    finished_in(20, path)


def test_a_perforated_sheet_is_measured_in_time(tmp_path):
    drawing = blank()
    for x in range(60):
        for y in range(60):
            drawing.modelspace().add_circle((5 + 5 * x, 5 + 5 * y), 2 if (x, y) != (30, 30) else 1.5)
    rectangle(drawing.modelspace(), 0, 0, 305, 305)
    path = saved(drawing, tmp_path)
    part, _ = dxf.measured(path, Limits())
    assert (part.is_closed, part.drawing.pierces) == (True, 3601)
    assert part.drawing.smallest_hole_mm == pytest.approx(3)
    assert part.drawing.narrowest_mm == pytest.approx(1, abs=0.05)
    finished_in(8, path)


def test_bytes_that_changed_on_the_way_are_read_or_refused(tmp_path):
    drawing = blank("R2000")
    rounded(drawing.modelspace(), 70, 50, 10)
    lines(drawing.modelspace(), (10, 10), (20, 10), (20, 20), (10, 10))
    drawing.modelspace().add_open_spline([(30, 30), (40, 45), (50, 30), (30, 30)])
    path = saved(drawing, tmp_path)
    content = path.read_bytes()
    start, random_ = content.index(b"ENTITIES"), random.Random(11)
    for _ in range(120):
        mutant = bytearray(content)
        for _ in range(random_.randint(1, 8)):
            mutant[random_.randrange(start, len(mutant))] = random_.choice(b"0123456789-.eE \nAZ\xff")
        path.write_bytes(mutant)
        finished_in(2, path)


WATCHED = """
import sys
from pathlib import Path
from marketplace.adapters.geometry_kernel.drawings import dxf
from marketplace.adapters.geometry_kernel.limits import Limits

modules, opened = set(sys.modules), []
sys.addaudithook(lambda event, values: opened.append(str(values[0])) if event == "open" else None)
for path in sys.argv[1:]:
    try:
        dxf.measured(Path(path), Limits())
    except ValueError:
        raise
    except Exception as refusal:
        print(type(refusal).__name__)
print(sorted(set(sys.modules) - modules), sorted(set(opened) - set(sys.argv[1:])))
"""


def test_reading_opens_no_file_and_loads_no_module(tmp_path):
    """The confined child has neither; a codec or an enum that ezdxf loads late would end it."""
    paths = []
    for number, version in enumerate(["R12", "R2000", "R2018"]):
        drawing = blank(version)
        drawing.encoding = "cp1250" if version == "R2000" else "cp1252"
        space = drawing.modelspace()
        plate = drawing.blocks.new("plate")
        plate.add_polyline2d([(0, 0, 0), (30, 0, 1), (30, 20, 0), (0, 20, 0)], format="xyb", close=True)
        space.add_blockref("plate", (0, 0), dxfattribs={"xscale": 2, "rotation": 10})
        space.add_text("ß")
        space.add_circle((100, 0), 5)
        if version != "R12":
            space.add_mtext("Š")
            rounded(space, 80, 60, 5)
            space.add_spline([(0, 0), (1, 2), (3, 0)])
            space.add_ellipse((0, 0), (10, 0), 0.3)
            space.add_hatch().paths.add_polyline_path([(0, 0), (10, 0), (10, 10)])
            space.add_linear_dim((0, 30), (0, 0), (10, 0)).render()
        for fmt in ("asc", "bin"):
            folder = tmp_path / f"{number}{fmt}"
            folder.mkdir()
            paths.append(saved(drawing, folder, fmt))
    broken = tmp_path / "broken.dxf"
    broken.write_text(paths[2].read_text("cp1250").replace("  0\nENDTAB\n", "", 3), "cp1250")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WATCHED, *map(str, paths), str(broken)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[] []"


CONFINED = """
import os
import sys
from pathlib import Path
from marketplace.adapters.geometry_kernel import confinement
from marketplace.adapters.geometry_kernel.drawings import dxf
from marketplace.adapters.geometry_kernel.limits import Limits

answer = os.dup(1)
confinement.confine(
    Path(sys.argv[1]), cpu_s=20, memory_bytes=1 << 29, baseline_bytes=confinement.address_space_bytes(), keep=(answer,)
)
part, _ = dxf.measured(Path("part.dxf"), Limits())
os.write(answer, f"{part.is_closed} {part.area_mm2:.3f}".encode())
"""


@pytest.mark.parametrize("fmt", ["asc", "bin"])
@pytest.mark.parametrize("version", ["R2000", "R2018"])
def test_a_drawing_is_measured_in_the_confined_child(tmp_path, version, fmt):
    drawing = blank(version)
    drawing.encoding = "cp950"
    rounded(drawing.modelspace(), 80, 60, 10)
    drawing.modelspace().add_spline([(30, 30), (35, 40), (50, 30), (35, 20), (30, 30)], dxfattribs={"layer": "孔"})
    drawing.modelspace().add_text("註")
    tmp_path.chmod(0o755)
    part, _ = read(drawing, tmp_path, fmt)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", CONFINED, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"True {part.area_mm2:.3f}"


@pytest.mark.parametrize("fmt", ["asc", "bin"])
def test_a_drawing_that_was_cut_off_is_refused(tmp_path, fmt):
    drawing = blank()
    rectangle(drawing.modelspace(), 0, 0, 30, 20)
    drawing.modelspace().add_circle((10, 10), 3)
    path = saved(drawing, tmp_path, fmt)
    content = path.read_bytes()
    for length in (len(content) - 4, content.rindex(b"CIRCLE"), len(content) // 2):
        path.write_bytes(content[:length])
        with pytest.raises(TruncatedFile):
            dxf.measured(path, Limits())
    path.write_bytes(content + (b"\r\n\x1a\n" if fmt == "asc" else b""))
    assert dxf.measured(path, Limits())[0].drawing.loops == 2
