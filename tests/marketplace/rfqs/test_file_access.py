"""The part's file: closed until the terms are agreed to, open as far as its owner says, closed again at once, and every
look is written down."""

from collections.abc import Callable
from threading import Thread

import psycopg
import pytest

from blueprints.http.ports import ports
from marketplace.capability.models import WorkCentre
from marketplace.geometry.outcomes import Measured
from marketplace.geometry.values import Units
from marketplace.kernel.database import session
from marketplace.kernel.paging import PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.listings.models import Listing, ListingState
from marketplace.parts import queries as revisions
from marketplace.parts import service as parts
from marketplace.parts.models import Revision, Seen
from marketplace.rfqs import granting
from marketplace.rfqs.errors import FileNotOpen, RfqNotFound, TermsNotAgreed
from marketplace.rfqs.granting import Reach
from marketplace.rfqs.models import Opening
from marketplace.rfqs.queries import customers, factories
from marketplace.workflows import intake, showing
from tests import databases
from tests.scenes import BRACKET
from tests.tenders import NDA, broken
from tests.uploads import PICTURES, STL, stream

WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


@pytest.fixture
def part(app, customer):
    """A revision whose file is stored and whose pictures are drawn."""
    with app.app_context():
        sent = intake.Upload(stream=stream(STL), file_name="clip.stl", name="Clip")
        made = intake.receive(sent, store=ports().files, most_bytes=10**6, by=customer.actor)
    with app.app_context(), transaction():
        revision = session().query(Revision).filter_by(part_id=made.id).one()
        parts.settle(revision, Measured(BRACKET, PICTURES))
        revision.units = Units.MM
    return revision


@pytest.fixture
def look(app) -> Callable[..., bytes]:
    """Look at something as somebody; gives what they were shown."""

    def look(rfq, who, what: Seen) -> bytes:
        with app.app_context():
            if what is Seen.FILE:
                opened, _ = showing.file(rfq.id, store=ports().files, by=who.actor)
                with opened:
                    return opened.read()
            with transaction():
                return {Seen.THUMBNAIL: showing.thumbnail, Seen.MODEL: showing.model}[what](rfq.id, by=who.actor)

    return look


@pytest.fixture
def sees(look) -> Callable[..., set[Seen]]:
    """What somebody gets to see if they try everything."""

    def sees(rfq, who) -> set[Seen]:
        seen = set()
        for what in Seen:
            try:
                look(rfq, who, what)
            except FileNotOpen:
                continue
            seen.add(what)
        return seen

    return sees


def log(app, tender, rfq):
    with app.app_context():
        found = customers.accesses(customers.for_customer(tender.customer.actor, rfq.id), PageRequest(limit=100)).items
        return [(each.organisation.name, each.user.id, each.what) for each in found]


NOTHING, VIEW, ALL = set(), {Seen.THUMBNAIL, Seen.MODEL}, set(Seen)


@pytest.mark.parametrize(("opens", "seen"), [(Opening.NOTHING, NOTHING), (Opening.VIEW, VIEW), (Opening.DOWNLOAD, ALL)])
def test_nothing_is_open_before_the_agreement_and_then_what_the_owner_opens_to_all(
    app, tender, part, shops, sees, opens, seen
):
    rfq = tender.ask(part.id, *shops, nda_text=NDA, opens=opens)
    assert sees(rfq, shops[0]) == NOTHING
    assert log(app, tender, rfq) == []

    tender.agree(rfq, shops[0])

    assert sees(rfq, shops[0]) == seen
    assert sees(rfq, shops[1]) == NOTHING


def test_the_bytes_are_those_of_the_file_and_the_pictures_those_drawn_of_it(tender, part, shops, look):
    rfq = tender.ask(part.id, *shops, opens=Opening.DOWNLOAD)
    tender.agree(rfq, shops[0])

    assert look(rfq, shops[0], Seen.FILE) == STL
    assert look(rfq, shops[0], Seen.THUMBNAIL) == PICTURES.thumbnail
    assert look(rfq, shops[0], Seen.MODEL) == PICTURES.model


