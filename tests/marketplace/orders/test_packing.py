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

    assert packing.pieces_in(parcels, said=None) == packing.pieces_in(parcels, said=sum(pieces)) == sum(pieces)
    for wrong in (sum(pieces) - 1, sum(pieces) + 1):
        with pytest.raises(ParcelsUnequal) as refused:
            packing.pieces_in(parcels, said=wrong)
        assert refused.value.details == {"pieces": wrong, "in_parcels": sum(pieces)}


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
