"""Writing into a quality record: what is refused, what is corrected how, and that nobody comes between two entries."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from marketplace.claims import queries as claims
from marketplace.claims.models import Remedy
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.orders import queries as orders
from marketplace.quality import chain, inspecting, queries
from marketplace.quality.errors import (
    CalibrationOverdue,
    CharacteristicUnknown,
    MeasuredAlready,
    NothingToCorrect,
    NotInProduction,
    PieceScrapped,
    PieceUnknown,
    RecordFull,
    ValueUnfit,
)
from marketplace.quality.overview import overview
from marketplace.quality.values import (
    Characteristic,
    CharacteristicKind,
    EntryKind,
    Instrument,
    Loss,
    Lot,
    MaterialCertificate,
    SourceOfTruth,
    Stage,
    Value,
)
from marketplace.workflows import checking
from marketplace.workflows.ordering import claiming
from tests import inspections
from tests.inspections import meet

CALIPER = Instrument("Caliper", "C-17", date(2099, 12, 31))
HOLE, SURFACE = 4, 5
GOOD = Value(piece=1, characteristic=HOLE, value="8.00", instrument=CALIPER)
FINE = Value(piece=1, characteristic=SURFACE, passes=True)
SIDES = tuple(replace(GOOD, characteristic=n, value=size) for n, size in ((1, "100.1"), (2, "60"), (3, "19.8")))
WHOLE = (*SIDES, GOOD, FINE)
"""Everything that is required of a piece."""
BURR = Loss(pieces=(1,), reason="A burr inside the hole.", minutes=15)


@contextmanager
def working(bench):
    with bench.app.app_context(), transaction():
        yield bench.job()


def measured(bench, *values, stage=Stage.FINAL):
    with working(bench) as job:
        return [each.number for each in inspecting.measure(job, stage, values, by=bench.factory.actor)]


def entries(bench):
    with bench.app.app_context():
        return queries.entries(queries.of_job(bench.job_id).id)


def test_the_plan_is_frozen_by_the_first_who_writes_whoever_it_is(bench):
    with bench.app.app_context(), transaction():
        job = orders.for_customer_to_change(bench.customer.actor, bench.order_id).jobs[0]
        inspecting.require(job, [HOLE], by=bench.customer.actor)
    measured(bench, GOOD)
    plan, *written = entries(bench)

    assert plan.kind is EntryKind.PLAN
    assert EntryKind.PLAN not in {each.kind for each in written}
    assert plan.content["job"]["factory"]["name"] == "Drehteile Müller"
    assert plan.content["sampling"]["sample"] == 2
    assert [each["designation"] for each in plan.content["characteristics"]][HOLE - 1] == "Hole ⌀8"


def test_looking_writes_nothing_and_shows_the_plan_that_the_first_entry_freezes(bench):
    with bench.app.app_context():
        job = orders.for_customer(bench.customer.actor, bench.order_id).jobs[0]
        planned = overview(job)
        assert queries.of_job(bench.job_id) is None
    measured(bench, FINE)
    with bench.app.app_context():
        frozen = overview(orders.for_factory(bench.factory.actor, bench.job_id))

    assert (planned.is_frozen, planned.entries, planned.records) == (False, 0, [])
    assert (frozen.is_frozen, frozen.characteristics) == (True, planned.characteristics)
    assert {name: frozen.plan[name] for name in planned.plan if name != "kind"} == {
        name: said for name, said in planned.plan.items() if name != "kind"
    }


def test_two_who_begin_at_once_begin_one_plan(bench):
    def begin():
        with working(bench) as job:
            return inspecting.begun(job).id

    first, second = meet(begin, begin)

    assert first == second
    assert len(entries(bench)) == 1


def test_entries_form_one_chain_and_an_instrument_is_written_at_its_first_use(bench):
    measured(bench, GOOD, FINE)
    measured(bench, replace(GOOD, piece=2))
    found = entries(bench)

    kinds = [EntryKind.PLAN, EntryKind.INSTRUMENT, EntryKind.MEASUREMENT, EntryKind.MEASUREMENT, EntryKind.MEASUREMENT]
    assert [each.kind for each in found] == kinds
    assert [each.content.get("instrument") for each in found[2:]] == [2, None, 2]
    assert chain.faults([each.shown for each in found]) == []
    assert found == sorted(found, key=lambda each: each.id), "pages follow the ids"


@pytest.mark.parametrize(("value", "passes"), [("7.80", True), ("8.2", True), ("7.799", False), ("8.2000001", False)])
def test_whether_a_figure_passes_is_computed(bench, value, passes):
    measured(bench, replace(GOOD, value=value))

    assert entries(bench)[-1].content["passes"] is passes
    assert entries(bench)[-1].content["value"] == value


@pytest.mark.parametrize(
    ("value", "refusal"),
    [
        (replace(GOOD, value=None), ValueUnfit),
        (replace(GOOD, passes=True), ValueUnfit),
        (replace(GOOD, instrument=None), ValueUnfit),
        (replace(FINE, passes=None), ValueUnfit),
        (replace(GOOD, characteristic=6), CharacteristicUnknown),
        (replace(GOOD, characteristic=0), CharacteristicUnknown),
        (replace(GOOD, corrects=1), NothingToCorrect),
        (replace(GOOD, instrument=replace(CALIPER, calibrated_until=date(2020, 1, 1))), CalibrationOverdue),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_none_of_its_companions_kept(bench, value, refusal):
    measured(bench, replace(GOOD, piece=2))
    with pytest.raises(refusal):
        measured(bench, FINE, value)
    assert len(entries(bench)) == 3


def test_a_calibration_holds_as_long_as_its_day_lasts_anywhere(bench):
    today = clock.now().date()
    with clock.moved_by(timedelta(days=1)):
        noon = clock.now().replace(hour=11, minute=59) - clock.now()
    with clock.moved_by(timedelta(days=1) + noon):
        measured(bench, replace(GOOD, instrument=replace(CALIPER, calibrated_until=today)))
    with clock.moved_by(timedelta(days=1, hours=12) + noon), pytest.raises(CalibrationOverdue):
        measured(bench, replace(GOOD, piece=2, instrument=replace(CALIPER, calibrated_until=today)))


def test_a_second_value_is_a_correction_that_names_the_first_or_none(bench):
    (first,) = measured(bench, replace(GOOD, value="9.0"))
    with pytest.raises(MeasuredAlready) as refused:
        measured(bench, GOOD)
    assert refused.value.details == {"entry": first}
    with pytest.raises(MeasuredAlready):
        measured(bench, FINE, FINE)

    (second,) = measured(bench, replace(GOOD, corrects=first))
    with pytest.raises(NothingToCorrect):
        measured(bench, replace(GOOD, corrects=first))
    measured(bench, replace(GOOD, corrects=second))
    with pytest.raises(NothingToCorrect):
        measured(bench, replace(FINE, corrects=second))


def test_other_stages_and_other_pieces_are_measured_on_their_own(bench):
    measured(bench, GOOD, stage=Stage.FIRST_ARTICLE)
    measured(bench, GOOD, stage=Stage.IN_PROCESS)
    measured(bench, GOOD, replace(GOOD, piece=2))

    assert len(entries(bench)) == 6


def test_after_rework_a_piece_is_measured_again_and_after_scrap_never(bench):
    measured(bench, replace(GOOD, value="9.0"))
    with working(bench) as job:
        inspecting.rework(job, BURR, by=bench.factory.actor)
    measured(bench, GOOD)
    with pytest.raises(MeasuredAlready):
        measured(bench, GOOD)
    with working(bench) as job:
        inspecting.scrap(job, BURR, by=bench.factory.actor)

    with pytest.raises(PieceScrapped):
        measured(bench, FINE)
    for lose in (inspecting.scrap, inspecting.rework):
        with pytest.raises(PieceScrapped), working(bench) as job:
            lose(job, replace(BURR, pieces=(2, 1)), by=bench.factory.actor)


def test_the_factory_inspects_more_and_the_customer_says_what_must_be(bench):
    rough = Characteristic(
        designation="Ra of the upper face",
        kind=CharacteristicKind.ROUGHNESS,
        source=SourceOfTruth.FORM,
        upper=Decimal("3.2"),
        unit="µm",
        is_required=False,
    )
    with working(bench) as job:
        inspecting.add_characteristic(job, rough, by=bench.factory.actor)
    measured(bench, Value(piece=1, characteristic=6, value="3.2", instrument=CALIPER))
    with bench.app.app_context(), transaction():
        job = queries.job_for_customer(bench.customer.actor, bench.order_id, bench.job_id)
        inspecting.require(job, [6, 6], by=bench.customer.actor)
        with pytest.raises(CharacteristicUnknown):
            inspecting.require(job, [7], by=bench.customer.actor)

    assert entries(bench)[-1].content["characteristics"] == [6]
    assert entries(bench)[-1].content["by"] == {"side": "customer", "user_id": str(bench.customer.user_id)}


def test_a_lot_of_material_says_where_it_comes_from(bench):
    lot = Lot(
        material="EN AW-6061",
        number="H-4711",
        supplier="铝业有限公司",
        certificate=MaterialCertificate.INSPECTION,
        certificate_number="31-0815",
        certificate_sha256="ab" * 32,
    )
    with working(bench) as job:
        inspecting.add_lot(job, lot, by=bench.factory.actor)

    content = entries(bench)[-1].content
    assert (content["supplier"], content["certificate"], content["lot_number"]) == ("铝业有限公司", "3.1", "H-4711")


def test_nothing_is_measured_before_the_job_is_taken(scene, make_organisation):
    factory = make_organisation(hats=("factory",))
    offered = inspections.bench(scene, make_organisation(), factory)
    with pytest.raises(NotInProduction, match="offered"):
        measured(offered, GOOD)
    with working(offered) as job:
        inspecting.require(job, [1], by=offered.customer.actor)


def test_a_record_is_full_some_day(bench, monkeypatch):
    monkeypatch.setattr(inspecting, "MOST_ENTRIES", 3)
    measured(bench, GOOD)
    with pytest.raises(RecordFull):
        measured(bench, FINE)
    assert len(entries(bench)) == 3


def test_of_two_who_measure_the_same_at_once_one_is_told_so(bench):
    def measure():
        try:
            return measured(bench, GOOD)
        except MeasuredAlready:
            return None

    found = meet(measure, measure)

    assert sorted(each is None for each in found) == [False, True]
    assert chain.faults([each.shown for each in entries(bench)]) == []


def test_the_house_finds_an_entry_that_was_changed_behind_its_back(bench):
    measured(bench, GOOD)
    with bench.app.app_context():
        assert broken() == set()
        tamper("update inspection_entries set content = jsonb_set(content, '{value}', '\"8.01\"') where number = 3")
        assert broken() == {"E3"}
        tamper("update inspection_entries set content = jsonb_set(content, '{previous}', '\"0\"') where number = 3")
        assert broken() == {"E1", "E3"}


def tamper(statement):
    """What somebody with the database's own rights could do."""
    with transaction():
        session().connection().exec_driver_sql("alter table inspection_entries disable trigger append_only")
        session().connection().exec_driver_sql(statement)
        session().connection().exec_driver_sql("alter table inspection_entries enable trigger append_only")
    session().expire_all()


