"""A customer's bank takes a payment back; the platform answers, and the bank decides."""

import io

import pytest
import requests
import stripe


@pytest.fixture
def disputed(platform, pay):
    """Disputes about payments with a test card."""

    def open(card="pm_card_createDispute", amount=10_000, currency="eur"):
        charge = pay(amount, currency, card=card).latest_charge
        return platform.disputes.list({"charge": charge.id}).data[0]

    return open


def net(platform):
    """What all movements of the platform's money come to."""
    return sum(each.net for each in platform.balance_transactions.list().data)


def told(platform):
    """What was told about disputes, the oldest first."""
    found = platform.events.list({"limit": 100}).data
    return [each.type.removeprefix("charge.dispute.") for each in found if each.type.startswith("charge.dispute.")][
        ::-1
    ]


def test_a_dispute_takes_the_money_and_a_fee(platform, disputed):
    dispute = disputed()
    entry = dispute.balance_transactions[0]

    assert (dispute.status, dispute.reason, dispute.is_charge_refundable) == ("needs_response", "fraudulent", False)
    assert (entry.amount, entry.fee, entry.net) == (-10_000, 1_500, -11_500)
    assert (entry.type, entry.reporting_category, entry.source) == ("adjustment", "dispute", dispute.id)
    assert platform.charges.retrieve(dispute.charge).disputed is True
    assert told(platform) == ["created", "funds_withdrawn"]
    assert net(platform) == -320 - 1_500


@pytest.mark.parametrize(("currency", "fee"), [("jpy", 15), ("kwd", 15_000)])
def test_the_fee_of_a_dispute_counts_in_the_minor_unit(disputed, currency, fee):
    assert disputed(currency=currency).balance_transactions[0].fee == fee


def test_winning_brings_the_money_and_the_fee_back(platform, disputed):
    dispute = disputed()
    won = platform.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})

    assert won.status == "won"
    assert [each.net for each in won.balance_transactions] == [-11_500, 11_500]
    assert won.balance_transactions[1].reporting_category == "dispute_reversal"
    assert told(platform) == ["created", "funds_withdrawn", "updated", "funds_reinstated", "closed"]
    assert net(platform) == 10_000 - 320
    assert platform.refunds.create({"charge": dispute.charge}).amount == 10_000


@pytest.mark.parametrize("way", ["evidence", "close", "control", "time"])
def test_losing_leaves_the_money_gone(platform, disputed, controls, way):
    dispute = disputed()
    if way == "evidence":
        platform.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "losing_evidence"}})
    elif way == "close":
        platform.disputes.close(dispute.id)
    elif way == "control":
        controls(f"disputes/{dispute.id}/lose")
    else:
        controls("clock", seconds=10 * 24 * 3600)

    lost = platform.disputes.retrieve(dispute.id)
    assert (lost.status, lost.evidence_details.past_due) == ("lost", way == "time")
    assert told(platform)[-1] == "closed"
    assert net(platform) == -320 - 1_500
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.disputes.close(dispute.id)
    assert refused.value.http_status == 400


def test_evidence_is_kept_and_sent_when_it_is_said_so(platform, disputed):
    dispute = disputed()
    file = platform.files.create({"purpose": "dispute_evidence", "file": io.BytesIO(b"%PDF-1.7 proof")})
    kept = platform.disputes.update(
        dispute.id, {"evidence": {"receipt": file.id, "customer_name": "Ada"}, "submit": False}
    )
    assert (kept.status, kept.evidence_details.has_evidence) == ("needs_response", False)

    sent = platform.disputes.update(
        dispute.id, {"evidence": {"shipping_tracking_number": "1Z"}, "metadata": {"order": "7"}}
    )

    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    assert (sent.evidence.receipt, sent.evidence.customer_name) == (file.id, "Ada")
    assert (sent.evidence.shipping_tracking_number, sent.metadata["order"]) == ("1Z", "7")


def test_evidence_that_no_bank_would_read_is_refused(platform, disputed):
    dispute = disputed()
    icon = platform.files.create({"purpose": "business_icon", "file": io.BytesIO(b"GIF89a")})

    for evidence in ({"receipt": "file_nobody"}, {"receipt": icon.id}, {"uncategorized_text": "x" * 150_001}):
        with pytest.raises(stripe.InvalidRequestError):
            platform.disputes.update(dispute.id, {"evidence": evidence})
    assert platform.disputes.retrieve(dispute.id).status == "needs_response"


def test_an_inquiry_moves_no_money_and_leaves_the_charge_refundable(platform, disputed):
    inquiry = disputed("pm_card_createDisputeInquiry")

    assert (inquiry.status, inquiry.balance_transactions) == ("warning_needs_response", [])
    assert inquiry.is_charge_refundable is True
    assert told(platform) == ["created"]
    assert platform.refunds.create({"charge": inquiry.charge, "amount": 10}).status == "succeeded"
    assert platform.disputes.close(inquiry.id).status == "warning_closed"
    assert net(platform) == 10_000 - 320 - 10


def test_an_inquiry_becomes_a_dispute(platform, disputed, controls):
    inquiry = disputed("pm_card_createDisputeInquiry")
    controls(f"disputes/{inquiry.id}/escalate")

    dispute = platform.disputes.retrieve(inquiry.id)
    assert (dispute.status, dispute.balance_transactions[0].net) == ("needs_response", -11_500)
    assert told(platform) == ["created", "updated", "funds_withdrawn"]


def test_any_charge_is_disputed_on_request_for_what_is_left_of_it(platform, pay, controls, refused_control):
    charge = pay(10_000).latest_charge
    platform.refunds.create({"charge": charge.id, "amount": 4_000})

    dispute = controls(f"charges/{charge.id}/dispute", reason="product_not_received")

    assert (dispute["amount"], dispute["reason"]) == (6_000, "product_not_received")
    assert refused_control(f"charges/{charge.id}/dispute") == 400
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.refunds.create({"charge": charge.id, "amount": 1})
    assert refused.value.code == "charge_disputed"


def test_a_transfer_is_not_disputed(platform, maker, pay, refused_control):
    given = {"currency": "eur", "destination": maker.id, "source_transaction": pay().latest_charge.id}
    sent = platform.transfers.create(given)

    assert refused_control(f"charges/{sent.destination_payment}/dispute") == 400


def test_part_of_a_charge_is_disputed(pay, controls, refused_control):
    charge = pay(10_000).latest_charge

    assert refused_control(f"charges/{charge.id}/dispute", amount=10_001) == 400
    assert controls(f"charges/{charge.id}/dispute", amount=1)["amount"] == 1


def test_several_disputes_of_one_charge_never_take_more_than_is_left(platform, pay, served):
    charge = pay(10_000, "eur").latest_charge

    def dispute(amount):
        where = f"{served.url}/_sandbox/charges/{charge.id}/dispute"
        return requests.post(where, json={"reason": "general", "amount": amount}, timeout=5).status_code

    assert (dispute(6_000), dispute(4_001), dispute(4_000), dispute(1)) == (200, 400, 200, 400)
    taken = [each.balance_transactions[0].amount for each in platform.disputes.list({"charge": charge.id}).data]
    assert sorted(taken) == [-6_000, -4_000]
