import pytest
from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeEdge
from OCP.gp import gp_Pnt
from OCP.TopAbs import TopAbs_SHELL

from marketplace.adapters.geometry_kernel.brep import exact, step
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.errors import FileTooLarge, NoGeometry, Unreadable
from marketplace.geometry.values import RemarkKind, Units
from tests.marketplace.adapters.geometry_kernel.brep.step_documents import StepDocument
from tests.marketplace.adapters.geometry_kernel.geometry_parts import (
    box,
    compound,
    open_shell,
    sub_shapes,
    written,
)

BLOCK = ((0, 0, 0), (10, 20, 30))


def block(tmp_path, **options):
    document = StepDocument()
    document.part(box(*BLOCK), "block")
    return document.written(tmp_path / "part", **options)


@pytest.mark.parametrize("schema", ["AP203", "AP214IS", "AP242DIS"])
def test_each_application_protocol_is_read(tmp_path, schema):
    part = step.read(block(tmp_path, schema=schema), Limits())

    assert [item.name for item in part.items] == ["block"]
    assert part.faces_of == ((0, 1, 2, 3, 4, 5),)
    assert exact.measured(part).volume_mm3 == pytest.approx(6000, rel=1e-12)


@pytest.mark.parametrize(
    ("written_in", "units"), [("MM", Units.MM), ("INCH", Units.INCH), ("CM", Units.CM), ("M", Units.M)]
)
def test_geometry_is_in_millimetres_whatever_the_file_states(tmp_path, written_in, units):
    part = step.read(block(tmp_path, units=written_in), Limits())

    assert (part.units, part.remarks) == (units, ())
    assert exact.measured(part).box_mm == (10, 20, 30)


@pytest.mark.parametrize(("written_in", "name"), [("FT", "foot"), ("UM", "micrometre")])
def test_units_that_nobody_is_asked_about_are_converted_and_remarked(tmp_path, written_in, name):
    part = step.read(block(tmp_path, units=written_in), Limits())

    assert part.units is None
    assert name in part.remarks[0].message
    assert exact.measured(part).box_mm == (10, 20, 30)


@pytest.mark.parametrize(
    ("stated", "units"),
    [
        (["MILLIMETRE"], Units.MM),
        (["Inches "], Units.INCH),
        (["inch", "IN"], Units.INCH),
        (["inch", "millimetre"], None),
        (["furlong"], None),
        ([], None),
    ],
)
def test_several_lengths_or_an_unknown_one_are_no_declared_unit(stated, units):
    found, remarks = step._declared_units(Stating(stated))

    assert found is units
    assert [remark.kind for remark in remarks] == ([] if units else [RemarkKind.NOT_MEASURED])


class Stating:
    """A reader of a file that states these units."""

    def __init__(self, names):
        self.names = names

    def ChangeReader(self):  # noqa: N802 - the kernel's name
        return self

    def FileUnits(self, lengths, angles, solid_angles):  # noqa: N802 - the kernel's
        from OCP.TCollection import TCollection_AsciiString

        for name in self.names:
            lengths.Append(TCollection_AsciiString(name))


def test_surfaces_and_wires_beside_a_solid_are_left_out_and_counted(tmp_path):
    line = BRepBuilderAPI_MakeEdge(gp_Pnt(0, 0, 0), gp_Pnt(900, 900, 900)).Edge()
    stray = open_shell(box((500, 0, 0), (600, 90, 90)), without=5)
    part = step.read(written(tmp_path / "part", compound(box(*BLOCK), stray, line)), Limits())

    assert (len(part.solids), len(part.faces)) == (1, 6)
    (remark,) = part.remarks
    assert remark.kind is RemarkKind.LEFT_OUT
    assert "1 surface and 1 wire" in remark.message
    assert exact.measured(part).box_mm == (10, 20, 30)


def test_a_skin_that_is_closed_is_taken_as_solid(tmp_path):
    (skin,) = sub_shapes(box(*BLOCK), TopAbs_SHELL)
    part = step.read(written(tmp_path / "part", skin), Limits())
    measured = exact.measured(part)

    assert (len(part.solids), len(part.loose), len(part.faces)) == (1, 0, 6)
    assert [remark.kind for remark in part.remarks] == [RemarkKind.MENDED]
    assert (measured.is_closed, measured.volume_mm3) == (True, pytest.approx(6000))


def test_an_open_skin_stays_open(tmp_path):
    part = step.read(written(tmp_path / "part", open_shell(box(*BLOCK))), Limits())

    assert (part.solids, part.faces, part.items, part.remarks) == ((), (), (), ())
    assert len(part.loose) == 5


def test_a_solid_that_is_inside_out_is_turned(tmp_path):
    part = step.read(written(tmp_path / "part", box(*BLOCK).Reversed()), Limits())

    assert exact.measured(part).volume_mm3 == pytest.approx(6000)
    assert exact.measured(part).is_closed


def test_files_that_are_too_long_or_hold_nothing_are_refused(tmp_path):
    path = block(tmp_path)
    with pytest.raises(FileTooLarge):
        step.read(path, Limits(step_bytes=100))
    path.write_text("ISO-10303-21;\nHEADER;\nnonsense")
    with pytest.raises(Unreadable):
        step.read(path, Limits())
    with pytest.raises(NoGeometry):
        exact.measured(step.read(written(path, open_shell(box(*BLOCK), without=6)), Limits()))
