"""The catalogue is complete, sourced, and refuses what cannot be made."""

import pytest

from marketplace.capability.catalogue import (
    MaterialNotForProcess,
    MaterialUnknown,
    ProcessUnknown,
    lasers,
    material_for,
    materials,
    materials_of,
    process,
    processes,
)
from marketplace.costing.constants import constants, figure, sources
from marketplace.kernel.money import EXPONENTS
from marketplace.manufacturability.values import Process


def test_every_process_has_materials_and_constants():
    assert set(processes()) == {each.value for each in Process}
    for name in processes():
        assert len(materials_of(name)) >= 4
        assert constants(name)


def test_every_process_and_material_has_a_name_in_both_languages():
    for entry in (*processes().values(), *materials().values()):
        assert entry.name_en.isascii()
        assert any(not letter.isascii() for letter in entry.name_zh)


@pytest.mark.parametrize("material", materials().values(), ids=lambda material: material.id)
def test_every_number_of_a_material_is_sane_and_sourced(material):
    figures = [material.density, *material.facts.cutting.values(), *material.facts.forming.values()]
    assert all(entry.source in sources() and entry.value > 0 and entry.unit for entry in figures)
    assert 800 <= material.density.value <= 9000
    assert 0 < material.price.low_minor_per_kg < material.price.high_minor_per_kg
    assert material.price.currency in EXPONENTS
    assert material.codes
    assert set(material.processes) <= set(processes())


@pytest.mark.parametrize(
    ("process", "needed"),
    [
        ("cnc_milling", {"removal_rate", "cutting_speed", "feed_per_tooth", "drill_speed"}),
        ("cnc_milling_5axis", {"removal_rate", "cutting_speed", "feed_per_tooth", "drill_speed"}),
        ("turning", {"removal_rate", "cutting_speed", "feed_per_tooth", "drill_speed", "turning_speed"}),
        ("laser_cutting", set()),
        ("bending", {"bend_thickness", "bend_radius", "k_factor"}),
    ],
)
def test_whatever_a_process_cuts_has_all_the_data_that_it_takes(process, needed):
    for material in materials_of(process):
        assert needed <= set(material.facts.cutting), material.id
        assert (process in material.thickest_mm) == (process in {"laser_cutting", "bending"})


METALS = frozenset(
    ("aluminium", "steel", "tool_steel", "stainless_steel", "brass", "bronze", "copper", "titanium", "nickel_alloy")
)


def test_no_metal_is_removed_faster_than_one_that_is_cut_faster():
    metals = [each.facts.cutting for each in materials_of("cnc_milling") if each.family in METALS]
    rates = sorted((each["cutting_speed"].value, each["removal_rate"].value) for each in metals)

    assert len(metals) >= 18
    assert [rate for _, rate in rates] == sorted(rate for _, rate in rates)


def test_a_laser_cuts_whatever_is_bent_as_thick_as_it_is_bent():
    for material in materials_of("bending"):
        assert material.thickest_mm["bending"] <= material.thickest_mm["laser_cutting"]


def test_every_laser_table_is_used_sourced_and_in_order():
    assert {material.facts.laser.id for material in materials_of("laser_cutting")} == set(lasers())
    for table in lasers().values():
        assert {table.source, table.pierce_source} <= set(sources())
        for rows in (*table.speeds.values(), table.pierce):
            thicknesses, _ = zip(*rows, strict=True)
            assert list(thicknesses) == sorted(set(thicknesses))


def test_each_material_is_given_to_its_processes_and_refused_to_the_others():
    for process_id in processes():
        for material in materials().values():
            if process_id in material.processes:
                assert material_for(process_id, material.id) is material
            else:
                with pytest.raises(MaterialNotForProcess) as refusal:
                    material_for(process_id, material.id)
                assert material.id not in refusal.value.details["materials"]


@pytest.mark.parametrize(
    ("pair", "refusal"),
    [
        (("fdm", "unobtainium"), MaterialUnknown),
        (("alchemy", "pla"), ProcessUnknown),
        (("", "pla"), ProcessUnknown),
    ],
)
def test_what_the_catalogue_does_not_know_is_refused(pair, refusal):
    with pytest.raises(refusal):
        material_for(*pair)
    assert process("fdm").id == "fdm"


def test_a_figure_without_a_known_source_is_refused():
    with pytest.raises(ValueError, match="hearsay"):
        figure({"value": 1, "unit": "mm", "source": "hearsay"})
