"""What our bank is told of a batch: a CSV table, or ISO 20022's credit transfer (pain.001.001.09). Pure.

CSV: RFC 4180, UTF-8, one line for each payment, columns as `COLUMNS` says. XML: the elements that the message must
have, in its order; a bank without a BIC is named by its code in the country's clearing.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID
from xml.etree import ElementTree

from marketplace.kernel.money import EXPONENTS
from marketplace.payouts.bank_details import BankDetails
from marketplace.payouts.errors import OwnAccountUnknown

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
LONGEST_NAME: Final = 140
"""Max140Text of the message; identifiers are Max35Text, which an id without its hyphens fits."""
NOT_PROVIDED: Final = "NOTPROVIDED"
"""What the message holds where a bank is known by the account alone."""
COLUMNS: Final = (
    "payment_id", "batch_id", "holder", "country", "iban", "account_number", "bank_code", "amount", "currency",
    "remittance",
)  # fmt: skip


class FileForm(StrEnum):
    CSV = "csv"
    PAIN_001 = "pain_001"


@dataclass(frozen=True, slots=True)
class Debtor:
    """Whose account is paid from."""

    name: str
    iban: str


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """The platform's own bank account, as far as its settings say."""

    holder: str | None
    iban: str | None

    def debtor(self) -> Debtor:
        """Whose account the bank is to pay from. Raises OwnAccountUnknown, naming the settings that are missing."""
        if self.holder is not None and self.iban is not None:
            return Debtor(self.holder, self.iban)
        settings = {"BANK_HOLDER": self.holder, "BANK_IBAN": self.iban}
        missing = [name for name, said in settings.items() if said is None]
        raise OwnAccountUnknown(
            f"No bank takes a pain.001 message without the account that it pays from: set {' and '.join(missing)},"
            " or take the CSV table.",
            missing=missing,
        )


@dataclass(frozen=True, slots=True)
class Ordered:
    """One payment as our bank is told of it."""

    id: UUID
    amount_minor: int
    currency: str
    to: BankDetails
    order_number: int

    @property
    def end_to_end_id(self) -> str:
        """Comes back with the payment on every statement."""
        return self.id.hex

    @property
    def remittance(self) -> str:
        """What the seller reads on their statement: which order it is for, and our reference, which no other has.

        At most 140 characters (Max140Text) of those that every bank passes on (EPC217-08: Latin letters, digits and
        some signs, with no slash at either end).
        """
        return f"Order {self.order_number} ref {self.end_to_end_id}"


def decimal(minor: int, currency: str) -> str:
    """An amount as programs of banks read it: a point, as many decimals as the currency has, nothing between."""
    exponent = EXPONENTS[currency]
    digits = str(minor).zfill(exponent + 1)
    return f"{digits[:-exponent]}.{digits[-exponent:]}" if exponent else digits


def as_csv(batch_id: UUID, payments: Sequence[Ordered]) -> bytes:
    """One line for each payment, below the names of the columns."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(COLUMNS)
    for each in payments:
        to = each.to
        lines.writerow(
            (
                each.id,
                batch_id,
                to.holder,
                to.country,
                to.iban or "",
                to.account_number or "",
                to.bank_code or "",
                decimal(each.amount_minor, each.currency),
                each.currency,
                each.remittance,
            )
        )
    return text.getvalue().encode()


def as_pain_001(
    batch_id: UUID, payments: Sequence[Ordered], debtor: Debtor, *, made_at: datetime, pay_on: date
) -> bytes:
    """The batch as one message with one block of payments; all are of one currency."""
    root = ElementTree.Element("Document", xmlns=NAMESPACE)
    message = ElementTree.SubElement(root, "CstmrCdtTrfInitn")
    total = decimal(sum(each.amount_minor for each in payments), payments[0].currency)
    header = ElementTree.SubElement(message, "GrpHdr")
    _text(header, "MsgId", batch_id.hex)
    _text(header, "CreDtTm", made_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _text(header, "NbOfTxs", str(len(payments)))
    _text(header, "CtrlSum", total)
    _text(ElementTree.SubElement(header, "InitgPty"), "Nm", debtor.name[:LONGEST_NAME])
    block = ElementTree.SubElement(message, "PmtInf")
    _text(block, "PmtInfId", batch_id.hex)
    _text(block, "PmtMtd", "TRF")
    _text(block, "NbOfTxs", str(len(payments)))
    _text(block, "CtrlSum", total)
    _text(ElementTree.SubElement(block, "ReqdExctnDt"), "Dt", pay_on.isoformat())
    _text(ElementTree.SubElement(block, "Dbtr"), "Nm", debtor.name[:LONGEST_NAME])
    _account(block, "DbtrAcct", iban=debtor.iban, other=NOT_PROVIDED)
    _bank(block, "DbtrAgt", BankDetails(holder=debtor.name, country=""))
    for each in payments:
        _transfer(block, each)
    written: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _transfer(block: ElementTree.Element, payment: Ordered) -> None:
    to = payment.to
    transfer = ElementTree.SubElement(block, "CdtTrfTxInf")
    _text(ElementTree.SubElement(transfer, "PmtId"), "EndToEndId", payment.end_to_end_id)
    amount = ElementTree.SubElement(ElementTree.SubElement(transfer, "Amt"), "InstdAmt", Ccy=payment.currency)
    amount.text = decimal(payment.amount_minor, payment.currency)
    _bank(transfer, "CdtrAgt", to)
    creditor = ElementTree.SubElement(transfer, "Cdtr")
    _text(creditor, "Nm", to.holder[:LONGEST_NAME])
    _text(ElementTree.SubElement(creditor, "PstlAdr"), "Ctry", to.country)
    _account(transfer, "CdtrAcct", iban=to.iban, other=to.account_number or NOT_PROVIDED)
    _text(ElementTree.SubElement(transfer, "RmtInf"), "Ustrd", payment.remittance)


def _bank(parent: ElementTree.Element, name: str, of: BankDetails) -> None:
    institution = ElementTree.SubElement(ElementTree.SubElement(parent, name), "FinInstnId")
    if of.account_number is not None:
        _text(ElementTree.SubElement(institution, "ClrSysMmbId"), "MmbId", of.bank_code or NOT_PROVIDED)
    elif of.bank_code is not None:
        _text(institution, "BICFI", of.bank_code)
    else:
        _text(ElementTree.SubElement(institution, "Othr"), "Id", NOT_PROVIDED)


def _account(parent: ElementTree.Element, name: str, *, iban: str | None, other: str) -> None:
    identified = ElementTree.SubElement(ElementTree.SubElement(parent, name), "Id")
    if iban is not None:
        _text(identified, "IBAN", iban)
    else:
        _text(ElementTree.SubElement(identified, "Othr"), "Id", other)


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text
