import json
import math
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.geometry.errors import OutOfRange
from marketplace.geometry.features import Hole
from marketplace.geometry.figures import MAX_LENGTH_MM, MAX_LISTED
from marketplace.geometry.records import MalformedRecord
from marketplace.geometry.values import FileKind, Measurement, Units
from tests.meetings import PROCESSES, survived

HOLE = Hole(diameter_mm=5.0, depth_mm=10.0, is_through=True, axis=(0.0, 0.0, 1.0), at_mm=(1.0, -2.0, 3.0))
PART = Measurement(
    kind=FileKind.STEP,
    declared_units=Units.INCH,
    volume_mm3=1000.0,
    area_mm2=600.0,
    box_mm=(10.0, 10.0, 10.0),
    is_closed=True,
    bodies=1,
    triangles=None,
    faces=6,
    holes=(HOLE,),
    engine="test 1",
)
MESH = replace(PART, kind=FileKind.STL, declared_units=None, triangles=12, faces=None, holes=())

lengths = st.floats(0, MAX_LENGTH_MM)
places = st.tuples(*[st.floats(-MAX_LENGTH_MM, MAX_LENGTH_MM)] * 3)
holes = st.builds(Hole, lengths, lengths, st.booleans(), st.tuples(*[st.floats(-1, 1)] * 3), places)
measurements = st.builds(
    Measurement,
    kind=st.sampled_from(FileKind),
    declared_units=st.none() | st.sampled_from(Units),
    volume_mm3=st.floats(0, 1e20),
    area_mm2=st.floats(0, 1e16),
    box_mm=st.tuples(lengths, lengths, lengths),
    is_closed=st.booleans(),
    bodies=st.integers(0, 1000),
    triangles=st.none() | st.integers(0, 10**6),
    faces=st.none() | st.integers(0, 10**6),
    holes=st.lists(holes, max_size=3).map(tuple),
    engine=st.text(min_size=1, max_size=40),
)


@given(measurements)
def test_a_measurement_survives_json(measurement):
    assert Measurement.from_json(json.loads(json.dumps(measurement.as_json()))) == measurement


def test_units_are_exact():
    assert [unit.millimetres for unit in Units] == [1, 10, 1000, Fraction(127, 5)]


def test_confirming_inches_scales_lengths_areas_and_volumes():
    scaled = MESH.scaled(Units.INCH.millimetres)

    assert scaled.box_mm == pytest.approx((254, 254, 254), rel=1e-15)
    assert scaled.area_mm2 == pytest.approx(600 * 25.4**2, rel=1e-15)
    assert scaled.volume_mm3 == pytest.approx(1000 * 25.4**3, rel=1e-15)
    assert (scaled.triangles, scaled.bodies, scaled.is_closed) == (12, 1, True)


def test_scaling_by_one_changes_nothing():
    assert MESH.scaled(1) == MESH
    assert PART.scaled(Units.MM.millimetres) == PART


def test_holes_scale_with_the_part():
    scaled = replace(MESH, holes=(HOLE,)).scaled(10).holes[0]

    assert (scaled.diameter_mm, scaled.depth_mm, scaled.axis, scaled.at_mm) == (50, 100, (0, 0, 1), (10, -20, 30))


@pytest.mark.parametrize(("part", "factor"), [(PART, Fraction(254, 10)), (MESH, 0), (MESH, -1)])
def test_what_cannot_be_scaled(part, factor):
    with pytest.raises(ValueError, match="cannot be scaled"):
        part.scaled(factor)


def test_units_that_make_a_part_absurd_are_refused():
    with pytest.raises(OutOfRange):
        replace(MESH, box_mm=(20_000.0, 1.0, 1.0)).scaled(Units.M.millimetres)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "dwg"),
        ("kind", ["step"]),
        ("declared_units", "furlong"),
        ("volume_mm3", math.nan),
        ("volume_mm3", math.inf),
        ("volume_mm3", -1.0),
        ("volume_mm3", "1000"),
        ("volume_mm3", True),
        ("volume_mm3", 10**400),
        ("area_mm2", None),
        ("box_mm", [1.0, 2.0]),
        ("box_mm", [1.0, 2.0, MAX_LENGTH_MM * 2]),
        ("box_mm", {"x": 1}),
        ("is_closed", 1),
        ("is_closed", "true"),
        ("bodies", 1.0),
        ("bodies", True),
        ("bodies", -1),
        ("triangles", "12"),
        ("faces", 10**12),
        ("holes", "none"),
        ("holes", [HOLE.diameter_mm]),
        ("holes", [{}] * (MAX_LISTED + 1)),
        ("holes", [{"diameter_mm": 5.0}]),
        ("engine", ""),
        ("engine", "e" * 10_000),
        ("engine", 7),
    ],
)
def test_a_record_with_one_wrong_figure_is_malformed(field, value):
    with pytest.raises(MalformedRecord):
        Measurement.from_json(PART.as_json() | {field: value})


@pytest.mark.parametrize("record", [None, [], "step", 1, {}])
def test_what_is_no_record_at_all(record):
    with pytest.raises(MalformedRecord):
        Measurement.from_json(record)


@pytest.mark.parametrize("axis", [[2.0, 0.0, 0.0], [math.nan, 0.0, 1.0]])
def test_an_axis_is_a_direction(axis):
    hole = PART.as_json()["holes"][0] | {"axis": axis}
    with pytest.raises(MalformedRecord):
        Measurement.from_json(PART.as_json() | {"holes": [hole]})


def test_threads_that_read_the_first_record_at_once_do_not_crash_the_process():
    assert survived("marketplace.geometry.records", "from_json", PART.as_json()) == PROCESSES
