from dataclasses import replace
from datetime import UTC, time
from uuid import uuid4

import pytest
from sqlalchemy.orm import make_transient

from marketplace.capability import queries, service
from marketplace.capability.catalogue import MaterialNotForProcess, MaterialUnknown, ProcessUnknown
from marketplace.capability.certificates import CertificateUnknown
from marketplace.capability.errors import (
    CalendarEmpty,
    EnvelopeImpossible,
    LeadTimesContradict,
    MachinesImpossible,
    MaterialPricesIncomplete,
    MaterialsMissing,
    RateCardUnknown,
    ShiftImpossible,
    ShiftsOverlap,
    TimeZoneUnknown,
    WorkCentreNameTaken,
    WorkCentreUnknown,
)
from marketplace.capability.finishes import FinishNotForMaterial, FinishUnknown
from marketplace.capability.rules import Hours, check_lead_times, check_week, split_at_midnight, time_zones
from marketplace.capability.service import DescribeTerms, WorkCentreTerms
from marketplace.costing.errors import RateCardOutOfRange, ToleranceUnknown
from marketplace.costing.rates import FinishPrice, LeadTime, RateCard, Tier
from marketplace.kernel.actor import Role, RoleTooSmall
from marketplace.kernel.money import CurrencyUnknown
from marketplace.kernel.paging import PageRequest
from marketplace.kernel.transaction import transaction
from tests.sent import statements

TERMS = WorkCentreTerms(
    name="Mills",
    process="cnc_milling",
    machines=3,
    envelope_mm=(600, 350, 400),
    materials=("brass", "aluminium_6061", "brass"),
    time_zone="Asia/Shanghai",
)
PRICES = RateCard("CNY", 30_000, 9_000, {"aluminium_6061": 4_500, "brass": 7_000}, 10_000, 1_500)


@pytest.fixture
def shop(in_app, world):
    return world.make_organisation(hats=("factory",))


def opened(shop, **changes):
    with transaction():
        return service.open_work_centre(replace(TERMS, **changes), by=shop.actor)


def test_a_work_centre_is_stored_as_it_will_be_searched(shop):
    centre = opened(shop)
    assert (centre.envelope_mm, centre.materials, centre.version) == (
        [350, 400, 600],
        ["aluminium_6061", "brass"],
        1,
    )
    assert queries.work_centre(shop.actor, centre.id).shifts == []
    assert queries.time_zone(centre.id) == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"process": "alchemy"}, ProcessUnknown),
        ({"materials": ("unobtainium",)}, MaterialUnknown),
        ({"materials": ()}, MaterialsMissing),
        ({"materials": ("pla",)}, MaterialNotForProcess),
        ({"machines": 0}, MachinesImpossible),
        ({"machines": 1_001}, MachinesImpossible),
        ({"machines": True}, MachinesImpossible),
        ({"envelope_mm": (1, 2)}, EnvelopeImpossible),
        ({"envelope_mm": (0, 2, 3)}, EnvelopeImpossible),
        ({"envelope_mm": (1.5, 2, 3)}, EnvelopeImpossible),
        ({"envelope_mm": (1, 2, 100_001)}, EnvelopeImpossible),
        ({"tolerance": "perfect"}, ToleranceUnknown),
        ({"certificates": ("iso_9001", "iso_9999")}, CertificateUnknown),
        ({"time_zone": "Mars/Olympus"}, TimeZoneUnknown),
        ({"time_zone": "../../etc/passwd"}, TimeZoneUnknown),
        ({"time_zone": "EST5EDT"}, TimeZoneUnknown),
        ({"time_zone": ""}, TimeZoneUnknown),
        ({"shifts": (Hours(0, time(9), time(9)),)}, ShiftImpossible),
    ],
)
def test_what_no_work_centre_can_be_is_refused(shop, changes, refusal):
    with pytest.raises(refusal):
        opened(shop, **changes)
    assert queries.page_of_work_centres(shop.actor, PageRequest()).items == []


def test_a_zone_that_the_database_does_not_know_is_refused(shop, monkeypatch):
    zones = time_zones() | {"Europe/Atlantis"}
    monkeypatch.setattr("marketplace.capability.rules.time_zones", lambda: zones)
    with pytest.raises(TimeZoneUnknown, match="database"):
        opened(shop, time_zone="Europe/Atlantis")


def test_a_name_serves_once_in_a_factory(shop, world):
    first = opened(shop)
    with pytest.raises(WorkCentreNameTaken):
        opened(shop)
    other = opened(shop, name="More mills")
    with pytest.raises(WorkCentreNameTaken), transaction():
        service.describe(
            queries.work_centre_to_change(shop.actor, other.id), DescribeTerms(name="Mills"), by=shop.actor
        )
    neighbour = world.make_organisation(hats=("factory",))
    assert opened(neighbour).name == first.name


