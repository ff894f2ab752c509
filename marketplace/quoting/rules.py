"""Which offers come first: a pure function of the closed list that a customer may rank by.

Price before tax (decision 0022), date, and where both are the same a draw: the order of SHA-256 over the quote's id and
the listing's, so that whoever has the two can draw again. Nothing else is read; nothing says where a factory is (F1).
"""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from marketplace.kernel.money import Money
from marketplace.quoting.models import RankBy

MOST_OFFERS: Final = 50
"""A quote freezes the best so many; it says how many listings were eligible."""


class Ranked(Protocol):
    """What is read of an offer to say why it stands where it does."""

    @property
    def net_minor(self) -> int: ...
    @property
    def ships_on(self) -> date: ...
    @property
    def currency(self) -> str: ...


class Candidate(NamedTuple):
    """What a listing is ranked by: all that is read of it."""

    listing_id: UUID
    net_minor: int
    ships_on: date


def ranked(rank_by: RankBy, candidates: Sequence[Candidate], *, seed: UUID) -> list[int]:
    """The places of the candidates, best first; `seed` is the quote's id."""

    def key(place: int) -> tuple[int | date, int | date, bytes]:
        listing_id, net, day = candidates[place]
        return (net, day, lot(seed, listing_id)) if rank_by is RankBy.PRICE else (day, net, lot(seed, listing_id))

    return sorted(range(len(candidates)), key=key)


def lot(seed: UUID, listing_id: UUID) -> bytes:
    """What a listing drew in a quote whose id is the seed; the smaller stands before the larger."""
    return sha256(f"{seed}:{listing_id}".encode()).digest()


def because(rank_by: RankBy, offer: Ranked, before: Ranked | None) -> str:
    """Why an offer stands behind the one before it."""
    if before is None:
        return "the lowest total" if rank_by is RankBy.PRICE else "the earliest date"
    dearer, later = offer.net_minor - before.net_minor, (offer.ships_on - before.ships_on).days
    price = f"{Money(dearer, offer.currency)} more" if dearer else ""
    day = f"{later} days later" if later else ""
    draw = "the same total and date; the draw decided"
    return (price or day or draw) if rank_by is RankBy.PRICE else (day or price or draw)
