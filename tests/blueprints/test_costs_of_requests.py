"""P1: what a request asks of the database grows neither with the rows of a list nor with other factories."""

from types import SimpleNamespace

import pytest

from marketplace.capacity import moving
from marketplace.capacity import service as capacity
from marketplace.claims.models import Claim, Remeasurement, Remedy
from marketplace.claims.states import ClaimState, RemeasurementState
from marketplace.disputes.models import Dispute, Evidence
from marketplace.disputes.states import DisputeState
from marketplace.invoicing.facts import Platform
from marketplace.jobs.queue import Task, later
from marketplace.kernel import clock
from marketplace.kernel.actor import Role
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.kernel.transaction import transaction
from marketplace.listings.models import ListingState
from marketplace.orders.models import Job, Side
from marketplace.parts.models import FileAccess, Seen
from marketplace.payments.models import (
    BankPayout,
    BankPayoutState,
    Freeze,
    FreezeWhy,
    Operation,
    OperationKind,
    OperationState,
    Payment,
    PayoutSchedule,
    Rail,
)
from marketplace.payouts.models import Batch, Destination, PayoutAlert
from marketplace.production.models import Subcontract
from marketplace.production.states import SubcontractState
from marketplace.reconciliation import service as reconciliation
from marketplace.reconciliation.models import Scope
from marketplace.reconciliation.states import DifferenceKind
from marketplace.reconciliation.values import Finding
from marketplace.refunds.models import StaffRefund, StaffRefundPart
from marketplace.reviews.models import Review
from marketplace.workflows import matching
from marketplace.workflows.money import issuing
from tests.blueprints.customer.test_orders import choose, quoted
from tests.blueprints.factory.test_jobs import PARCEL, pay
from tests.minutes import from_today, in_an_hour
from tests.tenders import Tender
from tests.uploads import form

pytestmark = pytest.mark.usefixtures("app_with_stripe")

