"""Which calibrations there are, for the factory that made them; and how far published figures were from the truth."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select, text

from marketplace.calibration.errors import CalibrationUnknown
from marketplace.calibration.models import Calibration
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first


def for_factory(who: Actor, work_centre_id: UUID, calibration_id: UUID) -> Calibration:
    """A calibration of the factory's own work centre. Raises CalibrationUnknown."""
    return _found(who, work_centre_id, calibration_id, is_locked=False)


def for_factory_to_decide(who: Actor, work_centre_id: UUID, calibration_id: UUID) -> Calibration:
    """The same, locked until the transaction ends, as it is now; its work centre is locked before it."""
    return _found(who, work_centre_id, calibration_id, is_locked=True)


def page_for_factory(who: Actor, work_centre_id: UUID, request: PageRequest) -> Page[Calibration]:
    """A work centre's calibrations, newest first."""
    query = select(Calibration).where(
        Calibration.work_centre_id == work_centre_id, Calibration.organisation_id == who.organisation
    )
    return newest_first(query, Calibration.id, request)


FEWEST_FACTORIES: Final = 3
"""Fewer are not told apart from each other in public."""

ACCURACY: Final = text("""
    with latest as (
        select distinct on (work_centre_id) * from calibrations
        where state = 'accepted' order by work_centre_id, id desc
    ),
    told as (
        select latest.process, latest.organisation_id, latest.id,
               (job ->> 'machine_mmin')::numeric as machine, (job ->> 'published_machine_mmin')::numeric as computed,
               (job ->> 'setup_mmin')::numeric as setup, (job ->> 'published_setup_mmin')::numeric as computed_setup,
               (job ->> 'time_low_bps')::numeric / 10000 as low, (job ->> 'time_high_bps')::numeric / 10000 as high
        from latest cross join lateral jsonb_array_elements(latest.jobs) as job
    )
    select process,
           count(distinct organisation_id) as factories,
           count(distinct id) as calibrations,
           count(*) as jobs,
           count(machine) as machine_jobs,
           count(distinct organisation_id) filter (where machine is not null) as machine_factories,
           percentile_cont(0.5) within group (order by abs(computed / machine - 1)) as machine_error,
           avg((machine between computed * low and computed * high)::int) as machine_covered,
           count(setup) as setup_jobs,
           count(distinct organisation_id) filter (where setup is not null) as setup_factories,
           percentile_cont(0.5) within group (order by abs(computed_setup / setup - 1)) as setup_error
    from told group by process having count(distinct organisation_id) >= :fewest order by process
""")
"""Of each work centre the latest accepted calibration: jobs that a factory stood by, and none counted twice."""


def accuracy() -> Sequence[Row[Any]]:
    """How far published figures were from what factories' jobs took, per process; only where enough factories told."""
    return session().execute(ACCURACY, {"fewest": FEWEST_FACTORIES}).all()


def _found(who: Actor, work_centre_id: UUID, calibration_id: UUID, *, is_locked: bool) -> Calibration:
    query = select(Calibration).where(
        Calibration.id == calibration_id,
        Calibration.work_centre_id == work_centre_id,
        Calibration.organisation_id == who.organisation,
    )
    if is_locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session().scalars(query).one_or_none()
    if found is None:
        raise CalibrationUnknown("There is no such calibration of this work centre.")
    return found
