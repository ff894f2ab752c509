"""Invoices and credit notes over HTTP: issued after the books by the schedule, each party its own, page and XML."""

import json
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier
from xml.etree import ElementTree

import facturx
import pytest
from pypdf import PdfReader
from sqlalchemy.exc import DatabaseError

from blueprints.http.ports import KEY
from marketplace.bootstrap import handlers
from marketplace.invoicing import service
from marketplace.invoicing.electronic import RAM
from marketplace.invoicing.models import Document, Series
from marketplace.jobs.queue import Task
from marketplace.taxes.models import TaxRegistration
from tests.blueprints.customer.test_taxed_money import sold  # noqa: F401
from tests.blueprints.test_archives import opened, saved
from tests.pages import words
from tests.uploads import problem
from tests.worlds import Person

pytestmark = pytest.mark.usefixtures("app_with_stripe")


@pytest.fixture
def issue(app_with_stripe):
    """The schedule comes round, of late or of all."""

    def issue(task=Task.ISSUE_DOCUMENTS):
        _, ports = app_with_stripe.extensions[KEY]
        with app_with_stripe.app_context():
            handlers(ports)[task]()

    return issue


@pytest.fixture
def factory(till, sold, as_user):  # noqa: F811
    """The browser of the factory that sold."""
    (registered,) = till.rows(TaxRegistration)
    return as_user(Person(registered.registered_by, "", "", organisation_id=registered.organisation_id))


@pytest.fixture
def accepted(till, sold, issue):  # noqa: F811
    """The goods are accepted, and the schedule has come round; the customer, the order and its amounts."""
    customer, order_id, amounts, _ = sold
    assert customer.post(f"/v1/customer/orders/{order_id}/accept").status_code == 200
    till.work()
    issue()
    return customer, order_id, amounts


def listed(browser, audience, **wanted):
    """Documents, the oldest first, as (kind, number, net, tax, total)."""
    reply = browser.get(f"/v1/{audience}/documents", query_string=wanted)
    assert reply.status_code == 200, reply.text
    return [
        (each["kind"], each["number"], *(each[name]["minor"] for name in ("net", "tax", "total")))
        for each in reversed(reply.json["items"])
    ]


def test_what_is_released_is_invoiced_at_the_full_price_and_the_fee_apart(till, accepted, factory):
    customer, order_id, (part, fee, tax, on_fee) = accepted
    total = part + fee + tax + on_fee
    ((kind, number, *invoiced),) = listed(customer, "customer")

    assert (kind, invoiced) == ("invoice", [total - tax, tax, total])
    assert number.endswith("-INV-000001")
    of_factory = listed(factory, "factory", order_id=order_id)
    assert of_factory[0] == (kind, number, *invoiced)
    assert of_factory[1:] == [("commission_invoice", "COMMONFO-FEE-000001", fee, on_fee, fee + on_fee)]
    assert listed(factory, "factory", kind="credit_note") == []
    assert till.broken() == []


def test_nothing_is_invoiced_before_the_goods_are_accepted(sold, issue):  # noqa: F811
    customer, *_ = sold
    issue()
    issue(Task.ISSUE_MISSED_DOCUMENTS)

    assert listed(customer, "customer") == []


def test_whoever_looks_again_issues_nothing_twice(till, accepted, issue):
    issue()
    issue(Task.ISSUE_MISSED_DOCUMENTS)

    assert len(till.rows(Document)) == 2
    assert sorted(each.last_number for each in till.rows(Series)) == [1, 1]


def test_two_workers_at_once_issue_once(till, sold, issue):  # noqa: F811
    customer, order_id, *_ = sold
    assert customer.post(f"/v1/customer/orders/{order_id}/accept").status_code == 200
    till.work()
    gate = Barrier(2)

    def work(_):
        gate.wait(timeout=60)
        issue()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    assert sorted(each.kind.value for each in till.rows(Document)) == ["commission_invoice", "invoice"]
    assert till.broken() == []


