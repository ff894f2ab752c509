import pytest
from OCP import XCAFDimTolObjects as Objects
from OCP import XCAFDoc as Annotations
from OCP.BRepAdaptor import BRepAdaptor_Surface
from OCP.collections import Sequence_TDF_Label
from OCP.GeomAbs import GeomAbs_Cylinder
from OCP.TCollection import TCollection_HAsciiString

from marketplace.adapters.geometry_kernel.brep import callouts, step
from marketplace.adapters.geometry_kernel.brep.part import numbered
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.features import Callout, CalloutKind
from tests.marketplace.adapters.geometry_kernel.brep.step_documents import StepDocument
from tests.marketplace.adapters.geometry_kernel.geometry_parts import box, cut, cylinder
from tests.marketplace.adapters.geometry_kernel.test_real_files import FILES

SIZE = Objects.XCAFDimTolObjects_DimensionType_Size_Diameter
DISTANCE = Objects.XCAFDimTolObjects_DimensionType_Location_LinearDistance


class Annotated(StepDocument):
    """A plate of 100 × 60 × 20 with one hole of 10 mm."""

    def __init__(self):
        super().__init__()
        self.shape = cut(box((0, 0, 0), (100, 60, 20)), cylinder((20, 30, -1), (0, 0, 1), 10, 22))
        self.plate = self.part(self.shape, "plate")
        self.faces = numbered([self.shape])[0]
        self.hole = next(n for n, face in enumerate(self.faces) if is_cylinder(face))

    def labelled(self, number):
        return self.face(self.plate, self.faces[number])

    def dimension(self, kind, value, *faces, says="", limits=None):
        label, dimension = self.callouts.AddDimension(), Objects.XCAFDimTolObjects_DimensionObject()
        dimension.SetType(kind)
        dimension.SetValue(value)
        if limits:
            dimension.SetUpperTolValue(limits[0])
            dimension.SetLowerTolValue(limits[1])
        if says:
            dimension.AddDescription(TCollection_HAsciiString(says), TCollection_HAsciiString("dimensional note"))
        Annotations.XCAFDoc_Dimension.Set_s(label).SetObject(dimension)
        if len(faces) == 1:
            self.callouts.SetDimension(self.labelled(faces[0]), label)
        else:
            self.callouts.SetDimension(*map(self.labelled, faces), label)

    def position(self, value, face):
        label, tolerance = self.callouts.AddGeomTolerance(), Objects.XCAFDimTolObjects_GeomToleranceObject()
        tolerance.SetType(Objects.XCAFDimTolObjects_GeomToleranceType_Position)
        tolerance.SetTypeOfValue(Objects.XCAFDimTolObjects_GeomToleranceTypeValue_Diameter)
        tolerance.SetMaterialRequirementModifier(Objects.XCAFDimTolObjects_GeomToleranceMatReqModif_M)
        tolerance.SetValue(value)
        Annotations.XCAFDoc_GeomTolerance.Set_s(label).SetObject(tolerance)
        self.callouts.SetGeomTolerance(self.labelled(face), label)
        return label

    def datum(self, letter, face, tolerance):
        label, datum = self.callouts.AddDatum(), Objects.XCAFDimTolObjects_DatumObject()
        datum.SetName(TCollection_HAsciiString(letter))
        datum.SetPosition(1)
        Annotations.XCAFDoc_Datum.Set_s(label).SetObject(datum)
        faces = Sequence_TDF_Label()
        faces.Append(self.labelled(face))
        self.callouts.SetDatum(faces, label)
        self.callouts.SetDatumToGeomTol(label, tolerance)


def is_cylinder(face):
    return BRepAdaptor_Surface(face).GetType() == GeomAbs_Cylinder


@pytest.fixture
def plate():
    return Annotated()


def read(document, tmp_path, **options):
    return step.read(document.written(tmp_path / "part", **options), Limits())


