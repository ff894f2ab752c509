"""Notices: each move that concerns the other side is told to it, with the move itself; each reads for themself."""

import pytest

from marketplace.kernel.actor import Role
from marketplace.moderation.models import Outcome
from marketplace.notifications import kinds
from marketplace.notifications.kinds import TITLES, NoticeKind
from tests.blueprints.factory.test_jobs import PARCEL, REASON
from tests.marketplace.attachments.test_attachment_kinds import PDF
from tests.tenders import Tender
from tests.uploads import form, problem

pytestmark = pytest.mark.usefixtures("app")

NOTICES = "/v1/account/notices"


def told(browser, **asked):
    return browser.get(NOTICES, query_string=asked).json["items"]


def kinds_of(browser):
    return [each["kind"] for each in told(browser)]


def test_every_kind_has_words():
    assert set(TITLES) == set(NoticeKind)
    assert kinds.title("of_tomorrow") == "of tomorrow"


def test_each_side_is_told_what_the_other_does_from_payment_to_acceptance(deal):
    assert kinds_of(deal.customer) == []
    (offered,) = told(deal.factory)
    assert (offered["kind"], offered["subject_kind"], offered["subject_id"]) == ("job_offered", "jobs", deal.job_id)
    assert offered["title"] == TITLES[NoticeKind.JOB_OFFERED]

    deal.factory.post(f"{deal.job}/accept")
    deal.factory.post(f"{deal.job}/reports", json={"pieces_done": 12, "note": "Half of them."})
    deal.factory.post(f"{deal.job}/ship", json=PARCEL)
    deal.customer.post(f"{deal.order}/accept")

    assert kinds_of(deal.customer) == ["job_shipped", "job_progress", "job_accepted"]
    assert told(deal.customer)[1]["text"] == "Half of them."
    assert kinds_of(deal.factory) == ["goods_accepted", "job_offered"]


def test_a_declined_job_is_told_with_its_reason(deal):
    deal.factory.post(f"{deal.job}/decline", json={"reason": REASON})
    assert [(each["kind"], each["text"]) for each in told(deal.customer)] == [("job_declined", REASON)]


def test_other_terms_are_told_to_the_other_side(deal):
    mine = f"{deal.job}/changes"
    reply = deal.factory.post(mine, json={"what": "Two days later.", "ships_on": "2031-01-01"})
    assert reply.status_code == 201, reply.json
    newest = told(deal.customer)[0]
    assert (newest["kind"], newest["text"]) == ("job_change_proposed", "Two days later.")
    yours = f"{deal.order}/jobs/{deal.job_id}/changes/1"
    assert deal.customer.post(f"{yours}/refuse", json={"answer": "That is too late."}).status_code == 200
    assert told(deal.factory)[0]["kind"] == "job_change_refused"


def test_a_job_that_its_customer_gives_up_is_told_to_its_factory(deal):
    reply = deal.customer.post(f"{deal.order}/cancel", json={"reason": "We sold the machine."})
    assert reply.status_code == 200, reply.json
    assert (told(deal.factory)[0]["kind"], told(deal.factory)[0]["text"]) == ("job_cancelled", "We sold the machine.")


def test_what_is_refused_tells_nobody(deal):
    deal.factory.post(f"{deal.job}/accept")
    before = told(deal.customer)
    assert deal.factory.post(f"{deal.job}/accept").status_code == 409
    assert deal.factory.post(f"{deal.job}/reports", json={"pieces_done": 10_000}).status_code == 422
    assert told(deal.customer) == before


def test_a_file_is_told_to_whoever_sees_it(deal):
    deal.factory.post(f"{deal.job}/attachments", **form(PDF, "certificate.pdf"))
    assert [(each["kind"], each["text"]) for each in told(deal.customer)] == [("attachment_added", "certificate.pdf")]
    deal.customer.post(f"{deal.order}/attachments", **form(PDF, "for the staff.pdf", seen_by="staff"))
    assert kinds_of(deal.factory) == ["job_offered"]
    deal.customer.post(f"{deal.order}/attachments", **form(PDF, "for all.pdf"))
    assert kinds_of(deal.factory) == ["attachment_added", "job_offered"]


