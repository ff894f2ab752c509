"""Finishes, families and certificates: complete, sourced, and refused where they make no sense."""

import pytest

from marketplace.capability import certificates, finishes
from marketplace.capability.catalogue import material_for, materials, materials_of, processes
from marketplace.capability.certificates import CertificateUnknown
from marketplace.capability.finishes import (
    FinishesContradict,
    FinishNotForMaterial,
    FinishUnknown,
    families,
    finish,
    finishes_for,
)
from marketplace.costing.constants import sources
from marketplace.kernel.money import EXPONENTS


@pytest.mark.parametrize("each", finishes.finishes().values(), ids=lambda each: each.id)
def test_every_finish_is_complete_and_sourced(each):
    known = set(families()) | {family.kind for family in families().values()}

    assert each.name_en.isascii()
    assert not each.name_zh.isascii()
    assert each.says.endswith(".")
    assert each.families and set(each.families) <= known
    assert set(each.processes) <= set(processes())
    assert set(each.priced_by) <= {"lot", "piece", "area"}
    assert each.price.per in {"lot", "piece", "m2"}
    assert 0 < each.price.low_minor < each.price.high_minor
    assert each.price.currency in EXPONENTS
    assert each.change.low_um <= each.change.high_um
    assert {each.price.source, each.change.source} <= set(sources())
    assert 0 < each.lead_days <= 30


def test_every_finish_suits_something_that_can_be_made_and_every_part_takes_one():
    suited = set()
    for process in processes():
        for material in materials_of(process):
            takes = finishes_for(process, material)
            assert takes, (process, material.id)
            suited |= {each.id for each in takes}

    assert suited == set(finishes.finishes())


def test_every_material_is_of_a_known_family():
    assert {each.family for each in materials().values()} <= set(families())
    for family in families().values():
        assert family.kind in {"metal", "plastic"}
        assert family.name_en.isascii()
        assert not family.name_zh.isascii()


@pytest.mark.parametrize(
    ("process", "material", "asked"),
    [
        ("cnc_milling", "mild_steel", "anodised_clear"),
        ("cnc_milling", "stainless_304", "zinc_plated"),
        ("cnc_milling", "aluminium_6061", "passivated"),
        ("cnc_milling", "aluminium_6061", "hot_isostatic_pressed"),
        ("cnc_milling", "pom", "powder_coated"),
        ("fdm", "pla", "dyed"),
        ("sla", "resin_clear", "vapour_smoothed"),
        ("sla", "resin_clear", "spi_a2"),
    ],
)
def test_what_cannot_be_done_is_refused_and_what_can_is_named(process, material, asked):
    with pytest.raises(FinishNotForMaterial) as refusal:
        finishes.check(process, material_for(process, material), [asked])

    details = refusal.value.details
    assert (details["finish"], asked in details["finishes"], material in details["materials"]) == (asked, False, False)
    assert details["finishes"]


def test_what_can_be_done_passes_and_nothing_asked_is_always_possible():
    aluminium = material_for("cnc_milling", "aluminium_6061")

    finishes.check("cnc_milling", aluminium, ["bead_blasted", "anodised_colour"])
    finishes.check("cnc_milling", aluminium, [])
    finishes.check(
        "metal_pbf", material_for("metal_pbf", "powder_alsi10mg"), ["hot_isostatic_pressed", "hard_anodised"]
    )


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        (["anodised_clear", "hard_anodised", "powder_coated"], ["anodised_clear", "hard_anodised"]),
        (["bead_blasted", "laser_marked", "polished"], ["bead_blasted", "polished"]),
        (["painted", "primed", "powder_coated"], ["painted", "powder_coated"]),
    ],
)
def test_of_two_finishes_that_undo_each_other_both_are_named(asked, named):
    with pytest.raises(FinishesContradict) as refusal:
        finishes.check("cnc_milling", material_for("cnc_milling", "aluminium_6061"), asked)

    assert refusal.value.details["finishes"] == named


@pytest.mark.parametrize(
    "asked",
    [
        ["tumbled", "bead_blasted", "anodised_colour", "laser_marked"],
        ["chromated", "primed", "powder_coated"],
        ["polished", "polished"],
    ],
)
def test_finishes_that_follow_one_another_can_be_had_together(asked):
    finishes.check("cnc_milling", material_for("cnc_milling", "aluminium_6061"), asked)


@pytest.mark.parametrize("asked", ["gold", "", "as_made"])
def test_an_unknown_finish_is_refused(asked):
    with pytest.raises(FinishUnknown):
        finish(asked)
    with pytest.raises(FinishUnknown):
        finishes.check("fdm", material_for("fdm", "pla"), [asked])


def test_a_coat_that_is_thicker_than_the_tolerance_is_told():
    """Powder: 2 × 120 µm on 20 mm, where IT7 allows 10.5 and the standard class 200; on 50 mm the latter allows 300."""
    assert len(finishes.size_warnings(["powder_coated"], "precise", 20)) == 1
    assert len(finishes.size_warnings(["powder_coated"], "standard", 20)) == 1
    assert finishes.size_warnings(["powder_coated"], "standard", 50) == ()
    assert finishes.size_warnings(["dyed", "passivated"], "ultra", 5) == ()


def test_what_is_taken_off_counts_as_what_is_put_on():
    """Electropolishing takes up to 25 µm from each side: 50 µm, as much as the fine class allows at 5 mm, not more."""
    assert finishes.size_warnings(["electropolished"], "fine", 5) == ()
    assert len(finishes.size_warnings(["electropolished"], "precise", 5)) == 1


@pytest.mark.parametrize("each", certificates.certificates().values(), ids=lambda each: each.id)
def test_every_certificate_says_who_issues_it_and_what_it_covers(each):
    assert each.name_en.isascii()
    assert not each.name_zh.isascii()
    assert all((each.standard, each.body, each.covers.endswith("."), each.checked_at))


def test_certificates_of_every_kind_can_be_required_and_unknown_ones_are_refused():
    assert {each.kind for each in certificates.certificates().values()} == set(certificates.CertificateKind)
    certificates.check(["iso_9001", "en_10204_3_1"])
    certificates.check([])
    with pytest.raises(CertificateUnknown, match="'iso_9999'") as refusal:
        certificates.check(["iso_9001", "iso_9999"])
    assert refusal.value.details["unknown"] == ["iso_9999"]
