"""What can be a bank account, what is shown of one, and how it is kept."""

from uuid import UUID

import pytest

from marketplace.kernel.ids import new_id
from marketplace.payouts import bank_details
from marketplace.payouts.bank_details import BankDetails
from marketplace.payouts.errors import BankDetailsUnfit, BankDetailsUnreadable
from marketplace.payouts.sealing import Seal

GERMAN = "DE89370400440532013000"
CNAPS = "102100099996"


def of_iban(number: str = GERMAN, country: str = "DE", **more: str) -> BankDetails:
    return BankDetails(holder="Feinwerk GmbH", country=country, iban=number, **more)


def of_number(number: str = "6222021234567890123", code: str | None = CNAPS, country: str = "CN") -> BankDetails:
    return BankDetails(holder="精工有限公司", country=country, account_number=number, bank_code=code)


@pytest.mark.parametrize("written", [GERMAN, "DE89 3704 0044 0532 0130 00", "de89-3704-0044-0532-0130-00"])
def test_an_iban_is_kept_as_banks_write_it(written: str) -> None:
    assert bank_details.checked(of_iban(written)).iban == GERMAN


@pytest.mark.parametrize(
    "told",
    [
        of_iban("DE88370400440532013000"),  # its check digits are wrong
        of_iban("DE8937040044053201300"),  # one digit is missing
        of_iban("XX89370400440532013000"),
        of_iban(country="FR"),
        of_iban(bank_code="NOTABIC"),
        of_number(code="1021000999"),  # ten digits are no CNAPS
        of_number(code=None),
        of_number(number="12"),
        of_number(number="12345; drop", country="IN", code="HDFC0001234"),
        BankDetails(holder="Nobody", country="DE"),
        BankDetails(holder="Both", country="DE", iban=GERMAN, account_number="1234567", bank_code="12345678"),
        BankDetails(holder="=HYPERLINK()", country="DE", iban=GERMAN),
        BankDetails(holder="@sum", country="DE", iban=GERMAN),
        BankDetails(holder="＝1+1", country="DE", iban=GERMAN),  # a full-width sign begins a formula too
        BankDetails(holder="Feinwerk\nGmbH", country="DE", iban=GERMAN),
    ],
)
def test_what_can_be_no_bank_account_is_refused(told: BankDetails) -> None:
    with pytest.raises(BankDetailsUnfit):
        bank_details.checked(told)


def test_accounts_without_an_iban_are_known_by_their_banks_code() -> None:
    assert bank_details.checked(of_number()).bank_code == CNAPS
    assert bank_details.checked(of_number("50100-2345 678", "hdfc0001234", "IN")).bank_code == "HDFC0001234"


def test_what_is_shown_is_too_little_to_use() -> None:
    assert bank_details.masked(of_iban()) == "DE F… …3000"
    assert bank_details.masked(of_number()) == "CN 精… …0123"
    assert GERMAN not in repr(of_iban())


def test_what_is_sealed_opens_under_the_same_key_for_the_same_row_only() -> None:
    row, seal = new_id(), Seal("a secret key of the settings")
    sealed = seal.seal(bank_details.written(of_number()), row)

    assert bank_details.read(seal.open(sealed, row)) == of_number()
    assert "6222021234567890123" not in sealed
    assert seal.seal("the same", row) != seal.seal("the same", row)
    for other, about in ((Seal("another key"), row), (seal, UUID(int=1))):
        with pytest.raises(BankDetailsUnreadable):
            other.open(sealed, about)
