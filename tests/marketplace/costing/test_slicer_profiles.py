"""A factory's slicer profile becomes the constants of its work centre, or is refused with the setting that is wrong."""

import json

import pytest

from marketplace.costing.constants import constants
from marketplace.costing.errors import SlicerProfileUnreadable
from marketplace.costing.routings import route
from marketplace.costing.slicer_profiles import MOST_BYTES, read
from marketplace.costing.values import Making, PartFacts
from tests.marketplace.costing.layered import block
from tools.compare_printing.recording import RECORD, text

PROFILES = json.loads(RECORD.read_text(encoding="utf-8"))["profiles"]


def changed(**changes):
    return text(PROFILES["quality"] | changes)


def test_the_default_profile_is_the_one_it_is_said_to_be():
    """Constants with the source `prusa_profile` are what the reader makes of that profile."""
    found = read(text(PROFILES["quality"]))

    stated = {name: each.value for name, each in constants("fdm").items() if each.source == "prusa_profile"}
    assert stated == {name: pytest.approx(found[name].value, rel=2e-3) for name in stated}


def test_every_constant_it_gives_is_one_of_the_process():
    for ini in PROFILES.values():
        found = read(text(ini))
        assert found.keys() <= constants("fdm").keys()
        assert {each.source for each in found.values()} == {"work_centre"}
        assert all(each.unit == constants("fdm")[name].unit for name, each in found.items())


def test_the_four_profiles_differ_where_they_should():
    quality, supports, draft, sturdy = (
        read(text(PROFILES[name])) for name in ("quality", "supports", "draft", "sturdy")
    )

    assert {name for name in quality if quality[name] != supports[name]} == {"supports"}
    assert draft["layer_height"].value == 0.3
    assert draft["infill_curve"].value > 1000 > quality["infill_curve"].value
    assert (sturdy["walls"].value, sturdy["infill_share"].value, sturdy["largest_flow"].value) == (3, 0.4, 8)
    assert sturdy["top_layers"].value == 8


def test_a_profile_prices_a_part(pla):
    part = PartFacts(volume_mm3=32_000, area_mm2=6_400, box_mm=(40, 40, 20), layers=block(40, 40, 20))

    fine, coarse = (route("fdm", pla, part, Making(1), read(text(PROFILES[name]))) for name in ("sturdy", "draft"))

    assert fine.total_mmin() > 2 * coarse.total_mmin()
    assert fine.material_mg_each > coarse.material_mg_each


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"external_perimeter_speed": "50%"}, "outer_wall_speed", 22.5),
        ({"top_solid_infill_speed": "25%", "solid_infill_speed": "50%"}, "top_speed", 10),
        ({"first_layer_speed": "30%"}, "first_layer_speed", 13.5),
        ({"perimeter_extrusion_width": "200%"}, "line_width", 0.4),
        ({"perimeter_extrusion_width": "0"}, "line_width", 0.45),
        ({"perimeter_extrusion_width": "0", "extrusion_width": "0", "nozzle_diameter": "0.6,0.6"}, "line_width", 0.675),
        ({"first_layer_height": "150%"}, "first_layer_height", 0.3),
        ({"top_solid_layers": "2"}, "top_layers", 4),
        ({"filament_max_volumetric_speed": "0", "max_volumetric_speed": "11"}, "largest_flow", 11),
        ({"cooling": "0"}, "shortest_layer_time", 0),
        ({"infill_acceleration": "0", "default_acceleration": "500"}, "infill_acceleration", 500),
        ({"retract_length": "0", "retract_lift": "0"}, "hop_time", 0),
        ({"support_material": "1"}, "supports", 1),
        ({"support_material": "1", "support_material_auto": "0"}, "supports", 0),
        ({"fill_pattern": "rectilinear"}, "infill_turns", constants("fdm")["straight_turns"].value),
    ],
)
def test_settings_are_read_as_the_slicer_reads_them(changes, name, value):
    assert read(changed(**changes))[name].value == pytest.approx(value)


@pytest.mark.parametrize(
    "changes",
    [
        {"layer_height": "0"},
        {"perimeter_speed": "fast"},
        {"fill_density": "-5%"},
        {"infill_speed": "nan"},
        {"skirts": "1e9"},
    ],
)
def test_what_is_no_number_is_refused_by_name(changes):
    with pytest.raises(SlicerProfileUnreadable) as refused:
        read(changed(**changes))

    assert refused.value.details["setting"] in changes


def test_a_missing_setting_is_asked_for():
    with pytest.raises(SlicerProfileUnreadable, match="does not set layer_height"):
        read(text({name: value for name, value in PROFILES["quality"].items() if name != "layer_height"}))


@pytest.mark.parametrize("other", ["", "G1 X10", "x = 1\n" * MOST_BYTES])
def test_another_text_is_refused(other):
    with pytest.raises(SlicerProfileUnreadable):
        read(other)


def test_comments_are_no_settings():
    assert read(f"# layer_height = 9\n; layer_height = 9\n{changed()}")["layer_height"].value == 0.2
