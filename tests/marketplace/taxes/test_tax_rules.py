"""Who owes tax on what: every branch of the table, worked from a day, two parties and a place."""

from datetime import date

import pytest

from marketplace.taxes.rates import in_force
from marketplace.taxes.rules import UNTAXED, decide
from marketplace.taxes.values import Party, Supply, TaxNumber, Treatment

DAY = date(2026, 11, 28)
GERMAN = TaxNumber("DE", "DE136695976")
FRENCH = TaxNumber("FR", "FR40303265045")
AUSTRIAN = TaxNumber("AT", "ATU13585627")
CHINESE = TaxNumber("CN", "91110000600037341L")
BRITISH = TaxNumber("GB", "GB980780684")


def party(country, *numbers):
    return Party(country, {each.country: each for each in numbers})


def decided(supply, seller, buyer, goes_to, day=DAY):
    return decide(supply, seller=seller, buyer=buyer, goes_to=goes_to, rates=in_force(day))


@pytest.mark.parametrize("supply", Supply)
@pytest.mark.parametrize(("country", "numbers"), [("DE", ()), ("DE", (FRENCH,)), ("US", (GERMAN,)), ("CN", ())])
def test_a_seller_who_is_not_registered_at_home_charges_none(supply, country, numbers):
    assert decided(supply, party(country, *numbers), party("DE", GERMAN), "DE") is UNTAXED


@pytest.mark.parametrize(
    ("supply", "seller", "buyer", "goes_to", "treatment", "bps", "country"),
    [
        (Supply.GOODS, party("DE", GERMAN), party("DE"), "DE", Treatment.DOMESTIC, 1_900, "DE"),
        (Supply.GOODS, party("DE", GERMAN), party("DE", GERMAN), "DE", Treatment.DOMESTIC, 1_900, "DE"),
        (Supply.GOODS, party("DE", GERMAN), party("FR", FRENCH), None, Treatment.DOMESTIC, 1_900, "DE"),
        (Supply.GOODS, party("DE", GERMAN), party("US"), None, Treatment.DOMESTIC, 1_900, "DE"),
        (Supply.GOODS, party("CN", CHINESE), party("CN"), "CN", Treatment.DOMESTIC, 1_300, "CN"),
        (Supply.SERVICES, party("CN", CHINESE), party("CN"), "CN", Treatment.DOMESTIC, 600, "CN"),
        (Supply.GOODS, party("GB", BRITISH), party("IM"), "IM", Treatment.DOMESTIC, 2_000, "GB"),
        (Supply.GOODS, party("DE", GERMAN), party("FR"), "FR", Treatment.DESTINATION, 2_000, "FR"),
        (Supply.GOODS, party("DE", GERMAN), party("MC"), "MC", Treatment.DESTINATION, 2_000, "FR"),
        (Supply.GOODS, party("DE", GERMAN), party("HU"), "HU", Treatment.DESTINATION, 2_700, "HU"),
        (Supply.GOODS, party("DE", GERMAN), None, "FI", Treatment.DESTINATION, 2_550, "FI"),
        (Supply.SERVICES, party("DE", GERMAN), party("FR"), "FR", Treatment.DESTINATION, 2_000, "FR"),
        (Supply.GOODS, party("DE", GERMAN), party("DE", GERMAN), "FR", Treatment.DESTINATION, 2_000, "FR"),
        (Supply.GOODS, party("DE", GERMAN), party("GB", BRITISH), "FR", Treatment.DESTINATION, 2_000, "FR"),
        (Supply.GOODS, party("DE", GERMAN), party("FR", FRENCH), "FR", Treatment.INTRA_COMMUNITY, 0, None),
        (Supply.GOODS, party("DE", GERMAN), party("FR", AUSTRIAN), "FR", Treatment.INTRA_COMMUNITY, 0, None),
        (Supply.SERVICES, party("DE", GERMAN), party("FR", FRENCH), "FR", Treatment.REVERSE_CHARGE, 0, None),
        (Supply.GOODS, party("DE", GERMAN), party("GB", BRITISH), "GB", Treatment.EXPORT, 0, None),
        (Supply.GOODS, party("DE", GERMAN), party("CN", CHINESE), "CN", Treatment.EXPORT, 0, None),
        (Supply.GOODS, party("CN", CHINESE), party("DE", GERMAN), "DE", Treatment.EXPORT, 0, None),
        (Supply.GOODS, party("GB", BRITISH), party("FR", FRENCH), "FR", Treatment.EXPORT, 0, None),
        (Supply.SERVICES, party("DE", GERMAN), party("CN", CHINESE), "CN", Treatment.OUTSIDE_SCOPE, 0, None),
        (Supply.SERVICES, party("GB", BRITISH), party("DE"), "DE", Treatment.OUTSIDE_SCOPE, 0, None),
    ],
)
def test_each_branch_of_the_table(supply, seller, buyer, goes_to, treatment, bps, country):
    found = decided(supply, seller, buyer, goes_to)

    assert (found.treatment, found.rate_bps, found.country) == (treatment, bps, country)
    assert found.seller_number == seller.at_home.number
    assert found.reason.endswith(".")
    assert bool(found.note) is (bps == 0)


def test_the_number_of_where_it_goes_is_named_before_any_other():
    found = decided(Supply.GOODS, party("DE", GERMAN), party("AT", AUSTRIAN, FRENCH), "FR")

    assert found.buyer_number == "FR40303265045"
    assert "Article 138" in found.note


@pytest.mark.parametrize(
    ("seen", "told"), [(None, "VIES was not asked"), (date(2026, 11, 20), "seen in VIES on 2026-11-20")]
)
def test_a_reverse_charge_says_how_far_the_number_was_checked(seen, told):
    found = decided(Supply.SERVICES, party("DE", GERMAN), party("FR", FRENCH._replace(seen_in_vies_on=seen)), "FR")

    assert told in found.reason
    assert "Reverse charge" in found.note


def test_an_export_says_that_the_import_is_not_included():
    assert "import are not included" in decided(Supply.GOODS, party("DE", GERMAN), None, "US").reason


@pytest.mark.parametrize(
    ("day", "bps"),
    [
        (date(2020, 6, 30), 1_900),
        (date(2020, 7, 1), 1_600),
        (date(2020, 12, 31), 1_600),
        (date(2021, 1, 1), 1_900),
    ],
)
def test_the_rate_is_that_of_the_day(day, bps):
    assert decided(Supply.GOODS, party("DE", GERMAN), None, None, day).rate_bps == bps


def test_a_registration_counts_from_its_first_day_to_its_last():
    row = {
        "country": "DE",
        "number": "DE136695976",
        "valid_from": "2026-02-01",
        "valid_until": "2026-03-31",
        "seen_in_vies_on": "2026-02-02",
    }
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 31), date(2026, 4, 1)]

    assert [Party.on(day, "DE", [row]).at_home is not None for day in days] == [False, True, True, False]
    assert Party.on(days[1], "DE", [row]).at_home.seen_in_vies_on == date(2026, 2, 2)
