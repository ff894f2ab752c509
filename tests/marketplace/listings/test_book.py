"""The book of live listings: true at every question, whatever changed and however transactions ended."""

import threading

import pytest
from sqlalchemy import text

from marketplace.capability.models import RateCard, WorkCentre
from marketplace.kernel import clock
from marketplace.kernel.database import db, session
from marketplace.kernel.transaction import end_reading, transaction
from marketplace.listings import book, queries
from marketplace.listings.models import Listing, ListingState

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def shop(make_organisation, scene):
    return scene.shop(make_organisation(hats=("factory",)))


def live(process="cnc_milling"):
    shelf = book.shelf(process)
    end_reading()
    return {row.listing_id: row for row in shelf.rows if row is not None}


def change(shop, **columns):
    with transaction():
        listing = session().get(Listing, shop.listing_id)
        for name, value in columns.items():
            setattr(listing, name, value)


def new_card(shop, **columns):
    with transaction():
        session().add(
            RateCard(
                work_centre_id=shop.work_centre_id,
                number=2,
                currency="EUR",
                labour_rate_minor_per_h=4000,
                material_minor_per_kg={"aluminium_6061": 800},
                minimum_order_minor=0,
                margin_bps=0,
                effective_at=clock.now(),
                set_by=shop.owner.user_id,
                **columns,
            )
        )


def test_a_listing_comes_and_goes_with_its_state(in_app, shop):
    assert list(live()) == [shop.listing_id]
    change(shop, state=ListingState.SUSPENDED)
    assert live() == {}
    change(shop, state=ListingState.LIVE)
    assert list(live()) == [shop.listing_id]
    assert live("fdm") == {}


def test_a_new_rate_card_and_a_changed_work_centre_are_there_at_the_next_question(in_app, shop):
    assert live()[shop.listing_id].machine_rate_minor_per_h == 6000
    assert book.shelf("cnc_milling").column("machine").tolist() == [6000]
    new_card(shop, machine_rate_minor_per_h=7000)
    assert live()[shop.listing_id].machine_rate_minor_per_h == 7000
    assert book.shelf("cnc_milling").column("machine").tolist() == [7000]
    with transaction():
        session().get(WorkCentre, shop.work_centre_id).envelope_mm = [1, 2, 3]
    assert book.shelf("cnc_milling").column("envelope", 2).tolist() == [3]


def test_a_change_that_was_rolled_back_is_not_there(in_app, shop):
    live()
    with pytest.raises(ZeroDivisionError), transaction():
        session().get(Listing, shop.listing_id).state = ListingState.SUSPENDED
        session().flush()
        1 / 0  # noqa: B018

    assert list(live()) == [shop.listing_id]


def test_a_transaction_that_began_first_and_ended_last_is_not_missed(in_app, app, shop, make_organisation, scene):
    """Its mark is lower than that of what was seen meanwhile: a reader that remembered the highest would miss it."""
    slow, other = db.engine.connect(), scene.shop(make_organisation(hats=("factory",)))
    with slow.begin():
        slow.execute(text("update listings set state = 'suspended' where id = :id"), {"id": shop.listing_id})
        change(other, state=ListingState.SUSPENDED)
        assert list(live()) == [shop.listing_id]
        change(other, state=ListingState.LIVE)
        assert sorted(live()) == sorted([shop.listing_id, other.listing_id])
    slow.close()

    assert list(live()) == [other.listing_id]


def test_a_shelf_that_is_being_read_never_changes(in_app, shop):
    before = book.shelf("cnc_milling")
    machine = before.column("machine")
    new_card(shop, machine_rate_minor_per_h=9000)

    assert book.shelf("cnc_milling").column("machine").tolist() == [9000]
    assert before.column("machine") is machine
    assert machine.tolist() == [6000]


def test_a_question_without_changes_reads_no_listing(in_app, shop, statements):
    live()
    with statements() as sent:
        assert list(live()) == [shop.listing_id]
    assert len(sent) == 1
    assert "listing_changes" in sent[0]


def test_marks_of_a_restored_backup_are_read_once_and_changes_after_it_are_seen(in_app, shop, scene, make_organisation):
    """The server that the backup came from had counted transactions further than this one has."""
    with transaction():
        session().execute(text("update listing_changes set changed_in = changed_in + 1000000000"))
    mark = book.shelf("cnc_milling").mark
    assert list(live()) == [shop.listing_id]
    assert queries.changes("cnc_milling", since=mark)[0] == []
    end_reading()

    new_card(shop, machine_rate_minor_per_h=7000)
    assert live()[shop.listing_id].machine_rate_minor_per_h == 7000


def test_an_empty_shelf_is_packed_when_most_of_it_is_gone():
    rows = [_row(n) for n in range(2_500)]
    shelf = book.Shelf().changed([(row.work_centre_id, row) for row in rows], 1)
    gone = shelf.changed([(row.work_centre_id, None) for row in rows[:2_000]], 2)

    assert len(gone.rows) == 2_500
    assert gone.is_live.sum() == 500
    packed = gone.packed()
    assert list(packed.rows) == rows[2_000:]
    assert [packed.places[row.work_centre_id] for row in rows[2_000:]] == list(range(500))
    assert packed.packed() is packed


def _row(number):
    from uuid import UUID

    ids = [UUID(int=number)] * 4
    card = ("EUR", 6000, 4000, {"pla": 1}, 0, 0, None, None, {}, [], {"standard": {}}, {}, {})
    return book.Listed(*ids, 1, [1, 2, 3], ["pla"], "standard", None, [], False, {}, None, *card)


def test_many_readers_and_a_writer_at_once_always_see_what_was_committed(app, shop):
    """A reader that begins after a commit sees it: 4 readers, 25 changes."""
    done, faults, committed = threading.Event(), [], [6000]

    def read():
        while not done.is_set():
            with app.app_context():
                least = committed[-1]
                (rate,) = book.shelf("cnc_milling").column("machine").tolist()
                session().rollback()
                if rate < least:
                    faults.append((rate, least))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    with app.app_context():
        for number in range(2, 27):
            with transaction():
                session().execute(
                    text(
                        "insert into rate_cards (id, created_at, work_centre_id, number, currency, "
                        "machine_rate_minor_per_h, labour_rate_minor_per_h, material_minor_per_kg, "
                        "minimum_order_minor, margin_bps, effective_at, set_by) select gen_random_uuid(), now(), "
                        "work_centre_id, :number, currency, :rate, labour_rate_minor_per_h, material_minor_per_kg, "
                        "minimum_order_minor, margin_bps, now(), set_by from rate_cards where number = 1"
                    ),
                    {"number": number, "rate": 6000 + number},
                )
            committed.append(6000 + number)
    done.set()
    for reader in readers:
        reader.join()
    assert faults == []
