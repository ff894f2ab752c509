"""Which documents the shares of a job ask for, and how a series is called. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from marketplace.invoicing.models import DocumentKind
from marketplace.orders.models import Share, ShareKind
from marketplace.taxes.values import Supply

ENDINGS: Final = {
    DocumentKind.INVOICE: "INV",
    DocumentKind.CREDIT_NOTE: "CN",
    DocumentKind.COMMISSION_INVOICE: "FEE",
    DocumentKind.COMMISSION_CREDIT_NOTE: "FCN",
}
OF_NO_LETTERS: Final = "CF"
"""Where a name has no Latin letters; a series is of one issuer, so nobody else's numbers meet it."""
KINDS: Final = {
    Supply.GOODS: (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE),
    Supply.SERVICES: (DocumentKind.COMMISSION_INVOICE, DocumentKind.COMMISSION_CREDIT_NOTE),
}


@dataclass(frozen=True, slots=True)
class Due:
    """One document that a stretch of a job's shares asks for; its amounts are more than nothing."""

    kind: DocumentKind
    supply: Supply
    after: int
    upto: int
    net_minor: int
    tax_minor: int
    why: str
    """The reason of the last of its shares."""

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.tax_minor


def due(shares: Sequence[Share], supply: Supply, *, after: int) -> Iterator[Due]:
    """What is to be issued of a supply for the shares beyond a number, in their order.

    The first invoice is of all that there is; after it each reason has a document of its own. Shares that come to
    nothing ask for none, and are in the next one.
    """
    left = sorted((each for each in shares if each.number > after), key=lambda each: each.number)
    waiting: list[Share] = []
    for _, stretch in groupby(left, key=(lambda each: each.why) if after else (lambda _: "")):
        waiting += stretch
        found = _document(waiting, supply, after=after)
        if found is not None:
            yield found
            after, waiting = found.upto, []


def _document(stretch: Sequence[Share], supply: Supply, *, after: int) -> Due | None:
    goods = supply is Supply.GOODS
    of_it = [each for each in stretch if goods or each.party_id is None]
    total = sum(each.amount_minor for each in of_it)
    if total == 0:
        return None
    is_credit = total < 0
    sign = -1 if is_credit else 1
    # The goods are sold at the full price with the factory's tax; the platform's own tax is in its fee (decision 0022).
    tax = sum(
        each.amount_minor for each in of_it if each.kind is ShareKind.TAX and (each.party_id is not None) is goods
    )
    return Due(
        kind=KINDS[supply][is_credit],
        supply=supply,
        after=after,
        upto=stretch[-1].number,
        net_minor=sign * (total - tax),
        tax_minor=sign * tax,
        why=stretch[-1].why,
    )


def prefix(kind: DocumentKind, issuer: str) -> str:
    """What the numbers of a series begin with: up to eight letters of the issuer's name, and the kind."""
    plain = unicodedata.normalize("NFKD", issuer).encode("ascii", "ignore").decode().upper()
    letters = re.sub(r"[^A-Z0-9]", "", plain)[:8]
    return f"{letters or OF_NO_LETTERS}-{ENDINGS[kind]}"
