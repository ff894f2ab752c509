"""Tax numbers: their plain form, and those whose digits are wrong."""

import pytest

from marketplace.taxes.errors import TaxCountryUnknown, TaxNumberUnfit
from marketplace.taxes.numbers import LONGEST, checked

GOOD = [
    ("DE", "136 695 976", "DE136695976"),
    ("DE", "de136695976", "DE136695976"),
    ("GR", "094259216", "EL094259216"),
    ("GR", "EL 094259216", "EL094259216"),
    ("FR", "FR40303265045", "FR40303265045"),
    ("AT", "U13585627", "ATU13585627"),
    ("ES", "B58378431", "ESB58378431"),
    ("GB", "GB 980 7806 84", "GB980780684"),
    ("CH", "CHE-107.787.577 IVA", "CHE107787577IVA"),
    ("NO", "NO 995 525 828 MVA", "995525828MVA"),
    ("CN", "91110000600037341L", "91110000600037341L"),
    ("JP", "7-0000-1205-0002", "7000012050002"),
    ("KR", "116-82-00276", "1168200276"),
    ("AU", "83 914 571 673", "83914571673"),
    ("NZ", "49-091-850", "49091850"),
    ("SG", "00192200M", "00192200M"),
    ("IN", "27AAPFU0939F1ZV", "27AAPFU0939F1ZV"),
    ("CA", "12302 6635 RC 0001", "123026635RC0001"),
]


@pytest.mark.parametrize(("country", "written", "plain"), GOOD)
def test_a_number_is_kept_in_its_plain_form_and_is_its_own_plain_form(country, written, plain):
    assert checked(country, written).number == plain
    assert checked(country, plain).number == plain
    assert len(plain) <= LONGEST


@pytest.mark.parametrize(("country", "written", "plain"), GOOD)
def test_a_digit_too_many_is_no_number(country, written, plain):
    with pytest.raises(TaxNumberUnfit):
        checked(country, f"{plain}99")


@pytest.mark.parametrize(
    ("country", "written"),
    [("DE", "DE136695978"), ("FR", "DE136695976"), ("CN", "91110000600037341N"), ("DE", ""), ("DE", "١٣٦٦٩٥٩٧٦")],
)
def test_a_number_whose_digits_do_not_check_is_refused(country, written):
    with pytest.raises(TaxNumberUnfit):
        checked(country, written)


def test_a_country_whose_numbers_we_cannot_check_is_refused():
    with pytest.raises(TaxCountryUnknown):
        checked("US", "12-3456789")
