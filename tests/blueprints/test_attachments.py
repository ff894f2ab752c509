"""Files beside orders, jobs and requests: who sees the thing sees what lies beside it; nobody is shown it in place."""

import re
from types import SimpleNamespace

import pytest

from blueprints.http.ports import ports
from marketplace.attachments import rules
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.workflows import intake
from tests.blueprints.account.test_notices import kinds_of
from tests.blueprints.factory.test_jobs import REASON
from tests.marketplace.attachments.test_attachment_kinds import PDF, PNG
from tests.tenders import Tender
from tests.uploads import form, problem

pytestmark = pytest.mark.usefixtures("app")


def attach(browser, place, content=PDF, name="drawing.pdf", **told):
    reply = browser.post(f"{place}/attachments", **form(content, name, **told))
    assert reply.status_code == 201, reply.json
    return reply.json


def saved(browser, file):
    """A reply with its file read and closed, as a browser leaves it."""
    with browser.get(file) as reply:
        reply.get_data()
    return reply


def names(browser, place):
    return [each["name"] for each in browser.get(f"{place}/attachments").json["items"]]


def test_a_file_is_kept_as_it_came_and_given_back_to_be_saved(deal):
    made = attach(deal.customer, deal.order, PDF, "../Zeichnung \u202e1.pdf", job_id=deal.job_id)

    assert (made["name"], made["kind"], made["media_type"]) == ("Zeichnung 1.pdf", "pdf", "application/pdf")
    assert (made["size_bytes"], made["side"], made["job_id"]) == (len(PDF), "customer", deal.job_id)
    reply = saved(deal.factory, f"/v1/factory/attachments/{made['id']}/file")
    assert reply.data == PDF
    assert reply.headers["Content-Disposition"] == 'attachment; filename="Zeichnung 1.pdf"'
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Cache-Control"] == "private, no-store"
    assert reply.headers["Content-Security-Policy"].startswith("sandbox")


def test_the_content_says_what_it_is_whatever_the_name_says(deal):
    assert attach(deal.factory, deal.job, PNG, "photo.pdf")["kind"] == "png"
    page = b"<html><script>alert(1)</script></html>"
    made = attach(deal.factory, deal.job, page, "page.html")
    assert made["media_type"] == "text/plain"
    assert (
        saved(deal.customer, f"/v1/customer/attachments/{made['id']}/file")
        .headers["Content-Disposition"]
        .startswith("attachment")
    )


def test_the_customer_sees_all_and_a_factory_its_job_and_what_is_for_all(deal):
    attach(deal.factory, deal.job, name="of the job.pdf")
    attach(deal.customer, deal.order, name="for all.pdf")
    staffs = attach(deal.customer, deal.order, name="for the staff.pdf", seen_by="staff")

    assert names(deal.customer, deal.order) == ["for the staff.pdf", "for all.pdf", "of the job.pdf"]
    assert names(deal.factory, deal.job) == ["for all.pdf", "of the job.pdf"]
    reply = saved(deal.factory, f"/v1/factory/attachments/{staffs['id']}/file")
    assert problem(reply) == (404, "attachment_not_found")


def test_the_staff_sees_what_is_laid_there_for_it_and_no_more(deal, staff, as_user):
    between = attach(deal.customer, deal.order, name="between us.pdf")
    told = attach(deal.customer, deal.order, name="look at this.pdf", seen_by="staff")
    browser = as_user(staff)

    assert names(browser, f"/v1/admin/orders/{deal.order_id}") == ["look at this.pdf"]
    assert saved(browser, f"/v1/admin/attachments/{told['id']}/file").data == PDF
    assert problem(saved(browser, f"/v1/admin/attachments/{between['id']}/file")) == (404, "attachment_not_found")


def test_others_do_not_learn_that_there_is_anything(deal, as_user, make_organisation):
    made = attach(deal.customer, deal.order)
    rival = as_user(make_organisation("Rival", hats=("factory", "customer")))

    assert problem(rival.get(f"{deal.job}/attachments")) == (404, "job_not_found")
    assert problem(rival.post(f"{deal.job}/attachments", **form(PDF))) == (404, "job_not_found")
    assert problem(rival.get(f"{deal.order}/attachments")) == (404, "order_not_found")
    assert problem(rival.post(f"{deal.order}/attachments", **form(PDF))) == (404, "order_not_found")
    for side in ("customer", "factory"):
        reply = rival.get(f"/v1/{side}/attachments/{made['id']}/file")
        assert problem(reply) == (404, "attachment_not_found")


def test_a_file_beside_another_orders_job_is_refused(deal, as_user, make_organisation):
    reply = deal.customer.post(f"{deal.order}/attachments", **form(PDF, job_id=deal.order_id))
    assert problem(reply) == (404, "job_not_found")
    reply = deal.customer.post(f"{deal.order}/attachments", **form(PDF, job_id=deal.job_id, seen_by="staff"))
    assert problem(reply) == (422, "attachment_for_nobody")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file_empty"), (b"\x7fELF\0", "attachment_kind_unknown"), (PNG[:-12], "file_truncated")],
)
def test_a_bad_file_is_refused_and_nothing_is_kept_of_it(deal, app, config, content, code):
    before = {path.name for path in config.files_dir.rglob("*") if path.is_file()}
    reply = deal.factory.post(f"{deal.job}/attachments", **form(content, "photo.png"))

    assert problem(reply) == (422, code)
    assert {path.name for path in config.files_dir.rglob("*") if path.is_file()} - {".lock"} == before - {".lock"}
    assert names(deal.factory, deal.job) == []


