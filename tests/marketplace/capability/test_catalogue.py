"""The catalogue is complete, sourced, and refuses what cannot be made."""

import pytest

from marketplace.capability.catalogue import (
    MaterialNotForProcess,
    MaterialUnknown,
    ProcessUnknown,
    material_for,
    materials,
    materials_of,
    process,
    processes,
)
from marketplace.costing.constants import constants, figure, sources
from marketplace.kernel.money import EXPONENTS


def test_every_process_has_materials_and_constants():
    assert {"cnc_milling", "fdm", "sla", "sls", "mjf", "metal_pbf", "injection_moulding"} <= set(processes())
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


def test_whatever_is_milled_has_all_its_cutting_data():
    for material in materials_of("cnc_milling"):
        assert set(material.facts.cutting) == {"removal_rate", "cutting_speed", "feed_per_tooth", "drill_speed"}


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
