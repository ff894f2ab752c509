"""Which changes are tried when a requirement is dear."""

from dataclasses import replace
from uuid import UUID

import pytest

from marketplace.capability import catalogue
from marketplace.costing.rates import LeadTime
from marketplace.costing.tolerances import classes
from marketplace.geometry.features import Features, Pocket, Rounding
from marketplace.geometry.shape import Reach
from marketplace.quoting.service import Requirement
from marketplace.workflows.pricing.cheaper import RADIUS_CAVEAT, changes, with_corners
from marketplace.workflows.pricing.questions import Subject
from tests.scenes import BRACKET

WANTED = Requirement(UUID(int=1), "cnc_milling", "aluminium_6061", 25, "EUR")
PART = Subject(BRACKET)
POCKET = Pocket(10.0, 20.0, 30.0, 1.0, False, (0.0, 0.0, 1.0), (0.0, 0.0, 0.0))
NARROW = replace(
    BRACKET,
    features=Features(
        pockets=(POCKET, replace(POCKET, radius_mm=5.0), replace(POCKET, radius_mm=None)),
        roundings=(Rounding(1.0, True, 4, (0.0, 0.0, 0.0)), Rounding(1.0, False, 4, (0.0, 0.0, 0.0))),
        smallest_inner_radius_mm=1.0,
    ),
)


def tried(kind, wanted=WANTED, part=PART, **more):
    return [each.changed for each in changes(wanted, part, **more) if each.kind == kind]


def test_more_pieces_are_tried_at_breaks_and_multiples_and_never_too_many():
    assert tried("quantity", breaks=(10, 30, 50)) == [{"quantity": n} for n in (30, 50, 125, 250)]
    assert tried("quantity", replace(WANTED, quantity=400_000)) == [{"quantity": 800_000}]
    assert tried("quantity", replace(WANTED, quantity=1_000_000), breaks=(1_000_000,)) == []


def test_every_wider_tolerance_is_tried_and_none_as_tight():
    wide, *_, tightest = classes()

    assert tried("tolerance", replace(WANTED, tolerance=wide)) == []
    assert tried("tolerance", replace(WANTED, tolerance=tightest)) == [{"tolerance": n} for n in list(classes())[:-1]]


def test_every_other_material_of_the_process_is_tried_and_every_other_process_by_the_nearest_material():
    materials = {each["material"] for each in tried("material")}
    processes = {each["process"]: each["material"] for each in tried("process")}

    assert materials == {each.id for each in catalogue.materials_of("cnc_milling")} - {"aluminium_6061"}
    assert set(processes) == set(catalogue.processes()) - {"cnc_milling"}
    assert catalogue.materials()[processes["metal_pbf"]].family == "aluminium"
    for process, material in processes.items():
        assert process in catalogue.materials()[material].processes


def test_another_process_makes_it_as_thick_as_the_file_says():
    asked = replace(WANTED, process="laser_cutting", material="mild_steel", thickness_um=2_000)

    assert all(each["thickness_um"] is None for each in tried("process", asked))


def test_another_family_of_materials_is_said_to_be_one():
    found = [each for each in changes(WANTED, PART) if each.kind in {"process", "material"}]

    assert {each.is_other_family for each in found} == {True, False}
    for each in found:
        is_other = catalogue.materials()[each.changed["material"]].family != "aluminium"
        assert (each.is_other_family, bool(each.caveat)) == (is_other, is_other), each
    (printed,) = [each for each in found if each.changed.get("process") == "fdm"]
    assert printed.caveat.startswith(
        f"Another material: {printed.says.rpartition('of ')[2].removesuffix('.')} in place"
    )
    assert printed.caveat.endswith("Aluminium 6061, with other strength and heat limits.")


def test_asking_for_less_is_tried_where_more_was_asked():
    much = replace(
        WANTED,
        finishes=("anodised_clear", "bead_blasted"),
        inspection="full",
        deliver_to="DE",
        certificates=("iso_9001",),
        lead_time=LeadTime.EXPRESS,
    )
    assert tried("lead_time") == [{"lead_time": LeadTime.ECONOMY}]
    assert tried("lead_time", much) == [{"lead_time": LeadTime.ECONOMY}, {"lead_time": LeadTime.STANDARD}]
    assert tried("lead_time", replace(WANTED, lead_time=LeadTime.ECONOMY)) == []
    assert tried("finish", much) == [{"finishes": ("bead_blasted",)}, {"finishes": ("anodised_clear",)}]
    assert tried("inspection", much) == [{"inspection": "standard"}]
    assert tried("delivery", much) == [{"deliver_to": None}]
    assert tried("certificate", much) == [{"certificates": ()}]
    assert [tried(kind) for kind in ("finish", "inspection", "delivery", "certificate")] == [[]] * 4


def test_wider_corners_are_tried_for_mills_where_corners_are_narrow_and_it_is_said_what_is_left_as_it_was():
    (found,) = [each for each in changes(WANTED, Subject(NARROW)) if each.kind == "radius"]

    assert found.caveat == RADIUS_CAVEAT
    assert found.part.measured == with_corners(NARROW, 3.0)
    assert tried("radius") == []
    assert tried("radius", replace(WANTED, process="fdm", material="pla"), Subject(NARROW)) == []
    assert tried("radius", part=Subject(with_corners(NARROW, 3.0))) == []


def test_only_inner_corners_get_wider_and_none_narrower():
    wider = with_corners(NARROW, 3.0)

    assert [each.radius_mm for each in wider.features.pockets] == [3.0, 5.0, None]
    assert [each.radius_mm for each in wider.features.roundings] == [3.0, 1.0]
    assert wider.features.smallest_inner_radius_mm == 3.0
    assert replace(wider, features=NARROW.features) == NARROW


def test_where_the_corner_asks_for_the_longest_tool_a_wider_one_takes_a_thicker_tool():
    reach = Reach(((0.0, 0.0, 1.0),), 0.0, None, True, 24.0, 2.0, 12.0)
    by_corner = with_corners(replace(NARROW, reach=reach), 3.0).reach
    by_slot = with_corners(replace(NARROW, reach=replace(reach, narrowest_mm=2.5)), 3.0).reach

    assert (by_corner.narrowest_mm, by_corner.tool_ratio) == (6.0, 4.0)
    assert replace(by_corner, narrowest_mm=2.0, tool_ratio=12.0) == reach
    assert by_slot == replace(reach, narrowest_mm=2.5)
    for other in (replace(reach, narrowest_mm=None, tool_ratio=None), replace(reach, narrowest_mm=8.0)):
        assert with_corners(replace(NARROW, reach=other), 3.0).reach == other


@pytest.mark.parametrize("process", sorted(catalogue.processes()))
def test_whatever_is_asked_every_change_names_parts_of_a_requirement_and_changes_it(process):
    material = catalogue.materials_of(process)[0].id
    asked = replace(WANTED, process=process, material=material, tolerance="ultra")

    for each in changes(asked, PART):
        assert each.says.endswith(".")
        assert replace(asked, **each.changed) != asked
