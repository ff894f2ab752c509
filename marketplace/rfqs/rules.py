"""The clock of a request, who may look, what a bidder is called, and how bids are compared: pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, Protocol, TypeVar

from marketplace.costing.tolerances import tolerance
from marketplace.rfqs.errors import DayOutOfReach
from marketplace.rfqs.states import InvitationState, RfqState

MOST_FACTORIES: Final = 50
"""Named at once; every eligible one may be many more."""
MOST_QUANTITIES: Final = 5
LONGEST_HOURS: Final = 90 * 24
"""For which a request takes bids, from when it is asked or extended."""
LONGEST_VALID_DAYS: Final = 90
FURTHEST_DAYS: Final = 2 * 365
"""How far ahead a day may lie on which goods are wanted, or ship."""
MOST_OPEN_QUESTIONS: Final = 3
"""Of one factory: each keeps everybody waiting."""
MOST_QUESTIONS: Final = 50
"""Of one factory, whatever became of them."""
MOST_VERSIONS: Final = 50
"""Of one factory's bid for one quantity."""
MOST_COMPARED: Final = 200
"""Bids in one table: the cheapest so many."""


class Phase(StrEnum):
    """Where a request stands, by its state and its clock."""

    TAKING_BIDS = "taking_bids"
    CLOCK_STOPPED = "clock_stopped"
    """A question is open; bids are taken, and the deadline moves."""
    CLOSED = "closed"
    """No more bids; the customer decides."""
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


def phase(state: RfqState, *, closes_at: datetime, stopped_at: datetime | None, now: datetime) -> Phase:
    """Bids are taken up to and including the instant of the deadline, which cannot pass while the clock stands."""
    if state is not RfqState.OPEN:
        return Phase(state.value)
    if stopped_at is not None:
        return Phase.CLOCK_STOPPED
    return Phase.TAKING_BIDS if now <= closes_at else Phase.CLOSED


TAKES_BIDS: Final = frozenset({Phase.TAKING_BIDS, Phase.CLOCK_STOPPED})


def restarted(closes_at: datetime, *, stopped_at: datetime, now: datetime) -> datetime:
    """The deadline once the clock runs again: later by as long as it stood."""
    return closes_at + max(now - stopped_at, timedelta())


def is_in_reach(rfq: RfqState, invitation: InvitationState) -> bool:
    """Whether what the owner has opened counts: while the request is open, and afterwards for whom they chose."""
    if rfq is RfqState.OPEN:
        return invitation is InvitationState.ACCEPTED
    return invitation is InvitationState.CHOSEN


def label(alias: int | None) -> str:
    """What a factory is called while its name is hidden: Factory A to Z, then AA."""
    if alias is None:
        return "A factory"
    letters, rest = "", alias
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"Factory {letters}"


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a bid's work centre is known to do what is asked: its public description, not its promise."""

    process: bool
    material: bool
    envelope: bool
    certificates: bool
    tolerance: bool
    """It holds the class that is asked for, or a finer one."""
    listing: bool
    """Public now; another's bid cannot be accepted."""


class Part(Protocol):
    """What a work centre needs to hold."""

    @property
    def box_mm(self) -> tuple[float, float, float]: ...


class Described(Protocol):
    """What is publicly known of a work centre."""

    process: Any
    materials: Any
    envelope_mm: Any
    certificates: Any
    tolerance: Any


class Wanted(Protocol):
    """What of a requirement can be compared with it."""

    processes: Any
    material: Any
    certificates: Any
    tolerance: Any


def fit(centre: Described, wanted: Wanted, part: Part, *, is_live: bool) -> Fit:
    """How a work centre's description compares with the requirement; the part may be turned."""
    sides = sorted(part.box_mm)
    return Fit(
        process=not wanted.processes or centre.process in wanted.processes,
        material=wanted.material in centre.materials,
        envelope=all(has >= needs for has, needs in zip(sorted(centre.envelope_mm), sides, strict=True)),
        certificates=set(wanted.certificates) <= set(centre.certificates),
        tolerance=tolerance(centre.tolerance).rank >= tolerance(wanted.tolerance).rank,
        listing=is_live,
    )


class SortBy(StrEnum):
    """The closed list of what a customer may sort bids by."""

    PRICE = "price"
    UNIT_PRICE = "unit_price"
    DATE = "date"
    VALID_UNTIL = "valid_until"
    RECEIVED = "received"


class Comparable(Protocol):
    """What sorting reads of a bid, and nothing else."""

    id: Any
    total_minor: Any
    quantity: Any
    ships_on: Any
    valid_until: Any


Row = TypeVar("Row", bound=Comparable)

KEYS: Final[dict[SortBy, Callable[[Comparable], Any]]] = {
    SortBy.PRICE: lambda bid: bid.total_minor,
    SortBy.UNIT_PRICE: lambda bid: Fraction(bid.total_minor, bid.quantity),
    SortBy.DATE: lambda bid: bid.ships_on,
    SortBy.VALID_UNTIL: lambda bid: -bid.valid_until.timestamp(),
    SortBy.RECEIVED: lambda bid: bid.id,
}


def in_order(bids: Sequence[Row], by: SortBy) -> list[Row]:
    """The bids, best first: cheapest, soonest, longest valid, or first come; equals stay in the order they came."""
    return sorted(bids, key=lambda bid: (KEYS[by](bid), bid.id))


def check_day(day: date, *, now: datetime) -> None:
    """Goods are wanted, or ship, between today and two years from now. Raises DayOutOfReach.

    The day is somebody's local one, so that today begins where it does last: twelve hours behind UTC.
    """
    today, latest = (now - timedelta(hours=12)).date(), now.date() + timedelta(days=FURTHEST_DAYS)
    if not today <= day <= latest:
        raise DayOutOfReach(
            f"Name a day from today to {latest}; {day} has passed or is too far away.", day=day, latest=latest
        )


def is_late(ships_on: date, wanted_on: date | None) -> bool:
    """Whether the goods leave only after the day on which they are wanted."""
    return wanted_on is not None and ships_on > wanted_on
