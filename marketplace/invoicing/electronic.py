"""A document for programs: Cross Industry Invoice (UN/CEFACT D22B) in the profile EN 16931 of Factur-X. Pure.

Business terms (BT-…) are those of EN 16931-1. All amounts have the decimals of their currency; the standard itself
knows two at most, so that of a currency with three only the schema holds, not the standard's rule BR-DEC.
"""

from collections.abc import Mapping
from typing import Any, Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from marketplace.invoicing.models import CREDITS, DocumentKind

RSM: Final = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
RAM: Final = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
UDT: Final = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
PROFILE: Final = "urn:cen.eu:en16931:2017"
INVOICE, CREDIT_NOTE = "380", "381"
"""UNTDID 1001."""
PIECE: Final = "H87"
"""UN/ECE Recommendation 20."""
PREPAID: Final = "Paid in full through the marketplace before this document was issued."
REASON_CODES: Final = {"K": "VATEX-EU-IC", "AE": "VATEX-EU-AE", "G": "VATEX-EU-G", "O": "VATEX-EU-O"}
"""Why there is no tax (code list VATEX of the European Commission); the standard asks for one with these categories."""

for _prefix, _uri in (("rsm", RSM), ("ram", RAM), ("udt", UDT)):
    ElementTree.register_namespace(_prefix, _uri)


def xml(told: Mapping[str, Any]) -> bytes:
    """The facts of a document (invoicing.facts) as XML."""
    root = Element(f"{{{RSM}}}CrossIndustryInvoice")
    context = _ram(SubElement(root, f"{{{RSM}}}ExchangedDocumentContext"), "GuidelineSpecifiedDocumentContextParameter")
    _ram(context, "ID", PROFILE)
    _head(SubElement(root, f"{{{RSM}}}ExchangedDocument"), told)
    trade = SubElement(root, f"{{{RSM}}}SupplyChainTradeTransaction")
    _line(_ram(trade, "IncludedSupplyChainTradeLineItem"), told)
    _agreement(_ram(trade, "ApplicableHeaderTradeAgreement"), told)
    _delivery(_ram(trade, "ApplicableHeaderTradeDelivery"), told)
    _settlement(_ram(trade, "ApplicableHeaderTradeSettlement"), told)
    made: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return made


def decimal(minor: int, exponent: int) -> str:
    """Minor units as a decimal number: 1234 of a currency with three decimals is 1.234."""
    if not exponent:
        return str(minor)
    digits = str(abs(minor)).zfill(exponent + 1)
    return f"{'-' if minor < 0 else ''}{digits[:-exponent]}.{digits[-exponent:]}"


def _head(head: Element, told: Mapping[str, Any]) -> None:
    _ram(head, "ID", told["number"])  # BT-1
    _ram(head, "TypeCode", CREDIT_NOTE if DocumentKind(told["kind"]) in CREDITS else INVOICE)  # BT-3
    _day(_ram(head, "IssueDateTime"), told["issued_on"])  # BT-2
    if told["tax"]["note"]:
        _ram(_ram(head, "IncludedNote"), "Content", told["tax"]["note"])  # BT-22


def _line(line: Element, told: Mapping[str, Any]) -> None:
    """One line: its price is that of all pieces (BT-149 is their number), so that nothing is rounded by the piece."""
    net, quantity = _amount(told, "net_minor"), str(told["item"]["quantity"])
    _ram(_ram(line, "AssociatedDocumentLineDocument"), "LineID", "1")
    _ram(_ram(line, "SpecifiedTradeProduct"), "Name", told["item"]["name"])
    price = _ram(_ram(line, "SpecifiedLineTradeAgreement"), "NetPriceProductTradePrice")
    _ram(price, "ChargeAmount", net)
    _ram(price, "BasisQuantity", quantity, unitCode=PIECE)
    _ram(_ram(line, "SpecifiedLineTradeDelivery"), "BilledQuantity", quantity, unitCode=PIECE)
    settlement = _ram(line, "SpecifiedLineTradeSettlement")
    tax = _ram(settlement, "ApplicableTradeTax")
    _ram(tax, "TypeCode", "VAT")
    _ram(tax, "CategoryCode", told["tax"]["category"])
    _rate(tax, told)
    _ram(_ram(settlement, "SpecifiedTradeSettlementLineMonetarySummation"), "LineTotalAmount", net)