LISTS = {
    "/v1/customer/parts": "customer",
    "/v1/customer/parts/{part_id}/revisions/{number}/accesses": "customer",
    "/v1/customer/quotes": "customer",
    "/v1/customer/orders": "customer",
    "/v1/customer/orders/{order_id}/attachments": "customer",
    "/v1/customer/orders/{order_id}/jobs/{job_id}/messages": "customer",
    "/v1/customer/orders/{order_id}/jobs/{job_id}/questions": "customer",
    "/v1/customer/orders/{order_id}/messages": "customer",
    "/v1/customer/orders/{order_id}/jobs/{job_id}/inspection/entries": "customer",
    "/v1/customer/orders/{order_id}/delays": "customer",
    "/v1/customer/documents": "customer",
    "/v1/customer/rfqs": "customer",
    "/v1/customer/rfqs/{rfq_id}/accesses": "customer",
    "/v1/customer/rfqs/{rfq_id}/attachments": "customer",
    "/v1/customer/rfqs/{rfq_id}/bids": "customer",
    "/v1/customer/rfqs/{rfq_id}/invitations": "customer",
    "/v1/customer/rfqs/{rfq_id}/questions": "customer",
    "/v1/customer/rfqs/{rfq_id}/threads": "customer",
    "/v1/customer/rfqs/{rfq_id}/threads/{number}/messages": "customer",
    "/v1/factory/work-centres": "factory",
    "/v1/factory/work-centres/{work_centre_id}/calibrations": "factory",
    "/v1/factory/work-centres/{work_centre_id}/rate-cards": "factory",
    "/v1/factory/work-centres/{work_centre_id}/breakdowns": "factory",
    "/v1/factory/work-centres/{work_centre_id}/calendar-exceptions": "factory",
    "/v1/factory/work-centres/{work_centre_id}/calendar-imports": "factory",
    "/v1/factory/work-centres/{work_centre_id}/calendar-links": "factory",
    "/v1/factory/work-centres/{work_centre_id}/plan-changes": "factory",
    "/v1/factory/listings": "factory",
    "/v1/factory/documents": "factory",
    "/v1/factory/jobs": "factory",
    "/v1/factory/jobs/{job_id}/attachments": "factory",
    "/v1/factory/jobs/{job_id}/messages": "factory",
    "/v1/factory/jobs/{job_id}/questions": "factory",
    "/v1/factory/jobs/{job_id}/inspection/entries": "factory",
    "/v1/factory/jobs/{job_id}/plan/changes": "factory",
    "/v1/factory/payouts": "factory",
    "/v1/factory/payouts/bank": "factory",
    "/v1/factory/payouts/debts": "factory",
    "/v1/factory/payouts/destinations": "factory",
    "/v1/factory/remeasurements": "factory",
    "/v1/factory/rfqs": "factory",
    "/v1/factory/rfqs/{rfq_id}/attachments": "factory",
    "/v1/factory/rfqs/{rfq_id}/bids": "factory",
    "/v1/factory/rfqs/{rfq_id}/messages": "factory",
    "/v1/factory/rfqs/{rfq_id}/questions": "factory",
    "/v1/account/notices": "customer",
    "/v1/account/sessions": "customer",
    "/v1/account/organisations": "customer",
    "/v1/account/organisations/{organisation_id}/members": "customer",
    "/v1/account/organisations/{organisation_id}/invitations": "customer",
    "/v1/account/organisations/{organisation_id}/tax-registrations": "customer",
    "/v1/developer/tokens": "customer",
    "/v1/admin/orders/{order_id}/attachments": "staff",
    "/v1/admin/cases": "staff",
    "/v1/admin/claims": "staff",
    "/v1/admin/disputes": "staff",
    "/v1/admin/reviews": "staff",
    "/v1/admin/documents": "staff",
    "/v1/admin/refunds": "staff",
    "/v1/admin/audit": "staff",
    "/v1/admin/freezes": "staff",
    "/v1/admin/fee-rates": "staff",
    "/v1/admin/tax-rates": "staff",
    "/v1/admin/tax-registrations": "staff",
    "/v1/admin/jobs": "staff",
    "/v1/admin/organisations/{organisation_id}/verifications": "staff",
    "/v1/admin/organisations/{organisation_id}/payment-terms": "staff",
    "/v1/admin/messages": "staff",
    "/v1/admin/payout-schedules": "staff",
    "/v1/admin/payouts/alerts": "staff",
    "/v1/admin/payouts/batches": "staff",
    "/v1/admin/orders/{order_id}/messages": "staff",
    "/v1/admin/ledger/operations": "staff",
    "/v1/admin/ledger/events": "staff",
    "/v1/admin/reconciliations": "staff",
    "/v1/admin/differences": "staff",
    "/v1/listings": "customer",
    "/v1/factories/{factory_id}/reviews": "customer",
    "/v1/slots": "customer",
    "/v1/factory/slots": "factory",
    "/v1/factory/subcontracts": "factory",
    "/v1/customer/subscriptions": "customer",
    "/v1/customer/subscriptions/{subscription_id}/matches": "customer",
}
"""Every list of the API, and who looks at it here."""

WANTED = {
    "/v1/admin/jobs": {"status": "todo"},
    "/v1/admin/ledger/operations": {"state": "done"},
    "/v1/admin/ledger/events": {"state": "handled"},
}
OF_PLANS = {"/v1/customer/orders/{order_id}/delays", "/v1/factory/jobs/{job_id}/plan/changes"}
UNPAGED = {path for path in LISTS if path.startswith("/v1/account/organisations")}
"""Shown whole."""

RATES = {
    "currency": "EUR",
    "machine_rate_minor_per_h": 6_000,
    "labour_rate_minor_per_h": 4_000,
    "material_minor_per_kg": {"aluminium_6061": 800},
}


PAST_JOB = {
    "material": "aluminium_6061",
    "quantity": 10,
    "shape": {"volume_mm3": 60_000, "area_mm2": 20_000, "box_mm": [100, 60, 20]},
    "machine_min": 410,
}