def broken():
    found = {each.invariant.id for each in checking.check() if each.offenders}
    session().rollback()
    return {each for each in found if each.startswith("E")}


def test_there_are_as_many_pieces_as_are_shipped_in_the_end_and_one_more_for_each_that_is_scrapped(bench):
    for act in (
        lambda: measured(bench, GOOD, replace(GOOD, piece=3)),
        lambda: measured(bench, replace(GOOD, piece=1_000_000)),
    ):
        with pytest.raises(PieceUnknown) as refused:
            act()
        assert refused.value.details["last"] == 2
    with working(bench) as job, pytest.raises(PieceUnknown):
        inspecting.rework(job, replace(BURR, pieces=(1, 3)), by=bench.factory.actor)

    with working(bench) as job:
        inspecting.scrap(job, BURR, by=bench.factory.actor)
    measured(bench, replace(GOOD, piece=3))
    with pytest.raises(PieceUnknown):
        measured(bench, replace(GOOD, piece=4))


def test_pieces_that_are_made_again_after_a_claim_have_numbers_of_their_own(bench):
    bench.ship()
    with working(bench) as job:
        claiming.raise_claim(job, by=bench.customer.actor, text="Off.", pieces=1, remedy=Remedy.REMAKE)
    with working(bench) as job:
        claiming.accept(claims.numbered(job, 1), by=bench.factory.actor)
    measured(bench, replace(GOOD, piece=3))
    with pytest.raises(PieceUnknown):
        measured(bench, replace(GOOD, piece=4))
