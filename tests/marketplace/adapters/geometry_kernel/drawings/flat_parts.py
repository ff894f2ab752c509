"""Drawings made in a test, and read back."""

import math
from itertools import pairwise
from pathlib import Path

import ezdxf
import pytest

from marketplace.adapters.geometry_kernel.drawings import dxf
from marketplace.adapters.geometry_kernel.limits import Limits


def blank(version="R2010", units=4):
    """An empty drawing in millimetres."""
    drawing = ezdxf.new(version)
    drawing.header["$INSUNITS"] = units
    return drawing


def rectangle(layout, x, y, width, height, **attributes):
    """A closed rectangle."""
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return layout.add_lwpolyline(corners, close=True, dxfattribs=attributes)


def lines(layout, *corners, **attributes):
    """Lines from corner to corner."""
    for begin, end in pairwise(corners):
        layout.add_line(begin, end, dxfattribs=attributes)


def rounded(layout, width, height, radius, **attributes):
    """A rectangle with round corners, its arcs as bulges."""
    bulge, right, top = math.tan(math.pi / 8), width, height
    return layout.add_lwpolyline(
        [
            *[(radius, 0, 0), (right - radius, 0, bulge), (right, radius, 0), (right, top - radius, bulge)],
            *[(right - radius, top, 0), (radius, top, bulge), (0, top - radius, 0), (0, radius, bulge)],
        ],
        format="xyb",
        close=True,
        dxfattribs=attributes,
    )


def slot(layout, x, y, length, width, **attributes):
    """Two lines and two half circles about (x, y); `length` between their centres."""
    half, radius = length / 2, width / 2
    layout.add_line((x - half, y - radius), (x + half, y - radius), dxfattribs=attributes)
    layout.add_arc((x + half, y), radius, -90, 90, dxfattribs=attributes)
    layout.add_line((x + half, y + radius), (x - half, y + radius), dxfattribs=attributes)
    layout.add_arc((x - half, y), radius, 90, 270, dxfattribs=attributes)


def saved(drawing, folder: Path, fmt="asc") -> Path:
    """The drawing as a file."""
    path = folder / "part.dxf"
    drawing.saveas(path, fmt=fmt)
    return path


def read(drawing, folder, fmt="asc"):
    """Its measurement and outlines; the record is one that travels."""
    measurement, outlines = dxf.measured(saved(drawing, folder, fmt), Limits())
    assert type(measurement).from_json(measurement.as_json()) == measurement
    return measurement, outlines


def close_to(value):
    """Within the tolerance of closed forms."""
    return pytest.approx(value, rel=1e-6, abs=1e-6)