@pytest.fixture
def street(till, scene, market, staff, as_user):
    """A customer, a factory and a member of the staff, and rounds of business that give each list one row more."""
    owner = till.seller()
    shop = scene.shop(owner, open_min=1_440, name="First")
    browsers = {"customer": as_user(till.customer), "factory": as_user(owner), "staff": as_user(staff)}
    browsers["customer"].environ_base["HTTP_COMMONFORGE_ORGANISATION"] = str(till.customer.organisation_id)
    revision = scene.part(till.customer)
    tender = Tender(till.app, till.customer)
    rfq = tender.ask(revision.id, owner)
    tender.agree(rfq, owner)
    order = browsers["customer"].post("/v1/customer/orders", json=choose(quoted(browsers["customer"], revision))).json
    pay(till, browsers["customer"], order)
    assert browsers["factory"].post(f"/v1/factory/jobs/{order['jobs'][0]['id']}/accept").status_code == 200
    wants = browsers["customer"].post("/v1/customer/subscriptions", json={"process": "cnc_milling"})
    return SimpleNamespace(
        order_id=order["id"],
        subscription_id=wants.json["id"],
        job_id=order["jobs"][0]["id"],
        tender=tender,
        rfq=rfq,
        till=till,
        scene=scene,
        market=market,
        owner=owner,
        shop=shop,
        revision=revision,
        browsers=browsers,
        staff_id=staff.user_id,
        as_user=as_user,
        planned=None,
    )


def a_round(street, number):
    """One row more of everything that is listed."""
    a_sale(street)
    a_claim_and_its_like(street)
    a_dispute_is_answered(street, number)
    street.market.make_listing(street.market.make_factory(), ListingState.LIVE)
    street.scene.shop(street.owner, name=f"Mill {number}", materials=("steel_304",))
    centre = f"/v1/factory/work-centres/{street.shop.work_centre_id}"
    for told, what in ((RATES, "rate-cards"), ({"jobs": [PAST_JOB] * 5}, "calibrations")):
        assert street.browsers["factory"].post(f"{centre}/{what}", json=told).status_code == 201
    a_calendar_grows(street, centre, number)
    a_plan_slips(street, number)
    an_account_grows(street, street.browsers["customer"], number)
    rates_are_decided(street.browsers["staff"], number)
    a_request_grows(street, number)
    an_order_grows(street)
    an_inspection_grows(street)
    a_slot_appears(street)
    money_is_looked_into(street, number)
    books_are_compared(street, number)
    with street.till.app.app_context(), transaction():
        session().add(FileAccess(revision_id=street.revision.id, user_id=street.owner.user_id))
        later(Task.CANCEL_UNPAID)


def books_are_compared(street, number):
    """Each comparison finds one thing more than the last."""
    with street.till.app.app_context(), transaction():
        there = [Finding(DifferenceKind.OVERDUE, about=str(each), says="It is not over.") for each in range(number + 1)]
        counted = dict.fromkeys(("movements", "journals", "adopted", "under_way", "events_filled"), 0)
        looked = {"since": None, "until": clock.now()}
        reconciliation.record(Scope.WHOLE, there, totals=[], counted=counted | looked)


def money_is_looked_into(street, number):
    """A debt that was carried, a destination, a payout to a bank, a batch, an alert; a freeze, a schedule of others."""
    by, of = street.staff_id, street.owner.organisation_id
    other = street.till.world.make_organisation().organisation_id
    with street.till.app.app_context(), transaction():
        payment = session().query(Payment).order_by(Payment.id).first()
        debt = Operation(
            id=new_id(), kind=OperationKind.REVERSAL, payment_id=payment.id, party_id=of, currency=payment.currency
        )
        debt.reason = f"reversal:refund:{street.job_id}:{number}"
        debt.state, debt.amount_minor, debt.set_off_minor = OperationState.SET_OFF, 1, 1
        home = Destination(organisation_id=of, rail=Rail.STRIPE_TRANSFER, shown="acct", set_by=street.owner.user_id)
        paid = BankPayout(id=f"po_{number}", organisation_id=of, amount_minor=1, currency="EUR", bank_id="ba")
        paid.state, paid.sent_at, paid.seen_at = BankPayoutState.PAID, clock.now(), clock.now()
        paid.arrives_on = clock.now().date()
        days = PayoutSchedule(organisation_id=other, days=1, set_by=by, reason="New here.")
        freeze = Freeze(organisation_id=other, why=FreezeWhy.STAFF, cause=str(number))
        session().add_all([debt, home, paid, days, freeze, Batch(currency="EUR", made_by=by)])
        session().flush()
        session().add(PayoutAlert(operation_id=debt.id, problem="It waits."))


def a_slot_appears(street):
    """And is found by a subscription; one more of these is stored."""
    slot = street.scene.slot(street.shop)
    with street.till.app.app_context():
        matching.match_slot(str(slot.id))
    wants = street.browsers["customer"].post("/v1/customer/subscriptions", json={"process": "fdm"})
    assert wants.status_code == 201, wants.json


