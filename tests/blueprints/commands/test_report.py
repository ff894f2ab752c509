"""A report has every figure of a measurement, with its unit; what is alike is told once."""

from dataclasses import fields, replace

from blueprints.commands import report
from marketplace.geometry.features import Entry, Features, Hole, Pocket, SharpEdges, Widening
from marketplace.geometry.outcomes import Crashed, Refused
from marketplace.geometry.shape import Build, OrientedBox, Sections, Walls
from marketplace.geometry.values import FileKind, Measurement, Method, Remark, RemarkKind, Units
from marketplace.manufacturability.judging import findings

UP = (0.0, 0.0, 1.0)


def hole(diameter_mm, depth_mm, *, x=0.0):
    return Hole(diameter_mm, depth_mm, True, UP, (x, 5.0, 5.0), thread="M6", faces=(int(x),))


def part(**figures):
    plain = Measurement(
        kind=FileKind.STEP,
        declared_units=Units.INCH,
        volume_mm3=1234.5,
        area_mm2=600.0,
        box_mm=(10.0, 20.0, 30.0),
        is_closed=True,
        bodies=1,
        triangles=None,
        faces=6,
        holes=(),
        engine="kernel 8",
        method=Method.EXACT,
    )
    return replace(plain, **figures)


def test_the_plain_figures_stand_with_their_units_and_how_they_were_found():
    text = report.measured("a.step", part(corner_mm=(-1.0, 0.0, 2.5)), {})

    assert text.startswith("a.step: step, kernel 8\nPart (exact: from the surfaces themselves)\n")
    lines = {" ".join(line.split()) for line in text.splitlines()}
    assert {"volume 1,234.5 mm³", "area 600 mm²", "box 10 × 20 × 30 mm", "corner -1, 0, 2.5 mm"} <= lines
    assert {"declared units inch", "closed yes", "faces 6", "triangles —"} <= lines


def test_no_figure_of_a_measurement_is_left_out():
    text = report.measured("a.step", part(), {})

    for field in fields(Measurement):
        if field.name not in ("kind", "engine", "method", "remarks"):
            words = field.name.removeprefix("is_").replace("_mm3", "").replace("_mm2", "").replace("_mm", "")
            assert f"  {words.replace('_', ' ')} " in text or f"{words.capitalize()} (0)" in text, field.name


def test_holes_that_differ_in_their_places_only_are_counted():
    widened = replace(hole(4.0, 3.0), widenings=(Widening(Entry.COUNTERSINK, 8.0, 2.0, 90.0),))
    text = report.measured("a.step", part(holes=(hole(6.6, 10.0), hole(6.6, 10.0, x=9.0), widened)), {})

    assert "Holes (3)" in text
    assert "2 × diameter 6.6 mm, depth 10 mm, through yes, axis 0, 0, 1, thread M6" in text
    assert "widenings (kind countersink, diameter 8 mm, depth 2 mm, angle 90°)" in text


def test_a_long_list_shows_its_commonest_and_says_how_many_more():
    text = report.measured("a.step", part(holes=tuple(hole(1.0 + n, 5.0) for n in range(20))), {})

    assert "Holes (20)" in text
    assert "… and 8 more sorts" in text


def test_each_group_has_its_heading_with_the_quality_of_its_figures():
    features = Features(
        pockets=(Pocket(5.0, 6.0, 7.0, 1.0, is_through=False, axis=UP, at_mm=UP),),
        sharp_edges=SharpEdges(3, 40.0, UP),
    )
    text = report.measured(
        "a.step",
        part(
            walls=Walls(1.0, 2.0, 3.0, 4.0, UP),
            builds=(Build(UP, 30.0, 5.0, 6.0, 7.0),),
            sections=Sections(UP, 1.0, tuple(map(float, range(40))), (1.0, 2.0)),
            oriented_box=OrientedBox((30.0, 20.0, 10.0), (UP, UP, UP)),
            features=features,
        ),
        {},
    )
    lines = {" ".join(line.split()) for line in text.splitlines()}

    assert {"Walls (sampled: from rays over the surface)", "thinnest 1 mm", "thickest 4 mm"} <= lines
    assert {"Oriented box (meshed: summed over triangles)", "sides 30 × 20 × 10 mm"} <= lines
    assert {"areas 40 figures from 0 to 39 mm²", "perimeters 1, 2 mm"} <= lines
    assert any("overhang 5 mm², support 6 mm³" in line for line in lines)
    assert any("depth 5 mm, width 6 mm, length 7 mm, radius 1 mm, through no" in line for line in lines)
    assert "sharp edges count 3, length 40 mm" in lines


def test_remarks_and_findings_close_the_report():
    odd = part(holes=(hole(0.3, 20.0),), remarks=(Remark(RemarkKind.LEFT_OUT, "Two loose surfaces."),))
    text = report.measured("a.step", odd, {"fdm": findings(odd, "fdm"), "none": ()})

    assert "Remarks\n  left out: Two loose surfaces.\nfdm: BLOCKED, " in text
    assert "  blocks: A hole of 0.3 mm closes up while printing" in text
    assert text.endswith("none: nothing stands against it")


def test_a_refusal_is_its_code_and_its_message():
    assert report.refused("b.step", Refused("file_odd", "It is odd.")) == "b.step: refused, file_odd\n  It is odd."
    assert report.refused("b.step", Crashed(11)).startswith("b.step: refused, file_crashes_kernel\n  The file breaks")
