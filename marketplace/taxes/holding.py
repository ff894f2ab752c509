"""Who else holds a number: what the staff reads before it lets one count."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from marketplace.accounts.models import Verification
from marketplace.kernel.paging import Page
from marketplace.taxes import queries
from marketplace.taxes.models import TaxRegistration
from marketplace.taxes.values import Holder

Row = TypeVar("Row", TaxRegistration, Verification)


@dataclass(frozen=True, slots=True)
class Judged(Generic[Row]):
    """A number of an organisation as the staff reads it."""

    row: Row
    held_by_others: Sequence[Holder]
    """Other organisations for which the same VAT number is in force: a company has one, and nobody another's."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


def judged(row: Row) -> Judged[Row]:
    """A number with the others who hold it."""
    return _judged([row])[0]


def page_of_judged(page: Page[Row]) -> Page[Judged[Row]]:
    """A page of numbers, each with the others who hold it; in one statement more than the page takes."""
    return Page(_judged(page.items), page.next_cursor)


def _judged(rows: Sequence[Row]) -> Sequence[Judged[Row]]:
    holders = queries.holders({(each.country, _plain(each.number)) for each in rows})
    return [Judged(each, _others(each, holders.get((each.country, _plain(each.number)), ()))) for each in rows]


def _others(row: TaxRegistration | Verification, holders: Sequence[Holder]) -> Sequence[Holder]:
    return [each for each in holders if each.organisation_id != row.organisation_id]


def _plain(number: str) -> str:
    """Without what people write between digits, as some were kept."""
    return "".join(each for each in number if each.isalnum())