def a_calendar_grows(street, centre, number):
    """A closure of a far day, a breakdown, another calendar, a link; and minutes of a hold are moved."""
    factory, day = street.browsers["factory"], f"2036-05-{number + 1:02}"
    told = {
        "calendar-exceptions": {"kind": "closure", "from": day, "to": day, "reason": "Works holiday"},
        "breakdowns": {"machines": 1, "starts_at": f"{day}T08:00:00Z", "until": f"{day}T09:00:00Z", "reason": "Tool"},
        "calendar-imports": {"name": "Plan", "url": "https://calendar.example/a.ics"},
        "calendar-links": {"name": "Hall"},
    }
    for what, body in told.items():
        assert factory.post(f"{centre}/{what}", json=body).status_code in (201, 202)
    with street.till.app.app_context(), transaction():
        by = from_today(20)
        hold = capacity.hold(street.shop.work_centre_id, 10, by=by, expires_at=in_an_hour())
        moving.move(hold, {by: 10}, by=street.owner.actor, reason="Sooner is fuller.")


def a_plan_slips(street, number):
    """An accepted job, the same each time, is planned a day later."""
    factory = street.browsers["factory"]
    if street.planned is None:
        order, job_id = bought_and_paid(street)
        street.planned = {"order_id": order["id"], "job_id": job_id}
        assert factory.post(f"/v1/factory/jobs/{job_id}/accept").status_code == 200
    later_on = {"operation": 1, "not_before": str(from_today(5 + number)), "reason": "Rush.", "accepts_delay": True}
    moved = factory.post(f"/v1/factory/jobs/{street.planned['job_id']}/plan/move", json=later_on)
    assert moved.status_code == 200, moved.json


def bought_and_paid(street):
    """A paid order, and the id of its job."""
    customer, factory = street.browsers["customer"], street.browsers["factory"]
    quote = quoted(customer, street.scene.part(street.till.customer), quantity=1)
    order = customer.post("/v1/customer/orders", json=choose(quote)).json
    pay(street.till, customer, order)
    return order, factory.get("/v1/factory/jobs").json["items"][0]["id"]


def a_sale(street):
    """A part from its quote to the money's arrival at the factory."""
    customer, factory = street.browsers["customer"], street.browsers["factory"]
    order, job_id = bought_and_paid(street)
    job = f"/v1/factory/jobs/{job_id}"
    for step, told in (("accept", None), ("reports", {"pieces_done": 1}), ("ship", PARCEL)):
        assert factory.post(f"{job}/{step}", json=told).status_code < 300
    assert customer.post(f"/v1/customer/orders/{order['id']}/accept").status_code == 200
    street.till.work()
    with street.till.app.app_context():
        issuing.issue_recent(Platform("Commonforge", None))


def a_claim_and_its_like(street):
    """A claim that was withdrawn while the goods were measured again, a review, a refund, an operation given away."""
    with street.till.app.app_context(), transaction():
        job = session().query(Job).order_by(Job.id.desc()).first()
        claim = Claim(id=new_id(), job_id=job.id, number=1, state=ClaimState.WITHDRAWN, text="Too wide.", pieces=1)
        claim.claimed_by, claim.wanted, claim.look_until = street.till.customer.user_id, Remedy.REMAKE, clock.now()
        claim.remeasurement = Remeasurement(side=Side.CUSTOMER, why="We differ.", state=RemeasurementState.CALLED_OFF)
        claim.remeasurement.asked_by = claim.remeasurement.named_by = street.till.customer.user_id
        claim.remeasurement.factory_id = street.owner.organisation_id
        session().add(claim)
        given = Subcontract(job_id=job.id, number=1, operation=1, operation_name="Turn", company="First", what="Turn.")
        given.factory_id = given.subcontractor_id = job.factory_id
        given.state, given.agreed_at = SubcontractState.DONE, clock.now()
        given.proposed_by = given.agreed_by = street.till.customer.user_id
        session().add(given)
        review = Review(
            job_id=job.id, side=Side.CUSTOMER, of_id=job.factory_id, quality=5, communication=4, text="Good."
        )
        review.written_by, review.public_from = street.till.customer.user_id, clock.now()
        session().add(review)
        refund = StaffRefund(order_id=job.order_id, reason="Late.", currency="EUR", amount_minor=1, is_above_limit=True)
        refund.proposed_by, refund.parts = (
            street.till.customer.user_id,
            [StaffRefundPart(job_id=job.id, currency="EUR", amount_minor=1)],
        )
        session().add(refund)


