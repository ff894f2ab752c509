"""Money of a job that is still on leaves without its parties: by the dashboard, or by the customer's bank."""

import pytest

from marketplace.workflows import checking
from marketplace.workflows.ordering import claiming
from tests.blueprints.customer.test_orders import held_minutes
from tests.blueprints.factory.test_jobs import PARCEL
from tests.marketplace.workflows.test_adopting import hear
from tests.marketplace.workflows.test_disputing import open_dispute, tell

pytestmark = pytest.mark.usefixtures("app_with_stripe")


def taken(deal):
    deal.factory.post(f"{deal.job}/accept")


def sent(deal):
    taken(deal)
    deal.factory.post(f"{deal.job}/reports", json={"pieces_done": 25})
    assert deal.factory.post(f"{deal.job}/ship", json=PARCEL).json["state"] == "shipped"


def countered(deal):
    change = {"what": "A week later.", "ships_on": "2099-12-01"}
    assert deal.factory.post(f"{deal.job}/changes", json=change).status_code == 201


STAGES = {"offered": lambda _: None, "countered": countered, "taken": taken, "sent": sent}


def broken(till):
    with till.app.app_context():
        found = [(each.invariant.id, each.invariant.says) for each in checking.check() if each.offenders]
    return [each for each in found if each[0] != "D1"]  # shops of a scene were never examined


def refund_at_the_dashboard(till, deal, minor):
    intent = till.payment(deal.order_id).intent_id
    till.stripe.client.v1.refunds.create({"payment_intent": intent, "amount": minor})
    hear(till, "refund.created")


def lose_at_the_bank(till, deal, minor):
    dispute = open_dispute(till, deal.order_id, minor)
    tell(till, dispute)
    till.stripe.client.v1.disputes.close(dispute)
    tell(till, dispute)


BOTH = pytest.mark.parametrize("leave", [refund_at_the_dashboard, lose_at_the_bank])


@BOTH
@pytest.mark.parametrize("stage", STAGES)
def test_what_is_left_is_what_the_job_costs_and_it_goes_on(till, deal, leave, stage):
    STAGES[stage](deal)
    whole = deal.customer.get(deal.order).json["total"]["minor"]

    leave(till, deal, 5_000)

    assert broken(till) == []
    job = deal.factory.get(deal.job).json
    assert job["state"] == {"offered": "offered", "countered": "offered", "taken": "accepted", "sent": "shipped"}[stage]
    assert deal.customer.get(deal.order).json["jobs"][0]["total"]["minor"] == whole - 5_000
    if stage != "sent":
        sent(deal)
    assert deal.customer.post(f"{deal.order}/accept").status_code == 200
    till.work()
    assert broken(till) == []
    assert till.balance("stripe") == till.stripe.balance_transactions()


@pytest.mark.parametrize("stage", STAGES)
def test_a_job_whose_money_all_went_back_at_the_dashboard_is_called_off(till, deal, stage):
    STAGES[stage](deal)

    refund_at_the_dashboard(till, deal, deal.customer.get(deal.order).json["total"]["minor"])

    assert broken(till) == []
    assert deal.customer.get(deal.order).json["state"] == "cancelled"
    assert stage == "sent" or held_minutes(till.app) == 0


@pytest.mark.parametrize("stage", STAGES)
def test_a_job_whose_money_the_bank_took_whole_can_still_be_ended(till, deal, stage):
    STAGES[stage](deal)

    lose_at_the_bank(till, deal, None)

    assert broken(till) == []
    if stage == "sent":
        assert deal.customer.post(f"{deal.order}/accept").status_code == 200
    else:
        assert deal.customer.post(f"{deal.order}/cancel", json={"reason": "The bank gave it back."}).status_code == 200
    assert broken(till) == []


CLAIM = {"text": "Three bores are too wide.", "pieces": 3, "remedy": "part_refund", "amount_minor": 1_200}


@BOTH
@pytest.mark.parametrize("left", [0, 1_000])
def test_a_claim_ends_with_what_is_left_when_its_time_is_over(till, deal, leave, left):
    sent(deal)
    assert deal.customer.post(f"{deal.order}/jobs/{deal.job_id}/claims", json=CLAIM).status_code == 201
    leave(till, deal, deal.customer.get(deal.order).json["total"]["minor"] - left)
    till.sql("update claims set answer_by = now() - interval '1 minute'")

    with till.app.app_context():
        claiming.settle_unanswered()

    till.work()
    assert broken(till) == []
    assert deal.customer.get(deal.order).json["state"] == "cancelled", "nothing is left of it"
    assert till.balance("stripe") == till.stripe.balance_transactions()


@BOTH
@pytest.mark.parametrize("left", [0, 1_000])
def test_a_claim_that_is_withdrawn_leaves_a_job_that_can_end(till, deal, leave, left):
    sent(deal)
    assert deal.customer.post(f"{deal.order}/jobs/{deal.job_id}/claims", json=CLAIM).status_code == 201
    leave(till, deal, deal.customer.get(deal.order).json["total"]["minor"] - left)

    assert deal.customer.post(f"{deal.order}/jobs/{deal.job_id}/claims/1/withdraw").status_code == 200

    assert broken(till) == []
    if left:
        assert deal.customer.post(f"{deal.order}/accept").status_code == 200
    assert deal.customer.get(deal.order).json["state"] == ("accepted" if left else "cancelled")
    till.work()
    assert broken(till) == []


def test_what_a_seller_reads_of_money_that_left_is_true(till, deal):
    sent(deal)
    deal.customer.post(f"{deal.order}/accept")
    till.work()
    [transfer] = [each for each in till.operations() if each.kind == "transfer"]

    till.stripe.client.v1.transfers.reversals.create(transfer.provider_id, {"amount": 1_000})
    hear(till, "transfer.reversed")
    lose_at_the_bank(till, deal, 5_000)
    till.work()

    [earning] = deal.factory.get("/v1/factory/payouts").json["items"]
    back = till.sql("select sum(amount_minor) from provider_operations where kind = 'reversal' and state = 'done'")[0]
    assert earning["sent"]["minor"] == transfer.amount_minor - back
    assert broken(till) == []


def test_a_person_who_reverses_and_refunds_at_the_dashboard_docks_the_seller_once(till, deal):
    sent(deal)
    deal.customer.post(f"{deal.order}/accept")
    till.work()
    [transfer] = [each for each in till.operations() if each.kind == "transfer"]
    bears = transfer.amount_minor * 5_000 // deal.customer.get(deal.order).json["total"]["minor"]

    till.stripe.client.v1.transfers.reversals.create(transfer.provider_id, {"amount": bears})
    hear(till, "transfer.reversed")
    refund_at_the_dashboard(till, deal, 5_000)
    till.work()

    assert till.sql("select count(*) from provider_operations where state = 'debt'") == [0]
    assert till.balance("payable") >= -1, "what is left to a person is a rounding at most"
    assert broken(till) == []
