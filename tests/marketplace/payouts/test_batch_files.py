"""What our bank is told."""

import csv
import io
import re
from datetime import UTC, date, datetime
from uuid import UUID
from xml.etree import ElementTree

import pytest

from marketplace.payouts.bank_details import BankDetails
from marketplace.payouts.batch_files import (
    COLUMNS,
    NAMESPACE,
    Debtor,
    Ordered,
    OwnAccount,
    as_csv,
    as_pain_001,
    decimal,
)
from marketplace.payouts.errors import OwnAccountUnknown

BATCH = UUID(int=7)
PAYMENTS = (
    Ordered(
        UUID(int=1),
        920_000,
        "EUR",
        BankDetails(holder="Fein, Werk & Söhne", country="DE", iban="DE89370400440532013000"),
        1001,
    ),
    Ordered(
        UUID(int=2),
        5,
        "EUR",
        BankDetails(holder="精工有限公司", country="CN", account_number="6222021234567890", bank_code="102100099996"),
        2**31 - 1,
    ),
)


def message() -> ElementTree.Element:
    made = as_pain_001(
        BATCH,
        PAYMENTS,
        Debtor("Commonforge", "FR1420041010050500013M02606"),
        made_at=datetime(2027, 3, 1, 9, tzinfo=UTC),
        pay_on=date(2027, 3, 2),
    )
    return ElementTree.fromstring(made)


def texts(root: ElementTree.Element, path: str) -> list[str | None]:
    return [each.text for each in root.findall("./" + "/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/")))]


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [(920_000, "EUR", "9200.00"), (5, "EUR", "0.05"), (1_200, "JPY", "1200"), (12_340, "KWD", "12.340")],
)
def test_amounts_have_the_decimals_of_their_currency(minor: int, currency: str, written: str) -> None:
    assert decimal(minor, currency) == written


def test_the_table_has_a_line_for_each_payment() -> None:
    first, second = csv.DictReader(io.StringIO(as_csv(BATCH, PAYMENTS).decode()))

    assert tuple(first) == COLUMNS
    assert (first["holder"], first["iban"], first["amount"]) == (
        "Fein, Werk & Söhne",
        "DE89370400440532013000",
        "9200.00",
    )
    assert (second["account_number"], second["bank_code"]) == ("6222021234567890", "102100099996")
    assert {each["batch_id"] for each in (first, second)} == {str(BATCH)}


def test_the_seller_reads_which_order_it_is_for_and_our_reference() -> None:
    lines = csv.DictReader(io.StringIO(as_csv(BATCH, PAYMENTS).decode()))
    said = [f"Order {each.order_number} ref {each.end_to_end_id}" for each in PAYMENTS]

    assert [each["remittance"] for each in lines] == said
    assert texts(message(), "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/RmtInf/Ustrd") == said
    assert len({*said}) == len(PAYMENTS)
    for each in said:
        assert re.fullmatch(r"[0-9A-Za-z ]{1,140}", each), "a bank of the smallest alphabet would not pass it on"


def test_the_message_says_how_many_and_how_much() -> None:
    root = message()

    for where in ("CstmrCdtTrfInitn/GrpHdr", "CstmrCdtTrfInitn/PmtInf"):
        assert texts(root, f"{where}/NbOfTxs") == ["2"]
        assert texts(root, f"{where}/CtrlSum") == ["9200.05"]
    assert texts(root, "CstmrCdtTrfInitn/PmtInf/ReqdExctnDt/Dt") == ["2027-03-02"]
    assert texts(root, "CstmrCdtTrfInitn/PmtInf/DbtrAcct/Id/IBAN") == ["FR1420041010050500013M02606"]


def test_each_payment_names_its_bank_account_and_an_id_that_comes_back() -> None:
    root, transfer = message(), "CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf"

    assert texts(root, f"{transfer}/PmtId/EndToEndId") == [each.end_to_end_id for each in PAYMENTS]
    assert all(len(each or "") <= 35 for each in texts(root, f"{transfer}/PmtId/EndToEndId"))
    assert texts(root, f"{transfer}/Amt/InstdAmt") == ["9200.00", "0.05"]
    assert texts(root, f"{transfer}/Cdtr/Nm") == ["Fein, Werk & Söhne", "精工有限公司"]
    assert texts(root, f"{transfer}/CdtrAcct/Id/IBAN") == ["DE89370400440532013000"]
    assert texts(root, f"{transfer}/CdtrAcct/Id/Othr/Id") == ["6222021234567890"]
    assert texts(root, f"{transfer}/CdtrAgt/FinInstnId/ClrSysMmbId/MmbId") == ["102100099996"]


@pytest.mark.parametrize(
    ("own", "missing"),
    [
        (OwnAccount(None, None), ["BANK_HOLDER", "BANK_IBAN"]),
        (OwnAccount("Commonforge", None), ["BANK_IBAN"]),
        (OwnAccount(None, "FR1420041010050500013M02606"), ["BANK_HOLDER"]),
    ],
)
def test_an_account_that_is_not_known_is_refused_with_the_settings_that_are_missing(
    own: OwnAccount, missing: list[str]
) -> None:
    with pytest.raises(OwnAccountUnknown) as refusal:
        own.debtor()
    assert refusal.value.details == {"missing": missing}
    assert all(each in refusal.value.message for each in missing)


def test_the_elements_come_in_the_order_of_the_message() -> None:
    [block] = message().findall(f".//{{{NAMESPACE}}}PmtInf")
    names = [each.tag.rpartition("}")[2] for each in block]

    assert names == [
        "PmtInfId", "PmtMtd", "NbOfTxs", "CtrlSum", "ReqdExctnDt", "Dbtr", "DbtrAcct", "DbtrAgt",
        "CdtTrfTxInf", "CdtTrfTxInf",
    ]  # fmt: skip
    assert [each.tag.rpartition("}")[2] for each in block[-1]] == [
        "PmtId", "Amt", "CdtrAgt", "Cdtr", "CdtrAcct", "RmtInf",
    ]  # fmt: skip