def a_dispute_is_answered(street, number):
    """One more inquiry of a bank, with an answer."""
    with street.till.app.app_context(), transaction():
        payment = session().query(Payment).filter_by(order_id=street.order_id).one()
        dispute = Dispute(id=new_id(), provider_id=f"du_{number}", payment_id=payment.id, reason="general")
        dispute.state, dispute.looked_at = DisputeState.INQUIRY, clock.now()
        dispute.currency, dispute.amount_minor = payment.currency, payment.amount_minor
        evidence = Evidence(dispute_id=dispute.id, number=1, to_inquiry=True, statement="", facts={}, size_bytes=1)
        evidence.made_by, evidence.sha256 = street.till.customer.user_id, "0" * 64
        session().add_all([dispute, evidence])


def a_request_grows(street, number):
    """One more factory is invited, asks, bids and looks; so does the first, and it is asked by another request."""
    tender, rfq, newcomer = street.tender, street.rfq, street.market.make_factory()
    street.scene.shop(newcomer, name=f"Newcomer {number}")
    tender.invite(rfq, newcomer)
    tender.agree(rfq, newcomer)
    for factory in (street.owner, newcomer):
        tender.answer(rfq, tender.question(rfq, factory))
        tender.bid(rfq, factory, **({"work_centre_id": street.shop.work_centre_id} if factory is street.owner else {}))
    with street.till.app.app_context(), transaction():
        row = FileAccess(revision_id=rfq.revision_id, what=Seen.MODEL, rfq_id=rfq.id)
        row.organisation_id, row.user_id = newcomer.organisation_id, newcomer.user_id
        session().add(row)
    tender.ask(street.revision.id, street.owner)


def an_order_grows(street):
    """One more file and message of each side, about an order and in a request."""
    order, request = f"orders/{street.order_id}", f"rfqs/{street.rfq.id}"
    for side, place, told in (
        ("customer", order, {}),
        ("customer", order, {"seen_by": "staff"}),
        ("customer", request, {}),
        ("factory", f"jobs/{street.job_id}", {}),
        ("factory", request, {}),
    ):
        reply = street.browsers[side].post(f"/v1/{side}/{place}/attachments", **form(**told))
        assert reply.status_code == 201, reply.json
    for side, place in (("customer", order), ("factory", f"jobs/{street.job_id}"), ("factory", request)):
        assert street.browsers[side].post(f"/v1/{side}/{place}/messages", json={"text": "Hello."}).status_code == 201
    job = f"/v1/factory/jobs/{street.job_id}/questions"
    asked = street.browsers["factory"].post(job, json={"text": "Which side is up?"})
    assert street.browsers["factory"].post(f"{job}/{asked.json['id']}/withdraw").status_code == 200


def an_inspection_grows(street):
    """One lot of material more for a job that its factory has taken."""
    factory = street.browsers["factory"]
    lot = {"material": "EN AW-6061", "lot_number": "H-4711", "supplier": "Alu AG"}
    assert factory.post(f"/v1/factory/jobs/{street.job_id}/inspection/lots", json=lot).status_code == 201


def an_account_grows(street, customer, number):
    token = {"name": f"Token {number}", "scopes": ["customer"], "expires_in_days": 1}
    assert customer.post("/v1/developer/tokens", json=token).status_code == 201
    one_more = {"name": f"Branch {number}", "kind": "company", "country": "DE", "hats": ["customer"]}
    assert customer.post("/v1/account/organisations", json=one_more).status_code == 201
    invited = {"email": f"guest-{number}@example.test", "role": "viewer"}
    place = f"/v1/account/organisations/{street.till.customer.organisation_id}"
    assert customer.post(f"{place}/invitations", json=invited).status_code == 201
    street.till.world.make_member(street.till.customer, Role.VIEWER)
    street.till.world.trust(street.till.customer, net_days=number, EUR=1_000)
    street.as_user(street.till.customer)
    year = {"valid_from": f"{2100 + number}-01-01", "valid_until": f"{2100 + number}-12-31"}
    number_of_that_year = {"country": "DE", "tax_number": "DE136695976", **year}
    assert customer.post(f"{place}/tax-registrations", json=number_of_that_year).status_code == 201


