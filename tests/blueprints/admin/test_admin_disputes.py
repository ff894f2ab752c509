"""Disputes over HTTP at the local Stripe: told by its events, answered from the order's own record, decided."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
import urllib3
from pypdf import PdfReader

from marketplace.disputes import answering
from marketplace.disputes.models import Dispute, Evidence
from marketplace.kernel import clock
from marketplace.kernel.money import written
from marketplace.payments.models import Freeze
from marketplace.workflows.money import watching_disputes
from tests.blueprints.factory.test_jobs import PARCEL
from tests.marketplace.workflows.test_disputing import assert_books_agree, open_dispute, tell
from tests.marketplace.workflows.test_notifying import Postman

pytestmark = pytest.mark.usefixtures("app_with_stripe")

ROOM = "/v1/admin/disputes"
SAID = "The goods arrived, and the customer wrote that they fit. 货物已收到。"
WON_AT_ONCE = "winning_evidence"
"""What the local Stripe takes for evidence that wins (docs.stripe.com/testing#evidence)."""


@pytest.fixture
def shipped(deal: Any, staff: Any, as_user: Callable[..., Any]) -> SimpleNamespace:
    """A deal whose goods have left; the two have written to each other, and the customer then goes to the bank."""
    assert deal.factory.post(f"{deal.job}/accept").status_code == 200
    assert deal.factory.post(f"{deal.job}/reports", json={"pieces_done": 25, "note": "All."}).status_code == 201
    assert deal.factory.post(f"{deal.job}/ship", json=PARCEL).status_code == 200
    say = {"text": "They have left: see the tracking number. 已发货。"}
    assert deal.factory.post(f"{deal.job}/messages", json=say).status_code == 201
    said = {"text": "Received, the bores fit well."}
    assert deal.customer.post(f"{deal.order}/jobs/{deal.job_id}/messages", json=said).status_code == 201
    return SimpleNamespace(deal=deal, admin=as_user(staff), staff=staff)


@pytest.fixture
def disputed(shipped: SimpleNamespace, till: Any) -> SimpleNamespace:
    """The same, and the bank has taken the money."""
    shipped.provider_id = open_dispute(till, shipped.deal.order_id)
    tell(till, shipped.provider_id)
    [dispute] = till.rows(Dispute)
    shipped.id, shipped.room = dispute.id, f"{ROOM}/{dispute.id}"
    return shipped


def gathered(disputed: SimpleNamespace, statement: str = SAID) -> dict[str, Any]:
    reply = disputed.admin.post(f"{disputed.room}/evidence", json={"statement": statement})
    assert reply.status_code == 201, reply.json
    return reply.json["evidence"][-1]


def words(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).replace("\u200b", "")


def at_stripe(till: Any, disputed: SimpleNamespace) -> Any:
    return till.stripe.client.v1.disputes.retrieve(disputed.provider_id)


def test_a_dispute_is_shown_to_the_staff_and_to_both_parties(disputed: SimpleNamespace) -> None:
    [listed] = disputed.admin.get(ROOM, query_string={"state": "needs_answer"}).json["items"]
    assert listed == disputed.admin.get(disputed.room).json
    assert (listed["reason"], listed["state"]) == ("product_not_received", "needs_answer")
    assert listed["amount"] == listed["taken"]
    assert listed["order_id"] == disputed.deal.order_id
    assert disputed.admin.get(ROOM, query_string={"state": "won"}).json["items"] == []

    [own] = disputed.deal.customer.get(f"{disputed.deal.order}/disputes").json["items"]
    assert own == {name: listed[name] for name in ("id", "state", "reason", "amount", "opened_at")}
    [theirs] = disputed.deal.factory.get(f"{disputed.deal.job}/disputes").json["items"]
    assert set(theirs) == {"id", "state", "reason", "opened_at", "borne"}, "what the customer pays is not theirs to see"


def test_goods_are_accepted_and_their_money_waits_until_the_dispute_is_won(
    disputed: SimpleNamespace, till: Any
) -> None:
    assert disputed.deal.customer.post(f"{disputed.deal.order}/accept").json["state"] == "accepted"
    till.work()
    assert till.payment(disputed.deal.order_id).transferred_minor == 0
    [frozen] = till.rows(Freeze)
    assert (frozen.why, frozen.cause, frozen.lifted_at) == ("dispute", str(disputed.id), None)

    till.stripe.control(f"disputes/{disputed.provider_id}/win")
    tell(till, disputed.provider_id)
    till.work()

    price = disputed.deal.factory.get(disputed.deal.job).json["price"]["minor"]
    assert till.payment(disputed.deal.order_id).transferred_minor == price
    assert_books_agree(till)


def test_goods_are_accepted_after_all_was_lost_and_there_is_nothing_to_release(
    disputed: SimpleNamespace, till: Any
) -> None:
    agreed = disputed.deal.factory.get(disputed.deal.job).json["price"]
    till.stripe.control(f"disputes/{disputed.provider_id}/lose")
    tell(till, disputed.provider_id)

    assert disputed.deal.customer.post(f"{disputed.deal.order}/accept").json["state"] == "accepted"
    till.work()

    assert till.payment(disputed.deal.order_id).transferred_minor == 0
    [theirs] = disputed.deal.factory.get(f"{disputed.deal.job}/disputes").json["items"]
    assert theirs["borne"] == agreed
    assert disputed.deal.factory.get(disputed.deal.job).json["price"]["minor"] == 0, "nothing is left of it"
    assert_books_agree(till)


def test_evidence_is_the_orders_own_record_as_its_customer_may_see_it(disputed: SimpleNamespace, till: Any) -> None:
    evidence = gathered(disputed)
    saved = disputed.admin.get(f"{disputed.room}/evidence/1/file")

    assert (saved.mimetype, len(saved.data)) == ("application/pdf", evidence["size_bytes"])
    text = words(saved.data)
    order = disputed.deal.customer.get(disputed.deal.order).json
    for told in (
        f"Order {order['number']}",
        "JD014600006281230704",
        "DHL",
        "Received, the bores fit well.",
        "已发货",
        "货物已收到",
        "14 days",
        disputed.provider_id,
    ):
        assert told in text, told
    assert written(order["total"]["minor"], order["total"]["currency"]) in text
    price = disputed.deal.factory.get(disputed.deal.job).json["price"]["minor"]
    assert price != order["total"]["minor"]
    for private in (written(price, order["total"]["currency"]), "machine"):
        assert private not in text, f"{private} is the seller's own"
    facts = evidence["facts"]
    assert facts["shipping_tracking_number"] == "JD014600006281230704"
    assert facts["statement"] == SAID
    assert str(price) not in str(facts)


def test_evidence_is_looked_at_sent_once_and_wins(disputed: SimpleNamespace, till: Any) -> None:
    gathered(disputed)
    gathered(disputed, WON_AT_ONCE)

    first = disputed.admin.post(f"{disputed.room}/evidence/2/submit")
    again = disputed.admin.post(f"{disputed.room}/evidence/2/submit")

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json["state"] == again.json["state"] == "won"
    sent = again.json["evidence"][1]
    assert (sent["sent_by"], sent["submitted_at"] is not None) == (str(disputed.staff.user_id), True)
    there = at_stripe(till, disputed)
    assert there.evidence_details.submission_count == till.stripe.count("file") == 1
    assert there.evidence.shipping_carrier == "DHL"
    assert there.evidence.customer_email_address == till.customer.email
    file = till.stripe.client.v1.files.retrieve(there.evidence.uncategorized_file)
    assert (file.purpose, file.type, file.size) == ("dispute_evidence", "pdf", sent["size_bytes"])
    kept = urllib3.request("GET", file.url).data
    assert kept == disputed.admin.get(f"{disputed.room}/evidence/2/file").data
    assert disputed.admin.post(f"{disputed.room}/evidence/1/submit").json["code"] == "dispute_not_to_answer"
    assert_books_agree(till)


@pytest.mark.parametrize("where", ["/v1/files", "/v1/disputes/*"])
def test_an_answer_whose_receipt_was_lost_is_sent_again_and_is_one(
    disputed: SimpleNamespace, till: Any, where: str
) -> None:
    gathered(disputed)
    till.stripe.fail("drop_after", "POST", where)
    assert disputed.admin.post(f"{disputed.room}/evidence/1/submit").status_code == 503
    assert disputed.admin.get(disputed.room).json["evidence"][0]["sent_at"] is not None

    answered = disputed.admin.post(f"{disputed.room}/evidence/1/submit").json

    assert answered["state"] == "under_review"
    assert till.sql("select count(*) from notices where kind = 'dispute_answered'") == [2]
    there = at_stripe(till, disputed)
    assert there.evidence_details.submission_count == till.stripe.count("file") == 1


def test_an_answer_that_arrived_is_known_by_its_event_even_if_nobody_sends_it_again(
    disputed: SimpleNamespace, till: Any
) -> None:
    gathered(disputed)
    gathered(disputed, "Another.")
    till.stripe.fail("drop_after", "POST", "/v1/disputes/*")
    disputed.admin.post(f"{disputed.room}/evidence/1/submit")
    assert disputed.admin.post(f"{disputed.room}/evidence/2/submit").json["code"] == "dispute_evidence_sent_already"

    tell(till, disputed.provider_id)

    shown = disputed.admin.get(disputed.room).json
    assert (shown["state"], shown["evidence"][0]["submitted_at"] is not None) == ("under_review", True)


def test_a_late_answer_is_refused(disputed: SimpleNamespace, till: Any) -> None:
    gathered(disputed)
    till.sql("update disputes set answer_by = now() - interval '1 minute'")

    assert disputed.admin.post(f"{disputed.room}/evidence/1/submit").json["code"] == "dispute_answer_too_late"
    assert disputed.admin.post(f"{disputed.room}/evidence", json={}).json["code"] == "dispute_answer_too_late"
    assert till.stripe.count("file") == 0
    assert till.rows(Evidence)[0].sent_at is None


def test_what_the_provider_refuses_was_not_sent(disputed: SimpleNamespace, till: Any) -> None:
    """The bank has decided meanwhile, and its event is not here yet."""
    gathered(disputed)
    till.stripe.control(f"disputes/{disputed.provider_id}/lose")

    assert disputed.admin.post(f"{disputed.room}/evidence/1/submit").json["code"] == "provider_refused"
    assert disputed.admin.get(disputed.room).json["evidence"][0]["sent_at"] is None


def test_evidence_for_an_inquiry_is_not_sent_to_the_dispute_that_followed(shipped: SimpleNamespace, till: Any) -> None:
    provider_id = open_dispute(till, shipped.deal.order_id, reason="inquiry")
    tell(till, provider_id)
    shipped.provider_id, shipped.room = provider_id, f"{ROOM}/{till.rows(Dispute)[0].id}"
    assert shipped.deal.customer.get(f"{shipped.deal.order}/disputes").json["items"] == [], "the bank only asks"
    gathered(shipped)
    till.stripe.control(f"disputes/{provider_id}/escalate")
    tell(till, provider_id)

    assert shipped.admin.post(f"{shipped.room}/evidence/1/submit").json["code"] == "dispute_evidence_outdated"
    gathered(shipped)
    assert shipped.admin.post(f"{shipped.room}/evidence/2/submit").json["state"] == "under_review"


def test_an_answer_to_an_inquiry_that_never_arrived_is_none_to_the_dispute_that_followed(
    shipped: SimpleNamespace, till: Any
) -> None:
    provider_id = open_dispute(till, shipped.deal.order_id, reason="inquiry")
    tell(till, provider_id)
    shipped.id, shipped.room = None, f"{ROOM}/{till.rows(Dispute)[0].id}"
    gathered(shipped)
    till.stripe.fail("drop_before", "POST", "/v1/files")
    assert shipped.admin.post(f"{shipped.room}/evidence/1/submit").status_code == 503
    till.stripe.control(f"disputes/{provider_id}/escalate")
    tell(till, provider_id)

    assert shipped.admin.post(f"{shipped.room}/evidence/1/submit").json["code"] == "dispute_evidence_outdated"
    assert till.stripe.client.v1.disputes.retrieve(provider_id).evidence_details.submission_count == 0
    gathered(shipped)
    assert shipped.admin.post(f"{shipped.room}/evidence/2/submit").json["state"] == "under_review"


def test_a_loss_is_accepted_once_with_a_reason_and_borne(disputed: SimpleNamespace, till: Any) -> None:
    why = {"reason": "The parcel was lost, and nobody insured it."}
    till.stripe.fail("drop_after", "POST", "/v1/disputes/*/close")
    assert disputed.admin.post(f"{disputed.room}/give-up", json=why).status_code == 503

    for _ in range(2):
        shown = disputed.admin.post(f"{disputed.room}/give-up", json=why).json

    assert (shown["state"], shown["borne"]) == ("lost", shown["amount"])
    assert (shown["given_up_by"], shown["given_up_reason"]) == (str(disputed.staff.user_id), why["reason"])
    done = till.sql("select details ->> 'reason' from audit_events where verb = 'dispute.given_up'")
    assert done == [why["reason"]]
    told = till.sql("select text from notices where kind = 'dispute_lost'")
    assert len(told) == 2
    assert all(why["reason"] in each for each in told), "both parties read why"
    assert disputed.admin.post(f"{disputed.room}/evidence", json={}).json["code"] == "dispute_not_to_answer"
    assert_books_agree(till)


def test_what_is_not_there_is_not_found(disputed: SimpleNamespace) -> None:
    nowhere = f"{ROOM}/{disputed.deal.order_id}"
    for reply in (disputed.admin.get(nowhere), disputed.admin.post(f"{nowhere}/evidence", json={})):
        assert (reply.status_code, reply.json["code"]) == (404, "dispute_not_found")
    for reply in (
        disputed.admin.get(f"{disputed.room}/evidence/1/file"),
        disputed.admin.post(f"{disputed.room}/evidence/1/submit"),
    ):
        assert (reply.status_code, reply.json["code"]) == (404, "dispute_evidence_not_found")


def test_drafts_are_not_gathered_for_ever(disputed: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "MOST_DRAFTS", 1)
    gathered(disputed)

    assert disputed.admin.post(f"{disputed.room}/evidence", json={}).json["code"] == "dispute_evidence_too_many"


def test_the_staff_is_reminded_once_when_the_time_to_answer_nears(disputed: SimpleNamespace, till: Any) -> None:
    post = Postman()

    def remind() -> list[Any]:
        with till.app.app_context():
            watching_disputes.remind(post=post, public_url="https://forge.example")
        return post.taken

    assert remind() == [], "there is time"
    till.sql("update disputes set answer_by = :soon", soon=clock.now() + timedelta(days=2))
    assert len(remind()) == 1
    [mail] = remind()
    assert mail.to == disputed.staff.email
    assert re.search(r"hears us until \d{4}-\d\d-\d\d", mail.text)
    assert str(disputed.id) in mail.text
