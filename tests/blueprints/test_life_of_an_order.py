"""One order's whole life over the public API: three lines, two factories, and everything that may come between.

A job is declined and goes to the next best factory; terms of another are changed; a machine breaks down and its job
moves; goods leave in parts, and some are claimed;
one job is cancelled. Each party sees exactly its own view, and all adds up at the end.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from marketplace.kernel import clock
from marketplace.workflows import checking
from tests.blueprints.factory.test_jobs import pay

pytestmark = pytest.mark.usefixtures("app_with_stripe")

REASON = "The spindle is down until next week."
PARCEL = {"carrier": "DHL", "tracking_number": "JD014600006281230704"}
APPROVED = {"outcome": "approve", "reason": "Machines, envelope and prices agree with each other."}


@dataclass
class Shop:
    """A factory with one listed work centre, as its browser reaches it."""

    browser: Any
    organisation_id: str
    centre: str
    listing_id: str

    def post(self, path: str, expected: int = 200, **told: Any) -> Any:
        return answered(self.browser.post(f"/v1/factory/{path}", **({"json": told} if told else {})), expected)

    def get(self, path: str) -> Any:
        return answered(self.browser.get(f"/v1/factory/{path}"), 200)

    def jobs(self) -> dict[str, Any]:
        return {job["id"]: job for job in self.get("jobs")["items"]}


def answered(reply: Any, expected: int) -> Any:
    assert reply.status_code == expected, (reply.request.path, reply.json)
    return reply.json


@pytest.fixture
def open_shop(till, as_user, staff):
    """Opens a factory over the API: a mill that runs every day, priced and approved."""

    def open_shop(rate: int) -> Shop:
        owner = till.seller()
        shop = Shop(as_user(owner), str(owner.organisation_id), "", "")
        shop.centre = shop.post(
            "work-centres",
            201,
            name="Mills",
            process="cnc_milling",
            machines=2,
            envelope_mm=[400, 400, 300],
            materials=["aluminium_6061"],
            time_zone="Europe/Berlin",
            handling_days=1,
            shifts=[{"weekday": day, "starts": "06:00", "ends": "22:00"} for day in range(7)],
        )["id"]
        shop.post(
            f"work-centres/{shop.centre}/rate-cards",
            201,
            currency="EUR",
            machine_rate_minor_per_h=rate,
            labour_rate_minor_per_h=4_000,
            material_minor_per_kg={"aluminium_6061": 800},
        )
        draft = shop.post("listings", 201, work_centre_id=shop.centre, title="Milling", terms="Within a week.")
        shop.listing_id = draft["id"]
        shop.post(f"listings/{draft['id']}/submit")
        admin = as_user(staff)
        (case,) = [
            each for each in admin.get("/v1/admin/cases?state=open").json["items"] if each["listing_id"] == draft["id"]
        ]
        answered(admin.post(f"/v1/admin/cases/{case['id']}/decide", json=APPROVED), 201)
        return shop

    return open_shop


def test_three_lines_two_factories_and_everything_that_may_come_between(app, till, scene, as_user, open_shop):
    cheap, dear = open_shop(6_000), open_shop(6_600)
    customer = as_user(till.customer)

    def quote(quantity: int) -> Any:
        wanted = {
            "revision_id": str(scene.part(till.customer).id),
            "process": "cnc_milling",
            "material": "aluminium_6061",
            "quantity": quantity,
            "currency": "EUR",
        }
        return answered(customer.post("/v1/customer/quotes", json=wanted), 201)

    # one order of three lines: two at the dearer factory, one at the cheaper
    quotes = [quote(quantity) for quantity in (6, 8, 4)]
    assert all(
        [offer["factory_id"] for offer in each["offers"]] == [cheap.organisation_id, dear.organisation_id]
        for each in quotes
    )
    chosen = [quotes[0]["offers"][1], quotes[1]["offers"][1], quotes[2]["offers"][0]]
    lines = [{"quote_id": each["id"], "offer_id": offer["id"]} for each, offer in zip(quotes, chosen, strict=True)]
    basket = {"lines": lines, "purchase_order_number": "PO-7", "if_declined": "next_best"}
    order = answered(customer.post("/v1/customer/orders", json=basket), 201)
    assert order["total"]["minor"] == sum(offer["total"]["minor"] for offer in chosen)
    assert (cheap.jobs(), dear.jobs()) == ({}, {}), "no factory sees an order that is not paid"
    pay(till, customer, order)
    at = f"/v1/customer/orders/{order['id']}"
    declined, changed, cancelled = (job["id"] for job in order["jobs"])
    assert (set(cheap.jobs()), set(dear.jobs())) == ({cancelled}, {declined, changed})

    # the dearer factory declines the first line: it goes to the cheaper one, and the difference goes back
    dear.post(f"jobs/{declined}/decline", reason=REASON)
    (following,) = set(cheap.jobs()) - {cancelled}
    cheaper = quotes[0]["offers"][0]["total"]["minor"]
    assert cheap.jobs()[following]["customer_pays"]["minor"] == cheaper
    back = chosen[0]["total"]["minor"] - cheaper

    # the second line becomes dearer by agreement: it holds when the customer has paid the difference
    dear.post(f"jobs/{changed}/accept")
    dear.post(f"jobs/{changed}/changes", 201, what="M6 instead of M5.", total_minor=chosen[1]["total"]["minor"] + 2_500)
    answered(customer.post(f"{at}/jobs/{changed}/changes/1/agree"), 200)
    pay(till, customer, order)
    assert dear.jobs()[changed]["changes"][0]["state"] == "in_effect"

    # both machines of the cheaper factory break down on the day of its job: it moves
    cheap.post(f"jobs/{following}/accept")
    planned = held(cheap)
    first = min(planned)
    until = datetime.fromisoformat(f"{first}T12:00:00+00:00") + timedelta(days=1)
    broken = cheap.post(
        f"work-centres/{cheap.centre}/breakdowns", 201, machines=2, until=until.isoformat(), reason="Coolant pump"
    )
    lacking = {each["job_id"] for each in broken["conflicts"] if each["job_id"]}
    assert lacking <= {following, cancelled}
    assert following in lacking
    choice = {"reason": "Coolant pump", "others": {"choice": "move", "even_late": True}}
    assert cheap.post(f"work-centres/{cheap.centre}/conflicts/resolve", **choice)["conflicts"] == []
    assert min(held(cheap)) > first

    # the third line is given up by its customer before it was taken
    answered(customer.post(f"{at}/jobs/{cancelled}/cancel", json={"reason": "No longer needed."}), 200)

    # goods leave in parts, and are accepted job by job
    cheap.post(f"jobs/{following}/ship", pieces=2, **PARCEL)
    cheap.post(f"jobs/{following}/ship", **PARCEL)
    dear.post(f"jobs/{changed}/ship", **PARCEL)
    answered(customer.post(f"{at}/jobs/{following}/accept"), 200)

    # one piece is not as ordered: the customer claims, the factory agrees, part of the price goes back
    wrong = {"text": "One bore is too wide.", "pieces": 1, "remedy": "part_refund", "amount_minor": 700}
    answered(customer.post(f"{at}/jobs/{changed}/claims", json=wrong), 201)
    assert cheap.browser.get(f"/v1/factory/jobs/{changed}/claims").status_code == 404
    assert dear.post(f"jobs/{changed}/claims/1/accept")["state"] == "settled"
    assert answered(customer.get(at), 200)["state"] == "shipped"
    assert answered(customer.post(f"{at}/accept"), 200)["state"] == "accepted"
    till.work()

    # each party sees exactly its own
    seen = answered(customer.get(at), 200)
    assert {job["id"]: job["state"] for job in seen["jobs"]} == {
        declined: "declined",
        following: "done",
        changed: "done",
        cancelled: "cancelled",
    }
    assert [each["pieces"] for job in seen["jobs"] if job["id"] == following for each in job["shipments"]] == [2, 4]
    assert (set(cheap.jobs()), set(dear.jobs())) == ({cancelled, following}, {declined, changed})
    for shop, foreign in ((cheap, changed), (dear, following)):
        assert shop.browser.get(f"/v1/factory/jobs/{foreign}").status_code == 404
        assert shop.browser.get(f"/v1/customer/orders/{order['id']}").status_code in (403, 404)

    # the money and the minutes add up
    transfers = {each.destination: each for each in till.stripe.client.v1.transfers.list({"limit": 100}).data}
    assert len(transfers) == 2
    refunds = sorted(each.amount for each in till.stripe.client.v1.refunds.list({"limit": 100}).data)
    assert refunds == sorted([back, chosen[2]["total"]["minor"], 700])
    assert held(cheap) == {} or all(day <= clock.now().date().isoformat() for day in held(cheap))
    with app.app_context():
        assert [(each.invariant.says, each.offenders) for each in checking.check() if each.offenders] == []


def held(shop: Shop) -> dict[str, int]:
    """Minutes held at a factory's work centre, by day."""
    today = clock.now().date()
    days = shop.get(f"work-centres/{shop.centre}/capacity?from={today}&to={today + timedelta(days=60)}")
    return {day["day"]: day["held_min"] for day in days["days"] if day["held_min"]}