def test_a_file_of_more_bytes_than_are_taken_is_refused(deal, monkeypatch):
    monkeypatch.setattr(rules, "MOST_BYTES", len(PDF) - 1)
    assert problem(deal.factory.post(f"{deal.job}/attachments", **form(PDF))) == (422, "file_too_large")


def test_as_many_as_may_lie_there_are_taken_and_no_more(deal, monkeypatch):
    monkeypatch.setattr(rules, "MOST_BESIDE", 2)
    attach(deal.factory, deal.job)
    attach(deal.factory, deal.job)
    reply = deal.factory.post(f"{deal.job}/attachments", **form(PDF))

    assert problem(reply) == (409, "too_many_attachments")
    attach(deal.customer, deal.order, job_id=deal.job_id)
    assert len(names(deal.customer, deal.order)) == 3


def test_the_same_key_lays_one_file_there(deal):
    sent = form(PDF, "drawing.pdf")
    first = deal.factory.post(f"{deal.job}/attachments", headers={"Idempotency-Key": "one"}, **sent)
    again = deal.factory.post(f"{deal.job}/attachments", headers={"Idempotency-Key": "one"}, **form(PDF, "drawing.pdf"))

    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(names(deal.factory, deal.job)) == 1


def test_the_clearing_away_leaves_attachments_where_they_are(deal, app, config):
    made = attach(deal.factory, deal.job)
    with app.app_context(), clock.moved_by(2 * intake.UNKNOWN_AFTER):
        intake.clear_away(store=ports().files)

    assert saved(deal.customer, f"/v1/customer/attachments/{made['id']}/file").data == PDF


def test_what_lies_there_stays_and_is_never_changed(deal, app):
    attach(deal.factory, deal.job)
    deal.factory.post(f"{deal.job}/decline", json={"reason": REASON})

    assert names(deal.factory, deal.job) == names(deal.customer, deal.order) == ["drawing.pdf"]
    for_all = attach(deal.customer, deal.order, name="for all who are still in it.pdf")
    assert names(deal.factory, deal.job) == ["drawing.pdf"], "it has no more part in the order"
    assert problem(saved(deal.factory, f"/v1/factory/attachments/{for_all['id']}/file"))[0] == 404
    assert kinds_of(deal.factory) == ["job_offered"]
    with app.app_context(), pytest.raises(Exception, match="append-only"):
        session().connection().exec_driver_sql("update attachments set name = 'other.pdf'")


@pytest.fixture
def tender(app, make_organisation, scene, as_user):
    """A request to two factories, of which one has agreed to the terms."""
    customer = make_organisation("Customer")
    owners = [make_organisation(f"Shop {name}", hats=("factory",)) for name in "AB"]
    for owner in owners:
        scene.shop(owner)
    tender = Tender(app, customer)
    rfq = tender.ask(scene.part(customer).id, *owners, hides_factories=True)
    tender.agree(rfq, owners[0])
    first, second = (as_user(owner) for owner in owners)
    return SimpleNamespace(
        rfqs=tender,
        rfq=rfq,
        customer=as_user(customer),
        first=first,
        second=second,
        owners=owners,
        place=f"rfqs/{rfq.id}",
    )


def test_a_file_in_a_request_is_for_those_who_have_agreed_to_its_terms(tender):
    made = attach(tender.customer, f"/v1/customer/{tender.place}", name="for all.pdf")

    assert names(tender.first, f"/v1/factory/{tender.place}") == ["for all.pdf"]
    assert problem(tender.second.get(f"/v1/factory/{tender.place}/attachments")) == (409, "terms_not_agreed")
    file = f"/v1/factory/attachments/{made['id']}/file"
    assert saved(tender.first, file).data == PDF
    assert problem(saved(tender.second, file)) == (404, "attachment_not_found")


def test_a_customer_lays_a_file_there_for_one_factory_alone(tender):
    tender.rfqs.agree(tender.rfq, tender.owners[1])
    reply = tender.customer.post(f"/v1/customer/{tender.place}/attachments", **form(PDF, number="1"))
    assert problem(reply) == (422, "attachment_for_nobody")
    tender.rfqs.question(tender.rfq, tender.owners[1])
    made = attach(tender.customer, f"/v1/customer/{tender.place}", name="your drawing.pdf", number="1")

    assert names(tender.second, f"/v1/factory/{tender.place}") == ["your drawing.pdf"]
    assert names(tender.first, f"/v1/factory/{tender.place}") == []
    assert problem(saved(tender.first, f"/v1/factory/attachments/{made['id']}/file"))[0] == 404
    assert kinds_of(tender.second)[0] == "attachment_added"
    assert kinds_of(tender.first) == ["rfq_invited"]


def test_a_bidders_file_is_for_the_customer_and_names_nobody(tender):
    tender.rfqs.agree(tender.rfq, tender.owners[1])
    made = attach(tender.first, f"/v1/factory/{tender.place}", name="how we would clamp it.pdf")

    assert names(tender.second, f"/v1/factory/{tender.place}") == []
    assert problem(saved(tender.second, f"/v1/factory/attachments/{made['id']}/file"))[0] == 404
    (seen,) = tender.customer.get(f"/v1/customer/{tender.place}/attachments").json["items"]
    assert saved(tender.customer, f"/v1/customer/attachments/{made['id']}/file").data == PDF
    assert seen["side"] == "factory"
    assert not re.search(str(tender.owners[0].organisation_id), str(seen))
