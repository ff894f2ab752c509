"""Opening and describing work centres, setting their calendars and their prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from marketplace.audit import service as audit
from marketplace.capability import cards, certificates, finishes, queries, rules
from marketplace.capability.errors import TimeZoneOfChain, TimeZoneUnknown, WorkCentreNameTaken
from marketplace.capability.models import STANDARD, RateCard, Shift, WorkCentre
from marketplace.capability.rules import Hours
from marketplace.costing import own_constants, rates
from marketplace.costing.tolerances import tolerance
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.database import session
from marketplace.kernel.money import Money

NAME_CONSTRAINT: Final = "uq_work_centres_organisation_id_name"


@dataclass(frozen=True, slots=True)
class WorkCentreTerms:
    """A new work centre. Envelope in whole millimetres, in any order; shifts may follow later."""

    name: str
    process: str
    machines: int
    envelope_mm: Sequence[int]
    materials: Sequence[str]
    time_zone: str
    handling_days: int = 1
    tolerance: str = STANDARD
    thickness_um: Sequence[int] | None = None
    certificates: Sequence[str] = ()
    takes_controlled: bool = False
    shifts: Sequence[Hours] = ()


@dataclass(frozen=True, slots=True)
class DescribeTerms:
    """What changes; what is None stays. The process stays for good: another process is another work centre."""

    name: str | None = None
    machines: int | None = None
    envelope_mm: Sequence[int] | None = None
    materials: Sequence[str] | None = None
    time_zone: str | None = None
    handling_days: int | None = None
    tolerance: str | None = None
    thickness_um: Sequence[int] | None = None
    certificates: Sequence[str] | None = None
    takes_controlled: bool | None = None


def open_work_centre(terms: WorkCentreTerms, *, by: Actor) -> WorkCentre:
    """A factory adds a group of like machines.

    Raises RoleTooSmall below manager, ProcessUnknown, MaterialUnknown, MaterialNotForProcess, MaterialsMissing,
    MachinesImpossible, EnvelopeImpossible, ToleranceUnknown, CertificateUnknown, ThicknessImpossible,
    TimeZoneUnknown, ShiftImpossible, ShiftsOverlap, WorkCentreNameTaken.
    """
    transaction.inside()
    by.needs(Role.MANAGER)
    centre = WorkCentre(organisation_id=by.organisation, process=terms.process, shifts=[])
    _write(centre, {field.name: getattr(terms, field.name) for field in fields(DescribeTerms)})
    if terms.shifts:
        _open_hours(centre, terms.shifts)
    session().add(centre)
    _flush_name(centre)
    audit.record(by, "work_centre.opened", centre, name=centre.name, process=centre.process)
    return centre


def describe(centre: WorkCentre, changes: DescribeTerms, *, by: Actor) -> None:
    """The factory corrects what its work centre is. The row comes locked.

    Raises TimeZoneOfChain, and what opening one raises.
    """
    transaction.inside()
    by.needs(Role.MANAGER)
    if changes.time_zone not in (None, centre.time_zone) and queries.is_in_a_chain(centre.id):
        raise TimeZoneOfChain("Steps lead from it or to it, and they share one time zone; take those steps back first.")
    changed = {field.name: value for field in fields(changes) if (value := getattr(changes, field.name)) is not None}
    _write(centre, changed)
    _flush_name(centre)
    audit.record(by, "work_centre.described", centre, **changed)


@dataclass(frozen=True, slots=True)
class Week:
    """What a work centre's year is made of: weekly shifts, whose holidays are free, and whether jobs run alone."""

    shifts: Sequence[Hours]
    holidays: str | None = None
    runs_unattended: bool = False


def set_calendar(centre: WorkCentre, week: Week, *, by: Actor) -> None:
    """The factory replaces its weekly shifts and the choice of its holidays. The row comes locked, with its shifts.

    Whether the holidays are known has been asked. Raises RoleTooSmall below manager, CalendarEmpty, ShiftImpossible,
    ShiftsOverlap.
    """
    transaction.inside()
    by.needs(Role.MANAGER)
    _open_hours(centre, week.shifts)
    centre.holidays, centre.runs_unattended = week.holidays, week.runs_unattended
    flag_modified(centre, "name")  # a calendar is part of what the ETag names: the version rises with it
    session().flush()
    audit.record(
        by,
        "work_centre.calendar_set",
        centre,
        shifts=[_words(hours) for hours in week.shifts],
        holidays=week.holidays,
        runs_unattended=week.runs_unattended,
    )