def test_describing_changes_what_is_named_and_raises_the_version(shop):
    centre = opened(shop)
    with transaction():
        row = queries.work_centre_to_change(shop.actor, centre.id)
        service.describe(row, DescribeTerms(machines=9, envelope_mm=(3, 2, 1), handling_days=0), by=shop.actor)
    assert (row.machines, row.envelope_mm, row.handling_days, row.name) == (9, [1, 2, 3], 0, "Mills")
    assert row.version == 2


@pytest.mark.parametrize(
    ("week", "refusal"),
    [
        ([], CalendarEmpty),
        ([Hours(7, time(8), time(9))], ShiftImpossible),
        ([Hours(-1, time(8), time(9))], ShiftImpossible),
        ([Hours(0, time(8), time(8))], ShiftImpossible),
        ([Hours(0, time(8, 0, 1), time(9))], ShiftImpossible),
        ([Hours(0, time(8, tzinfo=UTC), time(9))], ShiftImpossible),
        ([Hours(0, time(8), time(12)), Hours(0, time(11, 59), time(13))], ShiftsOverlap),
        ([Hours(0, time(8), time(0)), Hours(0, time(20), time(22))], ShiftsOverlap),
        ([Hours(0, time(8), time(12)), Hours(0, time(8), time(12))], ShiftsOverlap),
        ([Hours(0, time(22), time(6)), Hours(1, time(5), time(9))], ShiftsOverlap),
        ([Hours(6, time(22), time(6)), Hours(0, time(5, 59), time(9))], ShiftsOverlap),
        ([Hours(0, time(0), time(0)), Hours(0, time(0), time(0))], ShiftsOverlap),
    ],
)
def test_impossible_weeks_are_refused(week, refusal):
    with pytest.raises(refusal):
        check_week(week)


def test_a_shift_over_midnight_is_kept_as_what_lies_on_each_day():
    night = [Hours(6, time(22), time(6), attended=False), Hours(0, time(6), time(14))]
    check_week(night)
    assert split_at_midnight(night) == [
        Hours(0, time(0), time(6), attended=False),
        Hours(0, time(6), time(14)),
        Hours(6, time(22), time(0), attended=False),
    ]


def test_shifts_may_touch_each_other_and_midnight():
    check_week([Hours(0, time(12), time(0)), Hours(0, time(0), time(12)), Hours(1, time(0), time(0))])


def test_a_calendar_replaces_the_one_before_and_raises_the_version(shop):
    centre = opened(shop, shifts=(Hours(0, time(8), time(16)), Hours(1, time(8), time(16))))
    week = [Hours(4, time(6), time(0)), Hours(0, time(8), time(12))]
    with transaction():
        service.set_calendar(queries.work_centre_to_change(shop.actor, centre.id), service.Week(week), by=shop.actor)

    make_transient(centre)
    kept = queries.work_centre(shop.actor, centre.id)
    assert [(shift.weekday, shift.starts, shift.ends) for shift in kept.shifts] == [
        (0, time(8), time(12)),
        (4, time(6), time(0)),
    ]
    assert kept.version == 2


def test_rate_cards_are_added_and_never_changed(shop):
    centre = opened(shop)
    numbers = []
    for prices in (PRICES, replace(PRICES, machine_rate_minor_per_h=31_000)):
        with transaction():
            row = queries.work_centre_to_change(shop.actor, centre.id)
            numbers.append(service.set_rate_card(row, prices, by=shop.actor).number)
    page = queries.page_of_rate_cards(centre, PageRequest(limit=1))
    assert numbers == [1, 2]
    assert [(card.number, card.machine_rate_minor_per_h) for card in page.items] == [(2, 31_000)]
    rest = queries.page_of_rate_cards(centre, PageRequest(limit=1, cursor=page.next_cursor))
    assert [(card.number, card.set_by) for card in rest.items] == [(1, shop.user_id)]
    assert rest.next_cursor is None


@pytest.mark.parametrize("priced", [{}, {"brass": 1}, {"brass": 1, "aluminium_6061": 1, "pom": 1}])
def test_a_card_prices_exactly_the_materials_of_its_work_centre(shop, priced):
    centre = opened(shop)
    with pytest.raises(MaterialPricesIncomplete), transaction():
        service.set_rate_card(centre, replace(PRICES, material_minor_per_kg=priced), by=shop.actor)
    assert queries.latest_card_number(centre.id) == 0


def test_a_card_prices_only_finishes_of_the_catalogue(shop):
    centre = opened(shop)
    with pytest.raises(FinishUnknown), transaction():
        service.set_rate_card(centre, replace(PRICES, finishes={"gold": FinishPrice(1, 2, 3)}), by=shop.actor)
    with transaction():
        card = service.set_rate_card(
            centre, replace(PRICES, finishes={"polished": FinishPrice(1, 2, 3)}), by=shop.actor
        )
    assert list(card.finishes) == ["polished"]


