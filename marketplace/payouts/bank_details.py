"""Bank accounts as sellers give them: what can be one, what may be shown of it. Pure.

IBAN: ISO 13616, and the rules of each country for what is inside (python-stdnum). BIC: ISO 9362. Account numbers of
other countries have no check that all of them share: letters, digits, and a bank's code that its clearing knows, as
the twelve digits of China's CNAPS.
"""

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Final

from stdnum import bic, iban
from stdnum.exceptions import ValidationError

from marketplace.payouts.errors import BankDetailsUnfit

ACCOUNT: Final = re.compile(r"[0-9A-Z]{4,34}")
BANK_CODE: Final = re.compile(r"[0-9A-Z]{3,20}")
CNAPS: Final = re.compile(r"\d{12}")
FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet computes (OWASP, "CSV Injection")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BankDetails:
    """A bank account: an IBAN, or an account number with its bank's code; never printed."""

    holder: str
    country: str
    iban: str | None = field(default=None, repr=False)
    account_number: str | None = field(default=None, repr=False)
    bank_code: str | None = None
    """The bank's BIC, or, beside an account number, its code in the country's clearing."""


def checked(told: BankDetails) -> BankDetails:
    """The details as banks write them. Raises BankDetailsUnfit."""
    if told.holder.startswith(FORMULA) or not told.holder.isprintable():
        raise BankDetailsUnfit("A holder's name is one line that begins with a letter or a digit.")
    if told.iban is not None and told.account_number is None:
        return _of_iban(told, told.iban)
    if told.account_number is not None and told.iban is None:
        return _of_number(told, _plain(told.account_number), _plain(told.bank_code or ""))
    raise BankDetailsUnfit("A bank account has either an IBAN, or an account number with the code of its bank.")


def _of_iban(told: BankDetails, number: str) -> BankDetails:
    try:
        valid = iban.validate(number)
        code = bic.validate(told.bank_code) if told.bank_code else None
    except ValidationError as fault:
        raise BankDetailsUnfit(f"No bank account has this IBAN or BIC: {fault}") from fault
    if valid[:2] != told.country:
        raise BankDetailsUnfit("The IBAN is of another country than the bank account.", country=valid[:2])
    return BankDetails(holder=told.holder, country=told.country, iban=valid, bank_code=code)


def _of_number(told: BankDetails, number: str, code: str) -> BankDetails:
    fits = CNAPS if told.country == "CN" else BANK_CODE
    if not ACCOUNT.fullmatch(number) or not fits.fullmatch(code):
        raise BankDetailsUnfit(
            "An account number has 4 to 34 letters and digits, its bank's code 3 to 20; in China twelve digits (CNAPS)."
        )
    return BankDetails(holder=told.holder, country=told.country, account_number=number, bank_code=code)


def _plain(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()


def masked(details: BankDetails) -> str:
    """Country, holder's first letter and the last four of the number: enough to know it again, too little to use."""
    number = details.iban or details.account_number or ""
    return f"{details.country} {details.holder[:1]}… …{number[-4:]}"


def written(details: BankDetails) -> str:
    return json.dumps(asdict(details), ensure_ascii=False)


def read(text: str) -> BankDetails:
    return BankDetails(**json.loads(text))