@pytest.mark.parametrize(("units", "mm"), [("MM", 1.0), ("INCH", 25.4)])
def test_a_diameter_has_value_deviations_and_face(plate, tmp_path, units, mm):
    plate.dimension(SIZE, 10 / mm, plate.hole, limits=(0.1 / mm, -0.05 / mm))  # written as they are, in the file's unit
    part = read(plate, tmp_path, units=units)

    (callout,) = part.callouts
    assert (callout.kind, callout.value_mm) == (CalloutKind.DIAMETER, pytest.approx(10))
    assert (callout.plus_mm, callout.minus_mm) == (pytest.approx(0.1), pytest.approx(-0.05))
    assert callout.faces == (plate.hole,)
    assert is_cylinder(part.faces[callout.faces[0]])


def test_what_is_written_beside_a_dimension_is_kept(plate, tmp_path):
    plate.dimension(SIZE, 10.0, plate.hole, says="M12x1.75 - 6H")

    assert read(plate, tmp_path).callouts[0].name == "M12x1.75 - 6H"


def test_a_distance_is_about_the_faces_at_both_ends(plate, tmp_path):
    plate.dimension(DISTANCE, 100.0, 0, 1)

    assert read(plate, tmp_path).callouts == (Callout(CalloutKind.LENGTH, value_mm=100, faces=(0, 1)),)


def test_a_tolerance_has_kind_modifiers_and_datums(plate, tmp_path):
    plate.dimension(SIZE, 10.0, plate.hole)  # the writer takes metres for a tolerance that follows no dimension
    tolerance = plate.position(0.2, plate.hole)
    plate.datum("A", 0, tolerance)
    _, found, datum = read(plate, tmp_path).callouts

    assert found == Callout(
        CalloutKind.TOLERANCE,
        "position",
        value_mm=0.2,
        datums=("A",),
        modifiers=("diameter", "maximum material"),
        faces=(plate.hole,),
    )
    assert datum == Callout(CalloutKind.DATUM, "A", faces=(0,))


def test_a_callout_is_about_every_instance_of_its_face(plate, tmp_path):
    plate.dimension(SIZE, 10.0, plate.hole)
    top = plate.assembly("two plates")
    plate.put(top, plate.plate)
    plate.put(top, plate.plate, (0, 100, 0))

    assert read(plate, tmp_path).callouts[0].faces == (plate.hole, plate.hole + 7)


def test_what_cannot_be_read_is_skipped(plate, tmp_path, monkeypatch):
    plate.dimension(SIZE, 10.0, plate.hole)
    tolerance = plate.position(0.2, plate.hole)
    plate.datum("A", 0, tolerance)
    monkeypatch.setattr(callouts, "_limits", lambda *_: 1 / 0)

    assert [callout.kind for callout in read(plate, tmp_path).callouts] == [CalloutKind.TOLERANCE, CalloutKind.DATUM]


def test_a_dimension_without_a_value_says_nothing(plate, tmp_path):
    plate.dimension(SIZE, 0.0, plate.hole)

    assert read(plate, tmp_path).callouts == ()


@pytest.mark.parametrize(("name", "diameters"), [("01", 7), ("02", 7), ("03", 7)])
def test_diameters_of_the_nist_test_cases_are_those_of_their_cylinders(name, diameters):
    path = FILES / f"nist_ctc_{name}_asme1_ap242.stp"
    if not path.exists():
        pytest.skip(f"no {path}")
    part = step.read(path, Limits())
    found = [callout for callout in part.callouts if callout.kind is CalloutKind.DIAMETER]

    assert len(found) == diameters
    for callout in found:
        assert callout.faces
        for number in callout.faces:
            surface = BRepAdaptor_Surface(part.faces[number])
            assert surface.GetType() == GeomAbs_Cylinder
            assert 2 * surface.Cylinder().Radius() == pytest.approx(callout.value_mm, abs=1e-3)