@pytest.mark.parametrize("finish", ["dyed", "passivated", "spi_a2"])
def test_a_card_offers_no_finish_that_its_work_centre_cannot_have_done(shop, finish):
    centre = opened(shop)
    with pytest.raises(FinishNotForMaterial, match="none of this work centre's materials"), transaction():
        service.set_rate_card(centre, replace(PRICES, finishes={finish: FinishPrice(1, 2, 3)}), by=shop.actor)


def test_absurd_prices_are_refused(shop):
    centre = opened(shop)
    for changes in ({"machine_rate_minor_per_h": -1}, {"margin_bps": 9_001}, {"labour_rate_minor_per_h": 1.5}):
        with pytest.raises(RateCardOutOfRange):
            replace(PRICES, **changes)
    with pytest.raises(CurrencyUnknown), transaction():
        service.set_rate_card(centre, replace(PRICES, currency="QQQ"), by=shop.actor)


def test_only_managers_and_owners_write(shop, world):
    centre = opened(shop)
    for role in (Role.VIEWER, Role.OPERATOR):
        actor = world.make_member(shop, role).actor
        with transaction():
            row = queries.work_centre_to_change(actor, centre.id)
        for act in (
            lambda by: service.open_work_centre(TERMS, by=by),
            lambda by, row=row: service.describe(row, DescribeTerms(machines=1), by=by),
            lambda by, row=row: service.set_calendar(row, service.Week([Hours(0, time(8), time(9))]), by=by),
            lambda by, row=row: service.set_rate_card(row, PRICES, by=by),
        ):
            with pytest.raises(RoleTooSmall), transaction():
                act(actor)


def test_another_factorys_work_centre_does_not_exist(shop, world):
    centre = opened(shop)
    with transaction():
        card = service.set_rate_card(centre, PRICES, by=shop.actor)
    stranger = world.make_organisation(hats=("factory",)).actor
    for look in (queries.work_centre, queries.work_centre_to_change):
        with pytest.raises(WorkCentreUnknown):
            look(stranger, centre.id)
    with pytest.raises(RateCardUnknown):
        queries.rate_card(stranger, card.id)
    with pytest.raises(WorkCentreUnknown):
        queries.time_zone(uuid4())
    assert queries.page_of_work_centres(stranger, PageRequest()).items == []


def test_a_list_costs_the_same_for_one_row_and_for_many(shop):
    counts = []
    for number in range(5):
        opened(shop, name=f"Mills {number}", shifts=(Hours(0, time(8), time(16)),))
        with statements() as sent:
            queries.page_of_work_centres(shop.actor, PageRequest())
        counts.append(len(sent))
    assert len(set(counts)) == 1


EXPRESS, STANDARD, ECONOMY = LeadTime


@pytest.mark.parametrize(
    ("tiers", "faster", "slower", "field"),
    [
        ({EXPRESS: Tier(1), STANDARD: Tier(0)}, "express", "standard", "wait_days"),
        ({STANDARD: Tier(11), ECONOMY: Tier(10, -500)}, "standard", "economy", "wait_days"),
        ({EXPRESS: Tier(0, -1), STANDARD: Tier()}, "express", "standard", "change_bps"),
        ({STANDARD: Tier(), ECONOMY: Tier(10, 1)}, "standard", "economy", "change_bps"),
        ({ECONOMY: Tier(3, -100), STANDARD: Tier(3), EXPRESS: Tier(4, 900)}, "express", "standard", "wait_days"),
    ],
)
def test_a_card_whose_faster_lead_time_is_slower_or_cheaper_is_refused_by_both_names(
    shop, tiers, faster, slower, field
):
    centre = opened(shop)

    with pytest.raises(LeadTimesContradict) as refusal, transaction():
        service.set_rate_card(centre, replace(PRICES, tiers={STANDARD: Tier(), **tiers}), by=shop.actor)

    assert refusal.value.details == {"faster": faster, "slower": slower, "field": field}
    assert refusal.value.message.startswith(faster) and f" {slower} " in refusal.value.message
    assert queries.latest_card_number(centre.id) == 0


@pytest.mark.parametrize(
    "tiers",
    [
        {STANDARD: Tier()},
        {STANDARD: Tier(5, 300)},
        {EXPRESS: Tier(), STANDARD: Tier(), ECONOMY: Tier()},
        {ECONOMY: Tier(20, -800), STANDARD: Tier(5), EXPRESS: Tier(0, 2_500)},
    ],
)
def test_lead_times_that_are_alike_or_in_order_are_taken(tiers):
    check_lead_times(tiers)
