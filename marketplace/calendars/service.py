"""Saying what the week does not: closures and overtime; machines that break down and run again; links to a calendar.

The work centre comes locked; whoever calls writes its days anew in the same transaction.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from marketplace.accounts import secrets
from marketplace.audit import service as audit
from marketplace.calendars import queries
from marketplace.calendars.errors import (
    BreakdownImpossible,
    BreakdownOver,
    BreakdownsTooMany,
    ExceptionImpossible,
    ExceptionsTooMany,
    ExceptionUnknown,
    LinksTooMany,
)
from marketplace.calendars.models import (
    Breakdown,
    BreakdownSource,
    CalendarException,
    CalendarLink,
    ExceptionKind,
)
from marketplace.capability.models import WorkCentre
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id

FARTHEST_DAYS: Final = 7_300
"""Twenty years: later days are a mistake of writing."""
EARLIEST: Final = timedelta(days=7)
"""So long ago a breakdown that is told late may have begun."""
EXPECTED: Final = timedelta(days=1)
"""How long a machine that said it is down is expected to be, each time that it has not come back."""
MOST_AHEAD: Final = 300
"""Closures and overtimes, and breakdowns, that are not over: each is looked at for each day that is opened."""
MOST_LINKS: Final = 10
MINUTES_A_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class ExceptionTerms:
    """Local days, both included; of overtime, machine minutes more on each."""

    kind: ExceptionKind
    first: date
    last: date
    reason: str
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class BreakdownTerms:
    """So many machines cannot run between two instants."""

    machines: int
    starts_at: datetime
    until: datetime
    reason: str
    machine: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """What a machine, or what watches it, says."""

    machine: str
    is_up: bool
    reason: str = ""


def except_days(centre: WorkCentre, terms: ExceptionTerms, *, today: date, by: Actor) -> CalendarException:
    """The factory closes days, or works longer on them.

    Raises RoleTooSmall below manager, ExceptionImpossible, ExceptionsTooMany.
    """
    transaction.inside()
    by.needs(Role.MANAGER)
    if not today <= terms.first <= terms.last <= today + timedelta(days=FARTHEST_DAYS):
        raise ExceptionImpossible(f"Name days from today to {FARTHEST_DAYS} days ahead, the earlier first.")
    if (terms.kind is ExceptionKind.OVERTIME) != (terms.minutes is not None):
        raise ExceptionImpossible("Overtime has machine minutes, a closure has none.")
    if terms.minutes is not None and not 1 <= terms.minutes <= MINUTES_A_DAY * centre.machines:
        raise ExceptionImpossible(
            f"All machines together have {MINUTES_A_DAY * centre.machines} minutes a day.",
            most_minutes=MINUTES_A_DAY * centre.machines,
        )
    if queries.exceptions_ahead(centre.id, today) >= MOST_AHEAD:
        raise ExceptionsTooMany(f"A work centre has at most {MOST_AHEAD} closures and overtimes ahead.")
    row = CalendarException(
        id=new_id(),
        work_centre_id=centre.id,
        kind=terms.kind,
        first=terms.first,
        last=terms.last,
        minutes=terms.minutes,
        reason=terms.reason,
        said_by=by.user_id,
    )
    session().add(row)
    audit.record(by, "calendar.days_excepted", row, kind=row.kind, first=row.first, last=row.last, minutes=row.minutes)
    return row


def withdraw(row: CalendarException, *, by: Actor) -> None:
    """Days are as their week has them again. Raises RoleTooSmall below manager, ExceptionUnknown the second time."""
    transaction.inside()
    by.needs(Role.MANAGER)
    if row.withdrawn_at is not None:
        raise ExceptionUnknown("This closure or overtime was withdrawn already.")
    row.withdrawn_at = clock.now()
    audit.record(by, "calendar.exception_withdrawn", row)


def break_down(centre: WorkCentre, terms: BreakdownTerms, *, by: Actor) -> Breakdown:
    """Somebody says that machines cannot run.

    Raises RoleTooSmall below operator, BreakdownImpossible, BreakdownsTooMany.
    """
    transaction.inside()
    by.needs(Role.OPERATOR)
    now = clock.now()
    if not 1 <= terms.machines <= centre.machines:
        raise BreakdownImpossible(f"This work centre has {centre.machines} machines.", machines=centre.machines)
    if terms.until <= max(now, terms.starts_at):
        raise BreakdownImpossible("A breakdown ends after it begins, and not before now.")
    if terms.starts_at < now - EARLIEST or terms.until > now + timedelta(days=FARTHEST_DAYS):
        raise BreakdownImpossible(f"Name times from {EARLIEST.days} days ago to {FARTHEST_DAYS} days ahead.")
    return _breakdown(centre, terms, BreakdownSource.HAND, by=by)


def signal(centre: WorkCentre, said: Signal, *, by: Actor) -> Breakdown | None:
    """A machine says that it is down, or that it runs again: the breakdown that begins, goes on or ends by it.

    None: it runs, and nothing was known of its being down. Raises RoleTooSmall below operator, BreakdownsTooMany.
    """
    transaction.inside()
    by.needs(Role.OPERATOR)
    known = queries.signalled(centre.id, said.machine)
    if said.is_up:
        if known is not None:
            end(known, by=by)
        return known
    if known is not None:
        return known
    now = clock.now()
    reason = said.reason or f"{said.machine} says that it is down."
    terms = BreakdownTerms(machines=1, starts_at=now, until=now + EXPECTED, reason=reason, machine=said.machine)
    return _breakdown(centre, terms, BreakdownSource.SIGNAL, by=by)


def end(row: Breakdown, *, by: Actor) -> None:
    """The machines run again. Raises RoleTooSmall below operator, BreakdownOver."""
    transaction.inside()
    by.needs(Role.OPERATOR)
    now = clock.now()
    if row.ended_at is not None or (row.source is BreakdownSource.HAND and row.until <= now):
        raise BreakdownOver("This breakdown is over already.", ended_at=row.ends_at)
    row.ended_at = max(now, row.starts_at)
    audit.record(by, "breakdown.ended", row)


def prolong(row: Breakdown) -> None:
    """A machine that was expected back has not said that it is: another day."""
    transaction.inside()
    row.until = clock.now() + EXPECTED


def _breakdown(centre: WorkCentre, terms: BreakdownTerms, source: BreakdownSource, *, by: Actor) -> Breakdown:
    if queries.breakdowns_ahead(centre.id, clock.now()) >= MOST_AHEAD:
        raise BreakdownsTooMany(f"A work centre has at most {MOST_AHEAD} breakdowns at a time.")
    row = Breakdown(
        id=new_id(),
        work_centre_id=centre.id,
        source=source,
        machine=terms.machine,
        machines=terms.machines,
        starts_at=terms.starts_at,
        until=terms.until,
        reason=terms.reason,
        reported_by=by.user_id,
    )
    session().add(row)
    audit.record(by, "breakdown.reported", row, machines=row.machines, machine=row.machine, source=source)
    return row


def link(centre: WorkCentre, name: str, *, by: Actor) -> tuple[CalendarLink, str]:
    """A new address of the work centre's calendar, and its secret, which is told this once.

    Raises RoleTooSmall below manager, LinksTooMany.
    """
    transaction.inside()
    by.needs(Role.MANAGER)
    assert by.user_id is not None, "links are made by a person"
    if queries.links_of(centre.id) >= MOST_LINKS:
        raise LinksTooMany(f"A work centre has at most {MOST_LINKS} links; revoke one that nobody uses.")
    secret = secrets.fresh_code()
    row = CalendarLink(
        id=new_id(),
        work_centre_id=centre.id,
        name=name,
        secret_hash=secrets.digest(secret),
        made_by=by.user_id,
    )
    session().add(row)
    audit.record(by, "calendar.link_made", row)
    return row, secret


def revoke(row: CalendarLink, *, by: Actor) -> None:
    """The address shows nothing any more. Raises RoleTooSmall below manager."""
    transaction.inside()
    by.needs(Role.MANAGER)
    row.revoked_at = row.revoked_at or clock.now()
    audit.record(by, "calendar.link_revoked", row)