def test_a_factory_is_told_what_became_of_its_listing(market, as_user):
    factory = market.make_factory()
    listing_id = market.make_listing(factory)
    market.submit(factory, listing_id)
    market.decide(listing_id, Outcome.REJECT)

    (notice,) = told(as_user(factory))
    assert (notice["kind"], notice["subject_id"]) == ("listing_rejected", str(listing_id))
    assert "is not published" in notice["text"]


def test_a_request_is_told_to_all_it_invites_in_one_statement_and_its_bids_to_the_customer(
    app, scene, make_organisation, as_user, statements
):
    customer = make_organisation("Customer")
    owners = [make_organisation(hats=("factory",)) for _ in range(4)]
    for owner in owners:
        scene.shop(owner)
    tender, part = Tender(app, customer), scene.part(customer)
    with statements() as sent:
        rfq = tender.ask(part.id, *owners)
    assert len([each for each in sent if each.startswith("INSERT INTO notices")]) == 1
    tender.agree(rfq, owners[0])
    tender.bid(rfq, owners[0])

    assert {kind for owner in owners for kind in kinds_of(as_user(owner))} == {"rfq_invited"}
    assert kinds_of(as_user(customer)) == ["bid_received"]


def test_each_member_reads_for_themself(deal, make_member, as_user):
    colleague = as_user(make_member(deal.shop.owner, Role.VIEWER))
    (notice,) = told(deal.factory)
    assert notice["read_at"] is None

    first = deal.factory.post(f"{NOTICES}/{notice['id']}/read").json
    assert first["read_at"] is not None
    assert deal.factory.post(f"{NOTICES}/{notice['id']}/read").json == first
    assert told(deal.factory, unread="true") == []
    assert [each["read_at"] for each in told(colleague, unread="true")] == [None]


def test_a_notice_and_all_before_it_are_read_at_once(deal):
    deal.factory.post(f"{deal.job}/accept")
    deal.factory.post(f"{deal.job}/reports", json={"pieces_done": 1})
    deal.factory.post(f"{deal.job}/ship", json=PARCEL)
    _, middle, _ = told(deal.customer)

    assert deal.customer.post(f"{NOTICES}/{middle['id']}/read-all").status_code == 200
    assert [each["kind"] for each in told(deal.customer, unread="true")] == ["job_shipped"]


def test_notices_are_paged_and_may_begin_at_an_instant(deal):
    for pieces in range(1, 6):
        deal.factory.post(f"{deal.job}/accept")
        deal.factory.post(f"{deal.job}/reports", json={"pieces_done": pieces})
    everything = told(deal.customer)
    seen, cursor = [], None
    while cursor is not None or not seen:
        page = deal.customer.get(NOTICES, query_string={"limit": 2, **({"cursor": cursor} if cursor else {})}).json
        seen += page["items"]
        cursor = page["next_cursor"]

    assert seen == everything
    assert len(everything) == 6
    assert told(deal.customer, since=everything[2]["told_at"])[:3] == everything[:3]
    assert told(deal.customer, since="2999-01-01T00:00:00Z") == []
    assert problem(deal.customer.get(f"{NOTICES}?since=yesterday")) == (422, "validation_failed")


def test_what_others_are_told_does_not_exist(deal, make_organisation, as_user):
    (notice,) = told(deal.factory)
    rival = as_user(make_organisation("Rival", hats=("factory",)))

    assert told(rival) == []
    for verb in ("read", "read-all"):
        assert problem(rival.post(f"{NOTICES}/{notice['id']}/{verb}")) == (404, "notice_not_found")
    assert problem(rival.get(f"{NOTICES}/{notice['id']}")) == (404, "notice_not_found")
    assert told(deal.factory)[0]["read_at"] is None


def test_people_choose_whether_they_get_mails(deal):
    settings = "/v1/account/notice-settings"
    assert deal.customer.get(settings).json == {"wants_mail": True}
    assert deal.customer.put(settings, json={"wants_mail": False}).json == {"wants_mail": False}
    assert deal.customer.get(settings).json == {"wants_mail": False}
    assert deal.factory.get(settings).json == {"wants_mail": True}
    assert problem(deal.customer.put(settings, json={"wants_mail": "no"})) == (422, "validation_failed")