def _agreement(agreement: Element, told: Mapping[str, Any]) -> None:
    _party(_ram(agreement, "SellerTradeParty"), told["seller"])
    _party(_ram(agreement, "BuyerTradeParty"), told["buyer"])
    if told["order"]["purchase_order_number"]:
        order = _ram(agreement, "BuyerOrderReferencedDocument")
        _ram(order, "IssuerAssignedID", told["order"]["purchase_order_number"])  # BT-13


def _party(party: Element, told: Mapping[str, Any]) -> None:
    _ram(party, "Name", told["name"])
    if told["country"]:
        _ram(_ram(party, "PostalTradeAddress"), "CountryID", told["country"])
    if told["tax_number"]:
        _ram(_ram(party, "SpecifiedTaxRegistration"), "ID", told["tax_number"], schemeID="VA")


def _delivery(delivery: Element, told: Mapping[str, Any]) -> None:
    place = told["deliver_to"]
    if place is not None:
        goes_to = _ram(delivery, "ShipToTradeParty")
        _ram(goes_to, "Name", place["name"])
        address = _ram(goes_to, "PostalTradeAddress")
        _ram(address, "PostcodeCode", place["postal_code"])
        _ram(address, "LineOne", place["street"])
        _ram(address, "CityName", place["city"])
        _ram(address, "CountryID", place["country"])
    day = _ram(_ram(delivery, "ActualDeliverySupplyChainEvent"), "OccurrenceDateTime")
    _day(day, told["supplied_on"])  # BT-72


def _settlement(settlement: Element, told: Mapping[str, Any]) -> None:
    currency = told["currency"]
    _ram(settlement, "InvoiceCurrencyCode", currency)
    tax = _ram(settlement, "ApplicableTradeTax")
    _ram(tax, "CalculatedAmount", _amount(told, "tax_minor"))
    _ram(tax, "TypeCode", "VAT")
    code = REASON_CODES.get(told["tax"]["category"])
    if code is not None:
        _ram(tax, "ExemptionReason", told["tax"]["note"])
    _ram(tax, "BasisAmount", _amount(told, "net_minor"))
    _ram(tax, "CategoryCode", told["tax"]["category"])
    if code is not None:
        _ram(tax, "ExemptionReasonCode", code)
    _rate(tax, told)
    _ram(_ram(settlement, "SpecifiedTradePaymentTerms"), "Description", PREPAID)
    _sums(_ram(settlement, "SpecifiedTradeSettlementHeaderMonetarySummation"), told)
    if told["corrects"] is not None:
        invoice = _ram(settlement, "InvoiceReferencedDocument")
        _ram(invoice, "IssuerAssignedID", told["corrects"]["number"])  # BT-25


def _sums(sums: Element, told: Mapping[str, Any]) -> None:
    """What is paid is the total: nothing is issued before the money was there."""
    net, total = _amount(told, "net_minor"), _amount(told, "total_minor")
    _ram(sums, "LineTotalAmount", net)
    _ram(sums, "TaxBasisTotalAmount", net)
    _ram(sums, "TaxTotalAmount", _amount(told, "tax_minor"), currencyID=told["currency"])
    _ram(sums, "GrandTotalAmount", total)
    _ram(sums, "TotalPrepaidAmount", total)
    _ram(sums, "DuePayableAmount", decimal(0, told["exponent"]))


def _rate(tax: Element, told: Mapping[str, Any]) -> None:
    """Where tax is not asked for at all there is no rate, not one of nothing (BR-O-5)."""
    if told["tax"]["category"] != "O":
        _ram(tax, "RateApplicablePercent", decimal(told["tax"]["rate_bps"], 2))


def _amount(told: Mapping[str, Any], which: str) -> str:
    return decimal(told[which], told["exponent"])


def _ram(parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    found = SubElement(parent, f"{{{RAM}}}{name}", attributes)
    found.text = text
    return found


def _day(parent: Element, day: str) -> None:
    """Format 102 of UNTDID 2379: 20261128."""
    SubElement(parent, f"{{{UDT}}}DateTimeString", {"format": "102"}).text = day.replace("-", "")
