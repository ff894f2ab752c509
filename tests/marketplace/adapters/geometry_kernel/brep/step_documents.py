"""STEP files with what a plain shape cannot carry: names, colours, materials, assemblies, annotations, schemas."""

from pathlib import Path
from typing import Any

from OCP.gp import gp_Ax1, gp_Ax2, gp_Dir, gp_Pnt, gp_Trsf, gp_Vec
from OCP.Interface import Interface_Static
from OCP.Message import Message
from OCP.Quantity import Quantity_Color, Quantity_TOC_sRGB
from OCP.STEPCAFControl import STEPCAFControl_Controller, STEPCAFControl_Writer
from OCP.STEPControl import STEPControl_AsIs
from OCP.TCollection import TCollection_ExtendedString, TCollection_HAsciiString
from OCP.TDataStd import TDataStd_Name
from OCP.TDF import TDF_Label
from OCP.TDocStd import TDocStd_Document
from OCP.TopLoc import TopLoc_Location
from OCP.XCAFApp import XCAFApp_Application
from OCP.XCAFDoc import XCAFDoc_ColorGen, XCAFDoc_DocumentTool

Triple = tuple[float, float, float]


class StepDocument:
    """A document that is filled and then written."""

    def __init__(self) -> None:
        Message.DefaultMessenger_s().ChangePrinters().Clear()
        self.document = TDocStd_Document(TCollection_ExtendedString("MDTV-XCAF"))
        XCAFApp_Application.GetApplication_s().NewDocument(TCollection_ExtendedString("MDTV-XCAF"), self.document)
        main = self.document.Main()
        self.shapes = XCAFDoc_DocumentTool.ShapeTool_s(main)
        self.colours = XCAFDoc_DocumentTool.ColorTool_s(main)
        self.materials = XCAFDoc_DocumentTool.MaterialTool_s(main)
        self.callouts = XCAFDoc_DocumentTool.DimTolTool_s(main)

    def part(self, shape: Any, name: str = "", *, colour: str = "", material: str = "", density: float = 1) -> Any:
        label = self.shapes.AddShape(shape, False)
        _name(label, name)
        self.paint(label, colour)
        if material:
            words = map(TCollection_HAsciiString, ("", "density measure", "POSITIVE_RATIO_MEASURE"))
            described, kind, unit = words
            self.materials.SetMaterial(label, TCollection_HAsciiString(material), described, density, kind, unit)
        return label

    def paint(self, label: Any, colour: str) -> None:
        if colour:
            red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
            self.colours.SetColor(label, Quantity_Color(red, green, blue, Quantity_TOC_sRGB), XCAFDoc_ColorGen)

    def face(self, part: Any, face: Any) -> Any:
        return self.shapes.AddSubShape(part, face)

    def assembly(self, name: str) -> Any:
        label = self.shapes.NewShape()
        _name(label, name)
        return label

    def put(self, assembly: Any, part: Any, at: Any = (0, 0, 0)) -> Any:
        """An instance of a part or assembly, moved, or placed by a transformation."""
        place = at if isinstance(at, gp_Trsf) else moved(at)
        return self.shapes.AddComponent(assembly, part, TopLoc_Location(place))

    def written(self, path: Path, *, units: str = "MM", schema: str = "AP242DIS") -> Path:
        self.shapes.UpdateAssemblies()
        STEPCAFControl_Controller.Init_s()
        Interface_Static.SetCVal_s("write.step.unit", units)
        Interface_Static.SetCVal_s("write.step.schema", schema)
        writer = STEPCAFControl_Writer()
        for mode in (writer.SetColorMode, writer.SetNameMode, writer.SetMaterialMode, writer.SetDimTolMode):
            mode(True)
        writer.Transfer(self.document, STEPControl_AsIs)
        writer.Write(str(path))
        return path


def _name(label: TDF_Label, name: str) -> None:
    if name:
        TDataStd_Name.Set_s(label, TCollection_ExtendedString(name, True))


def moved(by: Triple) -> gp_Trsf:
    place = gp_Trsf()
    place.SetTranslation(gp_Vec(*map(float, by)))
    return place


def turned(axis: Triple, angle_rad: float) -> gp_Trsf:
    place = gp_Trsf()
    place.SetRotation(gp_Ax1(gp_Pnt(0, 0, 0), gp_Dir(*map(float, axis))), angle_rad)
    return place


def mirrored(normal: Triple, at: Triple = (0, 0, 0)) -> gp_Trsf:
    place = gp_Trsf()
    place.SetMirror(gp_Ax2(gp_Pnt(*map(float, at)), gp_Dir(*map(float, normal))))
    return place
