"""The XML of documents by every treatment and number of decimals, read back and held against the published schemas."""

from datetime import UTC, datetime
from io import BytesIO
from xml.etree import ElementTree

import facturx
import pytest
from pypdf import PdfReader

from marketplace.adapters.documents.electronic import FacturX
from marketplace.adapters.documents.typesetting import TypstTypesetter
from marketplace.invoicing import electronic, papers
from marketplace.invoicing.electronic import RAM
from marketplace.invoicing.facts import CATEGORIES
from marketplace.kernel.money import EXPONENTS
from marketplace.taxes.rules import DIRECTIVE
from marketplace.taxes.values import Treatment
from tests.pages import words

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
REVERSE = f"Reverse charge: the customer accounts for VAT (Articles 44 and 196 of {DIRECTIVE})."


def facts(currency="EUR", treatment=Treatment.DOMESTIC, **told):
    """What an invoice of 123456 before tax says; at 19 % where its treatment has a rate."""
    taxed = CATEGORIES[treatment] == "S"
    tax = 23457 if taxed else 0
    category = {"category": CATEGORIES[treatment], "treatment": treatment.value, "rate_bps": 1900 if taxed else 0}
    return {
        "kind": "invoice",
        "number": "ARKWRIGH-INV-000001",
        "issued_on": "2026-11-28",
        "supplied_on": "2026-11-20",
        "currency": currency,
        "exponent": EXPONENTS[currency],
        "seller": {"name": "Arkwright & Söhne <GmbH>", "country": "DE", "tax_number": "DE136695976"},
        "buyer": {"name": "深圳精密机械有限公司", "country": "CN", "tax_number": None},
        "deliver_to": {
            "name": "深圳精密",
            "street": "科技园 1",
            "postal_code": "518057",
            "city": "深圳",
            "region": "",
            "country": "CN",
        },
        "order": {"number": 1001, "purchase_order_number": "PO-77", "incoterm": "DAP", "line": 1},
        "item": {"name": "支架 bracket", "quantity": 25, "is_goods": True},
        "net_minor": 123456,
        "tax_minor": tax,
        "total_minor": 123456 + tax,
        "tax": {**category, "note": "" if taxed else "A note."},
        "corrects": None,
        "why": None,
        **told,
    }


def read(told):
    made = electronic.xml(told)
    assert facturx.xml_check_xsd(made, flavor="factur-x", level="en16931")
    root = ElementTree.fromstring(made)
    return lambda name: [each.text for each in root.iter(f"{{{RAM}}}{name}")]


@pytest.mark.parametrize("treatment", Treatment)
def test_every_treatment_has_its_category_and_says_why_there_is_no_tax(treatment):
    found = read(facts(treatment=treatment))
    is_taxed = treatment in (Treatment.DOMESTIC, Treatment.DESTINATION)

    assert found("CategoryCode") == [CATEGORIES[treatment]] * 2
    assert found("ExemptionReason") == ([] if is_taxed else ["A note."])
    assert found("TaxTotalAmount") == ["234.57" if is_taxed else "0.00"]
    assert bool(found("RateApplicablePercent")) is (CATEGORIES[treatment] != "O")


@pytest.mark.parametrize(
    ("currency", "net", "total", "nothing"),
    [
        ("JPY", "123456", "146913", "0"),
        ("EUR", "1234.56", "1469.13", "0.00"),
        ("KWD", "123.456", "146.913", "0.000"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(currency, net, total, nothing):
    found = read(facts(currency))

    assert found("TaxBasisTotalAmount") == [net]
    assert found("GrandTotalAmount") == found("TotalPrepaidAmount") == [total]
    assert found("DuePayableAmount") == [nothing]


@pytest.mark.parametrize(
    ("minor", "exponent", "text"), [(5, 2, "0.05"), (5, 3, "0.005"), (0, 0, "0"), (-5, 2, "-0.05")]
)
def test_a_decimal_has_its_zeros(minor, exponent, text):
    assert electronic.decimal(minor, exponent) == text


def test_a_credit_note_names_its_invoice():
    corrects = {"number": "ARKWRIGH-INV-000001", "issued_on": "2026-11-28"}
    told = facts(kind="credit_note", number="ARKWRIGH-CN-000001", corrects=corrects, why="claim")
    found = read(told)

    assert found("TypeCode")[0] == "381"
    assert "ARKWRIGH-INV-000001" in found("IssuerAssignedID")
    page = words(TypstTypesetter().pdf(papers.INVOICE, papers.figures(told), made_at=NOON))
    assert "Credit note 贷记单" in page
    assert "claim" in page


def test_a_fee_within_the_eu_tells_of_the_reverse_charge_on_the_page_and_to_programs():
    told = facts(
        treatment=Treatment.REVERSE_CHARGE,
        kind="commission_invoice",
        deliver_to=None,
        seller={"name": "Commonforge", "country": "DE", "tax_number": "DE129274202"},
        buyer={"name": "Atelier", "country": "FR", "tax_number": "FR40303265045"},
    )
    told["tax"]["note"] = REVERSE
    found = read(told)

    assert found("ExemptionReasonCode") == ["VATEX-EU-AE"]
    assert found("ExemptionReason") == [REVERSE]
    page = words(TypstTypesetter().pdf(papers.INVOICE, papers.figures(told), made_at=NOON))
    assert "Reverse charge" in page
    assert "Commission invoice 佣金发票" in page


def test_the_file_holds_the_xml_as_it_is_as_an_alternative_of_the_page():
    told = facts()
    page = TypstTypesetter().pdf(papers.INVOICE, papers.figures(told), made_at=NOON)
    made = FacturX().embed(page, electronic.xml(told), title="t", author="a")

    assert facturx.get_facturx_xml_from_pdf(made, check_xsd=True) == ("factur-x.xml", electronic.xml(told))
    (file,) = PdfReader(BytesIO(made)).trailer["/Root"]["/AF"]
    assert file.get_object()["/AFRelationship"] == "/Alternative"
    assert "深圳精密机械有限公司" in words(made)


def test_xml_that_is_not_of_the_schema_goes_into_no_file():
    page = TypstTypesetter().pdf(papers.INVOICE, papers.figures(facts()), made_at=NOON)
    broken = electronic.xml(facts()).replace(b"GrandTotalAmount", b"GreatTotalAmount")

    with pytest.raises(Exception, match="not valid against the official XML Schema"):
        FacturX().embed(page, broken, title="t", author="a")