def set_constants(
    centre: WorkCentre, own: Mapping[str, float], *, by: Actor, spread: Mapping[str, int] | None = None
) -> None:
    """The factory puts its own figures in place of published ones; a name that is left out is as published again.

    `spread` is what was measured with these very constants; without it the process's is taken. The row comes locked.
    Raises RoleTooSmall below manager, ConstantsImpossible.
    """
    transaction.inside()
    by.needs(Role.MANAGER)
    own_constants.check(centre.process, own)
    rules.check_makes_sense(centre.process, centre.materials, own)
    before = dict(centre.constants)
    centre.constants = {name: _plain(own[name]) for name in sorted(own)}
    centre.spread = None if spread is None else dict(spread)
    flag_modified(centre, "constants")  # whoever read an earlier version is told, even if the figures are the same
    session().flush()
    audit.record(by, "work_centre.constants_set", centre, before=before, after=centre.constants)


def _plain(figure: float) -> float | int:
    """A whole figure as a whole number."""
    return int(figure) if float(figure).is_integer() else float(figure)


def set_rate_card(centre: WorkCentre, prices: rates.RateCard, *, by: Actor) -> RateCard:
    """The factory names new prices; the cards before stay as they were. The work centre's row comes locked.

    Raises RoleTooSmall below manager, MaterialPricesIncomplete, FinishUnknown, FinishNotForMaterial,
    LeadTimesContradict, CurrencyUnknown.
    """
    transaction.inside()
    by.needs(Role.MANAGER)
    assert by.user_id is not None, "prices are set by a person"
    rules.check_priced(centre.materials, prices.material_minor_per_kg)
    finishes.check_offered(centre.process, centre.materials, prices.finishes)
    rules.check_lead_times(prices.tiers)
    Money(prices.minimum_order_minor, prices.currency)
    card = RateCard(
        work_centre_id=centre.id,
        number=queries.latest_card_number(centre.id) + 1,
        effective_at=clock.now(),
        set_by=by.user_id,
        **cards.columns(prices),
    )
    session().add(card)
    audit.record(by, "rate_card.set", card, number=card.number)
    return card


def _write(centre: WorkCentre, described: dict[str, object]) -> None:
    for name, value in described.items():
        setattr(centre, name, value)
    centre.envelope_mm = rules.ascending_envelope(centre.envelope_mm)
    centre.materials = sorted(set(centre.materials))
    rules.check_materials(centre.process, centre.materials)
    rules.check_machines(centre.machines)
    tolerance(centre.tolerance)
    certificates.check(centre.certificates)
    centre.certificates = sorted(set(centre.certificates))
    if centre.thickness_um is not None:
        centre.thickness_um = rules.thickness_range(centre.thickness_um)
    if "time_zone" in described:
        _check_time_zone(centre.time_zone)


def _check_time_zone(name: str) -> None:
    rules.check_time_zone(name)
    with session().no_autoflush:
        if not queries.database_knows_zone(name):
            raise TimeZoneUnknown(f"This marketplace's database does not know the time zone {name!r} yet.")


def _open_hours(centre: WorkCentre, week: Sequence[Hours]) -> None:
    rules.check_week(week)
    centre.shifts = [
        Shift(weekday=each.weekday, starts=each.starts, ends=each.ends, attended=each.attended)
        for each in rules.split_at_midnight(week)
    ]


def _words(hours: Hours) -> str:
    alone = "" if hours.attended else ", unattended"
    return f"{rules.DAYS[hours.weekday]} {hours.starts:%H:%M}-{hours.ends:%H:%M}{alone}"


def _flush_name(centre: WorkCentre) -> None:
    """Write the row; the name's unique constraint decides between two that are named at once."""
    name = centre.name
    try:
        session().flush()
    except IntegrityError as error:
        if getattr(getattr(error.orig, "diag", None), "constraint_name", None) != NAME_CONSTRAINT:
            raise
        raise WorkCentreNameTaken(f"You have a work centre named {name!r} already; choose another name.") from None
