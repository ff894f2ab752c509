"""Parcels: they hold what leaves, and none is heavier than anything of its size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.orders import packing
from marketplace.orders.errors import ParcelImpossible, ParcelsUnequal
from marketplace.orders.packing import Packed

CUBE = {"length_mm": 100, "width_mm": 100, "height_mm": 100}


@given(st.lists(st.integers(1, 1_000_000), min_size=1, max_size=packing.MOST_PARCELS))
def test_parcels_hold_what_is_in_them_and_no_other_number_is_believed(pieces):
    parcels = [Packed(each) for each in pieces]

    held = sum(pieces)

    for left in (held, held + 1):
        assert packing.pieces_in(parcels, said=held, left=left) == held
        for wrong in (held - 1, held + 1):
            with pytest.raises(ParcelsUnequal) as refused:
                packing.pieces_in(parcels, said=wrong, left=left)
            assert refused.value.details == {"pieces": wrong, "in_parcels": held}


@given(st.lists(st.integers(1, 1_000_000), min_size=1, max_size=packing.MOST_PARCELS), st.integers(1, 1_000_000))
def test_all_that_are_left_are_not_fewer(pieces, missing):
    parcels, held = [Packed(each) for each in pieces], sum(pieces)

    assert packing.pieces_in(parcels, said=None, left=held) == held
    assert packing.pieces_in(parcels, said=None, left=held - 1) == held  # too many is another refusal's matter
    with pytest.raises(ParcelsUnequal) as refused:
        packing.pieces_in(parcels, said=None, left=held + missing)
    assert refused.value.details == {"left": held + missing, "in_parcels": held}


def test_a_litre_of_osmium_may_be_sent_and_nothing_heavier():
    packing.refuse_the_impossible([Packed(1, weight_g=22_590, **CUBE)])
    with pytest.raises(ParcelImpossible) as refused:
        packing.refuse_the_impossible([Packed(1, weight_g=500, **CUBE), Packed(1, weight_g=22_591, **CUBE)])
    assert refused.value.details == {"parcel": 2, "weight_g": 22_591, "heaviest_g": 22_590}


@pytest.mark.parametrize("unknown", [{"weight_g": packing.HEAVIEST_G}, CUBE, {}])
def test_what_is_not_known_is_not_impossible(unknown):
    packing.refuse_the_impossible([Packed(1, **unknown)])


def test_a_parcel_tells_what_is_known_of_it():
    assert Packed(3, weight_g=5, carrier="UPS").told() == {"pieces": 3, "weight_g": 5, "carrier": "UPS"}
