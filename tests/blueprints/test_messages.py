"""Conversations: two sides and no third, messages and acts in the order of time, read marks, files by their ids."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from marketplace.accounts import throttling
from marketplace.kernel.actor import Role
from marketplace.kernel.database import session
from marketplace.messages import rules
from marketplace.messages.events import EVENTS
from tests.architecture.test_walls import ROOT
from tests.blueprints.account.test_notices import told
from tests.blueprints.customer.test_orders import choose, quoted
from tests.blueprints.factory.test_jobs import PARCEL, REASON
from tests.blueprints.test_attachments import attach
from tests.tenders import Tender
from tests.uploads import problem

pytestmark = pytest.mark.usefixtures("app")


def say(browser, place, text="Hello.", **more):
    reply = browser.post(f"{place}/messages", json={"text": text, **more})
    assert reply.status_code == 201, reply.json
    return reply.json


def read(browser, place, **asked):
    """(who, what) of a conversation, the oldest first."""
    entries = browser.get(f"{place}/messages", query_string=asked).json["items"]
    return [(each["side"], each["text"] or each["event"]) for each in reversed(entries)]


@pytest.fixture
def talk(deal):
    """The two addresses of the conversation on a job, and those with the staff."""
    return SimpleNamespace(
        buyer=f"{deal.order}/jobs/{deal.job_id}", maker=deal.job, staff=f"/v1/admin/orders/{deal.order_id}"
    )


def test_both_sides_of_a_job_read_the_same_in_the_order_of_time_with_what_was_done(deal, talk):
    say(deal.customer, talk.buyer, "When can you start?")
    deal.factory.post(f"{deal.job}/accept")
    say(deal.factory, talk.maker, "Tomorrow.")
    deal.factory.post(f"{deal.job}/reports", json={"pieces_done": 3})
    deal.factory.post(f"{deal.job}/ship", json=PARCEL)

    expected = [
        ("customer", "order.placed"),
        (None, "order.paid"),
        ("customer", "When can you start?"),
        ("factory", "job.accepted"),
        ("factory", "Tomorrow."),
        ("factory", "job.progress"),
        ("factory", "job.shipped"),
    ]
    assert read(deal.customer, talk.buyer) == read(deal.factory, talk.maker) == expected
    shipped, progress = deal.factory.get(f"{talk.maker}/messages").json["items"][:2]
    assert (progress["facts"], shipped["facts"]) == ({"pieces_done": 3}, {"carrier": "DHL", "pieces": 25})
    assert (shipped["text"], shipped["author"], shipped["is_read"], shipped["attachments"]) == (None, None, None, [])


def test_the_reason_of_a_declined_job_is_read_in_the_conversation(deal, talk):
    deal.factory.post(f"{deal.job}/decline", json={"reason": REASON})
    declined = deal.customer.get(f"{talk.buyer}/messages").json["items"][0]
    assert (declined["event"], declined["facts"]) == ("job.declined", {"reason": REASON})


def test_a_conversation_is_paged_and_a_page_may_end_between_a_message_and_an_act(deal, talk):
    for number in range(4):
        say(deal.customer, talk.buyer, f"Number {number}.")
        deal.factory.post(f"{deal.job}/accept" if number == 0 else f"{deal.job}/reports", json={"pieces_done": number})
    whole = read(deal.customer, talk.buyer)
    assert len(whole) == 10
    for limit in (1, 3, 4, 100):
        seen, cursor = [], {}
        while cursor is not None:
            page = deal.customer.get(f"{talk.buyer}/messages", query_string={"limit": limit, **cursor}).json
            seen += [(each["side"], each["text"] or each["event"]) for each in page["items"]]
            cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
        assert seen[::-1] == whole


def test_a_message_is_told_to_the_other_side_and_to_nobody_else(deal, talk):
    say(deal.customer, talk.buyer, "When can you start?")
    newest = told(deal.factory)[0]
    assert (newest["kind"], newest["subject_kind"], newest["subject_id"]) == ("message_received", "jobs", deal.job_id)
    assert newest["text"] == "When can you start?"
    assert told(deal.customer) == []


def test_it_is_seen_when_the_other_side_has_read(deal, talk, make_member, as_user):
    message = say(deal.customer, talk.buyer)
    assert message["is_read"] is False

    def is_read():
        return deal.customer.get(f"{talk.buyer}/messages").json["items"][0]["is_read"]

    as_user(make_member(deal.buyer, Role.OPERATOR)).post(f"{talk.buyer}/messages/read")
    assert is_read() is False, "a colleague is not the other side"
    assert deal.factory.post(f"{talk.maker}/messages/read").status_code == 204
    assert is_read() is True
    say(deal.customer, talk.buyer, "Are you there?")
    assert is_read() is False
    say(deal.factory, talk.maker, "Yes.")
    assert [each["is_read"] for each in deal.customer.get(f"{talk.buyer}/messages").json["items"][:3]] == [
        False,
        True,
        True,
    ], "whoever answers has read"


def test_a_message_points_to_files_that_both_see(deal, talk):
    drawing = attach(deal.customer, deal.order, name="drawing.pdf", job_id=deal.job_id)
    say(deal.customer, talk.buyer, "See the drawing.", attachment_ids=[drawing["id"], drawing["id"]])

    (shown,) = deal.factory.get(f"{talk.maker}/messages").json["items"][0]["attachments"]
    assert shown == drawing


def test_a_message_points_to_no_file_that_the_other_side_does_not_see(deal, talk):
    secret = attach(deal.customer, deal.order, name="for the staff.pdf", seen_by="staff")
    for files in ([secret["id"]], [deal.order_id]):
        reply = deal.customer.post(f"{talk.buyer}/messages", json={"text": "See this.", "attachment_ids": files})
        assert problem(reply) == (404, "attachment_not_found")
    assert "See this." not in str(read(deal.customer, talk.buyer))
    say(deal.customer, deal.order, "Please look at this.", attachment_ids=[secret["id"]])


def test_a_customer_talks_with_the_staff_and_the_factory_does_not_hear_it(deal, talk, staff, as_user):
    say(deal.customer, deal.order, "The factory does not answer.")
    browser = as_user(staff)
    (inbox,) = browser.get("/v1/admin/messages").json["items"]
    assert (inbox["order_id"], inbox["text"]) == (deal.order_id, "The factory does not answer.")
    say(browser, talk.staff, "We have asked them.")

    expected = [
        ("customer", "order.placed"),
        (None, "order.paid"),
        ("customer", "The factory does not answer."),
        ("staff", "We have asked them."),
    ]
    assert read(deal.customer, deal.order) == read(browser, talk.staff) == expected
    assert [each["kind"] for each in told(deal.customer)] == ["message_received"]
    assert all(text.startswith("order.") for _, text in read(deal.factory, talk.maker))
    assert browser.post(f"{talk.staff}/messages/read").status_code == 204


def test_what_customer_and_factory_say_the_staff_does_not_read(deal, talk, staff, as_user):
    say(deal.customer, talk.buyer, "Between the two of us.")
    assert "Between" not in as_user(staff).get(f"{talk.staff}/messages").text


def test_third_parties_hear_nothing_and_say_nothing(deal, talk, make_organisation, as_user):
    rival = as_user(make_organisation("Rival", hats=("factory", "customer")))
    for place, code in (
        (talk.maker, "job_not_found"),
        (talk.buyer, "job_not_found"),
        (deal.order, "order_not_found"),
    ):
        assert problem(rival.get(f"{place}/messages")) == (404, code)
        assert problem(rival.post(f"{place}/messages", json={"text": "Hello."})) == (404, code)
        assert problem(rival.post(f"{place}/messages/read")) == (404, code)
    assert "Hello." not in str(read(deal.customer, talk.buyer))


def test_a_factory_that_is_not_asked_yet_is_not_written_to(app, scene, make_organisation, as_user):
    buyer = make_organisation("Customer")
    scene.shop(make_organisation(hats=("factory",)))
    customer = as_user(buyer)
    order = customer.post("/v1/customer/orders", json=choose(quoted(customer, scene.part(buyer)))).json
    place = f"/v1/customer/orders/{order['id']}/jobs/{order['jobs'][0]['id']}"

    assert problem(customer.post(f"{place}/messages", json={"text": "Hello."})) == (404, "job_not_found")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": " "},
        {"text": "x" * (rules.LONGEST_TEXT + 1)},
        {"text": "a\x00b"},
        {"text": "x", "attachment_ids": ["1"]},
        {"text": "x", "attachment_ids": ["0" * 32] * 11},
        {"text": "x", "side": "staff"},
    ],
)
def test_what_cannot_be_said_is_refused(deal, talk, body):
    before = read(deal.customer, talk.buyer)
    assert problem(deal.customer.post(f"{talk.buyer}/messages", json=body)) == (422, "validation_failed")
    assert read(deal.customer, talk.buyer) == before


def test_nobody_floods_the_other_side(deal, talk, monkeypatch):
    monkeypatch.setattr(throttling, "MESSAGES_OF_USER", throttling.Limit("message:user", 2, timedelta(seconds=10)))
    say(deal.customer, talk.buyer)
    say(deal.customer, deal.order)
    reply = deal.customer.post(f"{talk.buyer}/messages", json={"text": "Hello?"})
    assert (reply.status_code, int(reply.headers["Retry-After"]) <= 10) == (429, True)
    say(deal.factory, talk.maker, "Hello.")


def test_what_was_said_stays(deal, talk, app):
    say(deal.customer, talk.buyer)
    with app.app_context(), pytest.raises(Exception, match="append-only"):
        session().connection().exec_driver_sql("update messages set text = 'Something else.'")


@pytest.fixture
def tender(app, make_organisation, scene, as_user):
    """A blind request to two factories that have agreed to its terms."""
    customer = make_organisation("Customer")
    owners = [make_organisation(f"Shop {name}", hats=("factory",)) for name in "AB"]
    for owner in owners:
        scene.shop(owner)
    made = Tender(app, customer)
    rfq = made.ask(scene.part(customer).id, *owners, hides_factories=True)
    for owner in owners:
        made.agree(rfq, owner)
    first, second = (as_user(owner) for owner in owners)
    return SimpleNamespace(
        rfqs=made,
        rfq=rfq,
        owners=owners,
        customer=as_user(customer),
        first=first,
        second=second,
        asked=f"/v1/customer/rfqs/{rfq.id}",
        bidder=f"/v1/factory/rfqs/{rfq.id}",
    )


def test_a_factory_begins_a_conversation_in_a_request_and_the_customer_answers_it_by_its_letter(tender):
    thread = f"{tender.asked}/threads/1"
    assert tender.customer.get(f"{tender.asked}/threads").json["items"] == []
    assert problem(tender.customer.post(f"{thread}/messages", json={"text": "Hello."})) == (404, "thread_not_found")

    say(tender.second, tender.bidder, "Is the radius free?")
    (shown,) = tender.customer.get(f"{tender.asked}/threads").json["items"]
    assert (shown["number"], shown["bidder"]) == (1, {"label": "Factory A", "factory_id": None, "name": None})
    say(tender.customer, thread, "It is.")

    assert ("customer", "It is.") in read(tender.second, tender.bidder)
    assert "It is." not in str(read(tender.first, tender.bidder))
    seen = tender.customer.get(f"{thread}/messages")
    assert [each["author"] for each in seen.json["items"] if each["side"] == "factory" and each["text"]] == [None]
    assert str(tender.owners[1].organisation_id) not in seen.text


def test_a_conversation_in_a_request_shows_what_this_factory_did_and_no_other(tender):
    tender.rfqs.question(tender.rfq, tender.owners[0])
    tender.rfqs.bid(tender.rfq, tender.owners[0])
    tender.rfqs.question(tender.rfq, tender.owners[1])

    events = [what for _, what in read(tender.customer, f"{tender.asked}/threads/1")]
    assert events == ["rfq.asked", "rfq.agreed", "rfq.question_asked", "bid.made"]
    events = [what for _, what in read(tender.second, tender.bidder)]
    assert events == ["rfq.asked", "rfq.agreed", "rfq.question_asked"]


def test_who_has_left_a_request_says_nothing_more_there(tender):
    say(tender.first, tender.bidder)
    tender.first.post(f"{tender.bidder}/decline", json={"reason": REASON})
    reply = tender.customer.post(f"{tender.asked}/threads/1/messages", json={"text": "Why?"})

    assert problem(reply) == (409, "thread_closed")
    assert problem(tender.first.post(f"{tender.bidder}/messages", json={"text": "No."})) == (409, "terms_not_agreed")


def test_whose_request_it_is_not_finds_no_conversation(tender, make_organisation, as_user):
    say(tender.first, tender.bidder)
    rival = as_user(make_organisation("Rival", hats=("factory", "customer")))

    assert problem(rival.get(f"{tender.asked}/threads")) == (404, "rfq_not_found")
    assert problem(rival.get(f"{tender.asked}/threads/1/messages")) == (404, "thread_not_found")
    assert problem(rival.get(f"{tender.bidder}/messages")) == (404, "rfq_not_found")


def test_every_act_that_is_shown_is_recorded_somewhere():
    recorded = "".join(path.read_text() for path in (ROOT / "marketplace").rglob("*.py") if path.name != "events.py")
    assert [verb for verb in EVENTS if f'"{verb}"' not in recorded] == []
