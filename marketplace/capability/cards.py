"""Rate cards as rows and as values: what is stored is plain JSON, what prices is checked."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, Protocol

import msgspec

from marketplace.costing.rates import RateCard
from marketplace.kernel.records import RecordOf

COLUMNS: Final = tuple(field.name for field in fields(RateCard))
_CARD: Final = RecordOf(RateCard)


class Stored(Protocol):
    """A row that has the columns of a rate card: the table's, or one that a query of many of them selects."""

    @property
    def currency(self) -> Any: ...


def columns(card: RateCard) -> dict[str, Any]:
    """The columns of a card's row."""
    return {name: msgspec.to_builtins(getattr(card, name)) for name in COLUMNS}


def card(row: Stored) -> RateCard:
    """The card of a row."""
    return of({name: getattr(row, name) for name in COLUMNS})


def of(columns: Mapping[str, Any]) -> RateCard:
    """The card of these columns; a part that none of them names has its default."""
    return _CARD.of(columns)
