"""What went back of an order, as its customer reads it beside the payment."""

import pytest

from marketplace.workflows.money.showing_refunds import RefundBy, RefundStanding, RefundWhy

pytestmark = pytest.mark.usefixtures("app_with_stripe")

LOST = "The carrier lost the goods and admits it."


def refunds(deal):
    return deal.customer.get(f"{deal.order}/payment").json["refunds"]


def test_nothing_went_back_of_an_order_that_goes_well(deal):
    assert refunds(deal) == []


def test_a_declined_job_goes_back_whole_by_the_factory_and_is_told_when_it_is_made(till, deal):
    total = deal.customer.get(deal.order).json["total"]

    deal.factory.post(f"{deal.job}/decline", json={"reason": "Our machine is broken."})
    [owed] = refunds(deal)
    till.work()
    [made] = refunds(deal)

    assert (owed["state"], owed["sent_at"]) == ("on_its_way", None)
    assert made == {**owed, "state": "given_back", "sent_at": made["sent_at"]}
    assert made["sent_at"] >= made["ordered_at"]
    assert (made["amount"], made["job_id"]) == (total, deal.job_id)
    assert (made["why"], made["by"], made["reason"]) == ("declined", "factory", None)


def test_who_gives_a_job_up_is_told(till, deal):
    deal.customer.post(f"{deal.order}/jobs/{deal.job_id}/cancel", json={"reason": "We need it no more."})

    [told] = refunds(deal)

    assert (told["why"], told["by"], told["job_id"]) == ("cancelled", "customer", deal.job_id)


def test_the_staff_gives_its_reason_and_another_order_shows_nothing_of_it(till, deal, as_user, staff):
    part = {"job_id": deal.job_id, "amount_minor": 400}
    as_user(staff).post("/v1/admin/refunds", json={"order_id": deal.order_id, "parts": [part], "reason": LOST})
    other = till.paid({None: 5_000})

    [told] = refunds(deal)

    assert (told["amount"]["minor"], told["why"], told["by"], told["reason"]) == (400, "staff", "staff", LOST)
    assert deal.customer.get(f"/v1/customer/orders/{other}/payment").json["refunds"] == []


def test_what_went_back_is_read_in_one_statement_however_much_it_is(till, as_user, statements):
    address = f"/v1/customer/orders/{till.paid({None: 5_000})}/payment"
    client = as_user(till.customer)
    client.get(address)  # whatever is asked once is known by now
    with statements() as of_none:
        client.get(address)
    for number in range(3):
        till.give_back(address.split("/")[4], 100, reason=f"claim_{number}")
    with statements() as of_three:
        told = client.get(address).json

    assert [each["amount"]["minor"] for each in told["refunds"]] == [100] * 3
    assert len(of_three) == len(of_none)


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("declined", RefundWhy.DECLINED),
        ("given_up", RefundWhy.GIVEN_UP),
        ("cancelled", RefundWhy.CANCELLED),
        ("change_2", RefundWhy.CHANGED),
        ("claim_1", RefundWhy.CLAIMED),
        ("paid_after_cancellation", RefundWhy.PAID_TOO_LATE),
        ("goodwill", RefundWhy.OTHER),
    ],
)
def test_each_reason_has_its_word(till, reason, why):
    order_id = till.paid({None: 5_000})

    till.give_back(order_id, 100, reason=reason)

    [told] = till.told(order_id).refunds
    assert (told.why, told.by, told.state) == (why, RefundBy.CUSTOMER, RefundStanding.ON_ITS_WAY)