def rates_are_decided(staff, number):
    """A rate of tax and a fee, of a far day."""
    why = {"valid_from": f"{2100 + number}-01-01", "reason": "It is written in the gazette."}
    rate = {"country": "DE", "goods_bps": 2_000, "services_bps": 2_000, **why}
    assert staff.post("/v1/admin/tax-rates", json=rate).status_code == 201
    assert staff.post("/v1/admin/fee-rates", json={"fee_bps": 700, **why}).status_code == 201


def test_p1_every_list_is_counted_here(application):
    with application.test_client() as client:
        paths = client.get("/v1/openapi.json").json["paths"]
    assert {path for path, operations in paths.items() if is_list(operations.get("get", {}))} == set(LISTS)


def is_list(operation):
    shown = operation.get("responses", {}).get("200", {}).get("content", {}).get("application/json", {})
    return shown.get("schema", {}).get("$ref", "").endswith("Page")


def test_p1_the_queries_of_no_list_grow_with_its_rows(street, statements):
    rounds = iter(range(1, 10))
    a_round(street, next(rounds))
    few = {path: looked_at(street, path, statements) for path in LISTS}
    for _ in range(3):
        a_round(street, next(rounds))
    many = {path: looked_at(street, path, statements) for path in LISTS}

    assert {path: asked for path, (_, asked) in many.items()} == {path: asked for path, (_, asked) in few.items()}
    assert [path for path in LISTS if many[path][0] <= few[path][0]] == []


def looked_at(street, path, statements):
    """(rows, statements) of one look at a list."""
    at = path.format(
        part_id=street.revision.part_id,
        rfq_id=street.rfq.id,
        **(street.planned if path in OF_PLANS else {"order_id": street.order_id, "job_id": street.job_id}),
        factory_id=street.owner.organisation_id,
        subscription_id=street.subscription_id,
        number=1,
        work_centre_id=street.shop.work_centre_id,
        organisation_id=street.till.customer.organisation_id,
    )
    wanted = WANTED.get(path, {}) | ({} if path in UNPAGED else {"limit": 100})
    with statements() as sent:
        reply = street.browsers[LISTS[path]].get(at, query_string=wanted)
    assert reply.status_code == 200, reply.json
    return len(reply.json["items"]), len(sent)


def test_p1_a_table_of_bids_asks_as_much_however_many_there_are(street, statements):
    def table():
        with statements() as sent:
            reply = street.browsers["customer"].get(f"/v1/customer/rfqs/{street.rfq.id}/comparison")
        return len(reply.json["rows"]), len(sent)

    a_request_grows(street, 1)
    (few, asked), _ = table(), [a_request_grows(street, number) for number in range(2, 5)]

    assert table() == (few + 3, asked)


def test_p1_a_quote_and_an_order_ask_as_much_whatever_other_factories_there_are(street, make_organisation, statements):
    before = bought(street, statements)
    for number in range(5):
        owner = make_organisation(hats=("factory",))
        street.scene.shop(owner, name=f"Printer {number}", process="fdm", materials=("pla",))
        street.scene.shop(owner, name=f"Small {number}", envelope=(10, 10, 10))
        street.scene.shop(owner, name=f"Draft {number}", state=ListingState.DRAFT)
    quoted(
        street.browsers["customer"], street.revision
    )  # what is new on the shelves is read once, by whoever asks next

    assert bought(street, statements) == before


def bought(street, statements):
    """How many statements a quote takes, and the order of its first offer."""
    customer, revision = street.browsers["customer"], street.scene.part(street.till.customer)
    with statements() as asked:
        quote = quoted(customer, revision, quantity=1)
    assert quote["eligible"] == 1
    with statements() as ordered:
        assert customer.post("/v1/customer/orders", json=choose(quote)).status_code == 201
    return len(asked), len(ordered)


def test_an_order_is_looked_at_in_one_statement_and_who_looks_in_another(street, statements):
    customer, revision = street.browsers["customer"], street.scene.part(street.till.customer)
    quote = quoted(customer, revision, quantity=1)
    placed = customer.post("/v1/customer/orders", json=choose(quote)).json

    with statements() as sent:
        shown = customer.get(f"/v1/customer/orders/{placed['id']}").json

    assert shown == placed
    assert len(sent) == 2