def test_a_document_that_fails_gives_its_number_back(till, sold, issue, monkeypatch):  # noqa: F811
    customer, order_id, *_ = sold
    assert customer.post(f"/v1/customer/orders/{order_id}/accept").status_code == 200
    till.work()
    with monkeypatch.context() as broken:
        broken.setattr(service, "facts", lambda *_, **__: 1 / 0)
        with pytest.raises(ExceptionGroup):
            issue()
    assert till.rows(Series) == till.rows(Document) == []
    issue()

    assert [each.number for each in till.rows(Document)] == [1, 1]
    assert till.broken() == []


def test_what_goes_back_after_the_invoice_is_credited_to_the_minor_unit_and_numbered_on(till, accepted, issue):
    customer, order_id, (part, fee, tax, on_fee) = accepted
    total = part + fee + tax + on_fee
    till.give_back(order_id, total // 3, "claim")
    till.work()
    issue()
    till.give_back(order_id, 101, "staff_01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e14")
    till.give_back_the_rest(order_id, "all_of_it")
    till.work()
    issue()
    invoice, *credits = listed(customer, "customer")

    assert [each[1].rpartition("-")[2] for each in credits] == ["000001", "000002", "000003"]
    assert [each[-1] for each in credits[:2]] == [total // 3, 101]
    assert [sum(each[at] for each in credits) for at in (2, 3, 4)] == list(invoice[2:])
    notes = sorted(till.rows(Document, kind="credit_note"), key=lambda each: each.number)
    assert [each.facts["why"] for each in notes] == ["claim", "staff", "all of it"]
    assert {each.facts["corrects"]["number"] for each in notes} == {invoice[1]}
    fees = till.rows(Document, kind="commission_credit_note")
    assert (sum(each.net_minor for each in fees), sum(each.tax_minor for each in fees)) == (fee, on_fee)
    assert till.broken() == []


def test_what_went_back_before_release_was_never_sold(till, sold, issue):  # noqa: F811
    customer, order_id, amounts, _ = sold
    till.give_back(order_id, 500)
    till.work()
    assert customer.post(f"/v1/customer/orders/{order_id}/accept").status_code == 200
    till.work()
    issue()

    ((kind, _, _, _, total),) = listed(customer, "customer")
    assert (kind, total) == ("invoice", sum(amounts) - 500)
    assert till.broken() == []


def test_the_page_holds_what_programs_read_and_both_say_the_same(accepted):
    customer, _, amounts = accepted
    (shown,) = customer.get("/v1/customer/documents").json["items"]
    place = f"/v1/customer/documents/{shown['id']}"
    assert customer.get(place).json == shown
    page, alone = customer.get(f"{place}/pdf"), customer.get(f"{place}/xml")

    assert (page.content_type, alone.content_type) == ("application/pdf", "application/xml; charset=utf-8")
    name, inside = facturx.get_facturx_xml_from_pdf(page.data, check_xsd=True)
    assert (name, inside) == ("factur-x.xml", alone.data)
    assert facturx.xml_check_xsd(alone.data, flavor="factur-x", level="en16931")
    assert "EN 16931" in PdfReader(BytesIO(page.data)).xmp_metadata.rdf_root.toxml()
    root = ElementTree.fromstring(alone.data)
    assert root.find(f".//{{{RAM}}}GrandTotalAmount").text == f"{sum(amounts) / 100:.2f}"
    assert root.find(f".//{{{RAM}}}RateApplicablePercent").text == "19.00"
    told = words(page.data)
    assert "Invoice 发票" in told
    assert shown["number"] in told
    assert shown["total"]["text"] in told
    assert "Still to be paid 待付 0.00 EUR" in told


def test_what_was_supplied_is_named_by_its_part_on_the_page_and_for_programs(accepted):
    customer, order_id, _ = accepted
    (shown,) = customer.get("/v1/customer/documents").json["items"]
    (part,) = customer.get("/v1/customer/parts").json["items"]
    (line,) = customer.get(f"/v1/customer/orders/{order_id}").json["lines"]
    name = f"{part['name']}: {line['description']}"

    root = ElementTree.fromstring(customer.get(f"/v1/customer/documents/{shown['id']}/xml").data)
    assert root.find(f".//{{{RAM}}}SpecifiedTradeProduct/{{{RAM}}}Name").text == name
    assert name in words(customer.get(f"/v1/customer/documents/{shown['id']}/pdf").data)


def test_others_see_none_of_it_and_the_staff_all(accepted, factory, make_organisation, as_user, staff):
    customer, *_ = accepted
    (invoice,) = customer.get("/v1/customer/documents").json["items"]
    (fee,) = factory.get("/v1/factory/documents?kind=commission_invoice").json["items"]
    rival, desk = as_user(make_organisation("Rival", hats=("factory", "customer"))), as_user(staff)

    assert listed(rival, "factory") == listed(rival, "customer") == []
    for browser, place in (
        (rival, f"/v1/customer/documents/{invoice['id']}"),
        (rival, f"/v1/factory/documents/{fee['id']}/pdf"),
        (customer, f"/v1/customer/documents/{fee['id']}/xml"),
    ):
        assert problem(browser.get(place)) == (404, "document_not_found")
    assert {each["id"] for each in desk.get("/v1/admin/documents").json["items"]} == {invoice["id"], fee["id"]}
    assert desk.get(f"/v1/admin/documents/{fee['id']}/pdf").status_code == 200
    assert factory.get(f"/v1/factory/documents/{fee['id']}/pdf").status_code == 200


def test_the_archive_of_an_order_holds_each_partys_documents_and_no_others(till, accepted, factory):
    customer, order_id, _ = accepted
    (job,) = customer.get(f"/v1/customer/orders/{order_id}").json["jobs"]
    invoice, fee = sorted(till.rows(Document), key=lambda each: each.kind == "commission_invoice")

    content = saved(customer, f"/v1/customer/orders/{order_id}")
    of_customer = opened(content)
    of_factory = opened(saved(factory, f"/v1/factory/jobs/{job['id']}"))

    assert saved(customer, f"/v1/customer/orders/{order_id}") == content
    (told,) = json.loads(of_customer["documents.json"])
    assert (told["number"], told["total_minor"]) == (invoice.written_number, invoice.total_minor)
    page = words(of_customer[f"{told['path']}.pdf"])
    assert invoice.written_number in page
    assert "lies beside this file" in page
    assert "Factur-X" not in page
    assert of_customer[f"{told['path']}.xml"] == customer.get(f"/v1/customer/documents/{invoice.id}/xml").data
    assert not [name for name in of_customer if str(fee.id) in name]
    assert {each["id"] for each in json.loads(of_factory["documents.json"])} == {str(invoice.id), str(fee.id)}
    assert fee.written_number in words(of_factory[f"documents/{fee.id}.pdf"])


def test_a_sellers_statement_is_printed(accepted, factory):
    customer, order_id, _ = accepted
    reply = factory.get("/v1/factory/statement/pdf")
    assert (reply.status_code, reply.content_type) == (200, "application/pdf")
    told = words(reply.data)

    assert "Statement 对账单" in told
    assert "Payable after 期末应付" in told
    assert "release" in told
    assert str(customer.get(f"/v1/customer/orders/{order_id}").json["number"]) in told
    assert order_id not in told
    assert reply.headers["Content-Disposition"].endswith(".pdf")


@pytest.mark.parametrize("what", ["update documents set total_minor = total_minor + 1", "delete from documents"])
def test_a_document_never_changes(till, accepted, what):
    with pytest.raises(DatabaseError, match="append-only"):
        till.sql(what)


COPIED = """
    insert into documents (id, created_at, kind, supply, issuer_id, recipient_id, prefix, number, order_id, job_id,
                           shares_after, shares_upto, currency, net_minor, tax_minor, total_minor, facts)
    select gen_random_uuid(), created_at, kind, supply, issuer_id, recipient_id, prefix, number + {numbers}, order_id,
           job_id, shares_after + {shares}, shares_upto + {shares}, currency, net_minor, tax_minor, total_minor, facts
    from documents where kind = 'invoice'
"""


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("update document_series set last_number = last_number + 1", {"gap"}),
        (COPIED.format(numbers=2, shares=100), {"gap", "shares", "follow"}),
    ],
    ids=["a number too far", "an invoice of nothing"],
)
def test_what_would_break_the_books_of_documents_is_found(till, accepted, harm, found):
    assert till.broken() == []
    till.sql(harm)

    said = {says for _, says, _ in till.broken()}
    assert len(said) == len(found)
    assert all(any(word in says for says in said) for word in found)