def test_each_look_is_written_down_for_the_owner_by_name_and_a_refused_one_is_none(
    app, tender, part, shops, look, sees
):
    rfq = tender.ask(part.id, *shops, opens=Opening.VIEW, hides_factories=True)
    tender.agree(rfq, shops[0], shops[1])
    look(rfq, shops[0], Seen.THUMBNAIL)
    look(rfq, shops[1], Seen.MODEL)
    look(rfq, shops[1], Seen.MODEL)
    with pytest.raises(FileNotOpen):
        look(rfq, shops[0], Seen.FILE)
    with pytest.raises(FileNotOpen):
        look(rfq, shops[2], Seen.THUMBNAIL)

    x, y = shops[0].user_id, shops[1].user_id
    told = [("Mill Y", y, Seen.MODEL), ("Mill Y", y, Seen.MODEL), ("Mill X", x, Seen.THUMBNAIL)]
    assert log(app, tender, rfq) == told
    with app.app_context():
        on_the_part = revisions.accesses(part.id, PageRequest()).items
        assert [(each.organisation.name, each.what, each.rfq_id) for each in on_the_part] == [
            (name, what, rfq.id) for name, _, what in told
        ]
    assert broken(app) == []


def test_the_owner_opens_the_file_to_one_factory_and_to_nobody_else(tender, part, shops, sees):
    rfq = tender.ask(part.id, *shops, opens=Opening.NOTHING)
    tender.agree(rfq, *shops)
    tender.open(rfq, shops[0], Reach.VIEW)
    tender.open(rfq, shops[1], Reach.DOWNLOAD)

    assert [sees(rfq, shop) for shop in shops] == [VIEW, ALL, NOTHING]


def test_a_request_for_the_file_is_seen_by_the_owner_and_opens_nothing(app, tender, part, shops, sees):
    rfq = tender.ask(part.id, *shops)
    tender.agree(rfq, *shops)
    with app.app_context(), transaction():
        place = factories.for_factory_to_change(shops[0].actor, rfq.id)
        granting.request(place, Reach.DOWNLOAD, by=shops[0].actor)

    assert sees(rfq, shops[0]) == VIEW
    with app.app_context():
        held = customers.for_customer(tender.customer.actor, rfq.id)
        asked = {
            each.factory_id: each.download_asked_at for each in customers.page_of_invitations(held, PageRequest()).items
        }
    assert [asked[shop.organisation_id] is not None for shop in shops] == [True, False, False]


def test_who_has_not_agreed_is_neither_opened_to_nor_asks(app, tender, part, shops):
    rfq = tender.ask(part.id, *shops)

    with pytest.raises(TermsNotAgreed):
        tender.open(rfq, shops[0])
    with app.app_context(), transaction(), pytest.raises(TermsNotAgreed):
        granting.request(factories.for_factory_to_change(shops[0].actor, rfq.id), Reach.VIEW, by=shops[0].actor)


def test_a_revocation_takes_effect_with_the_next_look_and_touches_nobody_else(app, tender, part, shops, sees):
    rfq = tender.ask(part.id, *shops, opens=Opening.DOWNLOAD)
    tender.agree(rfq, *shops)
    assert sees(rfq, shops[0]) == ALL

    tender.revoke(rfq, shops[0])

    assert [sees(rfq, shop) for shop in shops] == [NOTHING, ALL, ALL]
    assert len(log(app, tender, rfq)) == 9
    tender.open(rfq, shops[0], Reach.VIEW)
    assert sees(rfq, shops[0]) == VIEW


def test_agreeing_again_reopens_nothing_that_was_revoked(tender, part, shops, sees):
    rfq = tender.ask(part.id, *shops, opens=Opening.DOWNLOAD)
    tender.agree(rfq, shops[0])
    tender.revoke(rfq, shops[0])
    tender.agree(rfq, shops[0])

    assert sees(rfq, shops[0]) == NOTHING


@pytest.mark.parametrize("leave", ["decline", "uninvite"])
def test_who_is_out_sees_nothing_any_more(tender, part, shops, sees, leave):
    rfq = tender.ask(part.id, *shops, opens=Opening.DOWNLOAD)
    tender.agree(rfq, *shops)
    getattr(tender, leave)(rfq, shops[0])

    assert [sees(rfq, shop) for shop in shops] == [NOTHING, ALL, ALL]


def test_after_the_decision_only_the_chosen_factory_still_looks_until_it_is_closed_to_them_too(
    tender, part, shops, sees
):
    rfq = tender.ask(part.id, *shops, opens=Opening.DOWNLOAD)
    tender.agree(rfq, *shops)
    tender.bid(rfq, shops[1])
    tender.accept(rfq, tender.bid(rfq, shops[0]))

    assert [sees(rfq, shop) for shop in shops] == [ALL, NOTHING, NOTHING]
    tender.revoke(rfq, shops[0])
    assert sees(rfq, shops[0]) == NOTHING


def test_a_withdrawn_request_shows_nothing_to_anyone(tender, part, shops, sees):
    rfq = tender.ask(part.id, *shops, opens=Opening.DOWNLOAD)
    tender.agree(rfq, *shops)
    tender.withdraw(rfq)

    assert [sees(rfq, shop) for shop in shops] == [NOTHING, NOTHING, NOTHING]


@pytest.mark.parametrize("harm", [{"state": ListingState.SUSPENDED}, {"state": ListingState.WITHDRAWN}])
def test_a_factory_that_lists_nothing_any_more_sees_nothing_any_more(app, tender, part, shops, sees, harm):
    rfq = tender.ask(part.id, *shops, opens=Opening.DOWNLOAD)
    tender.agree(rfq, *shops)
    with app.app_context(), transaction():
        session().query(Listing).filter_by(organisation_id=shops[0].organisation_id).update(harm)

    assert [sees(rfq, shop) for shop in shops] == [NOTHING, ALL, ALL]


def test_a_controlled_file_closes_to_whom_it_may_not_be_shown_any_more(app, tender, part, shops, sees):
    for allowed, seen in ((True, ALL), (False, NOTHING)):
        with app.app_context(), transaction():
            session().query(WorkCentre).update({WorkCentre.takes_controlled: allowed})
        if allowed:
            rfq = tender.ask(part.id, *shops, opens=Opening.DOWNLOAD, is_controlled=True)
            tender.agree(rfq, *shops)
        assert sees(rfq, shops[0]) == seen


def test_to_who_was_not_invited_there_is_no_request(tender, part, shops, look):
    rfq = tender.ask(part.id, shops[0], opens=Opening.DOWNLOAD)

    for what in Seen:
        with pytest.raises(RfqNotFound):
            look(rfq, shops[1], what)


def test_a_look_waits_for_a_revocation_under_way_and_is_refused(app, config, tender, part, shops, look):
    rfq = tender.ask(part.id, *shops, opens=Opening.DOWNLOAD)
    tender.agree(rfq, *shops)
    ends: list[object] = []

    def try_to_look():
        try:
            ends.append(look(rfq, shops[0], Seen.FILE))
        except FileNotOpen as refusal:
            ends.append(refusal.code)

    with psycopg.connect(databases.plain(config.database_url)) as other:
        other.execute("select from rfqs where id = %s for no key update", [rfq.id])
        other.execute(
            "update rfq_invitations set view_from = null, download_from = null, revoked_at = now() where rfq_id = %s",
            [rfq.id],
        )
        looking = Thread(target=try_to_look)
        looking.start()
        with databases.connect(config.database_url) as watching:
            while looking.is_alive() and watching.execute(WAITING).fetchone() == (0,):
                pass
        other.commit()
        looking.join(timeout=30)

    assert ends == ["file_not_open"]
    assert log(app, tender, rfq) == []
