"""Everything that says when work centres are open, read at once."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from marketplace.calendars import queries
from marketplace.calendars.holidays import special_days
from marketplace.calendars.rules import MIDNIGHT, ONE_DAY, Calendar, instant
from marketplace.capability.models import WorkCentre


def calendars_of(centres: Collection[WorkCentre], first: date, last: date) -> Mapping[UUID, Calendar]:
    """The calendars of work centres that come with their shifts, for the local days from one to another.

    Four statements, however many work centres and days.
    """
    ids = [centre.id for centre in centres]
    widest = [ZoneInfo(zone) for zone in {centre.time_zone for centre in centres}]
    since = min((instant(first, MIDNIGHT, zone) for zone in widest), default=None)
    until = max((instant(last + ONE_DAY, MIDNIGHT, zone) for zone in widest), default=None)
    if since is None or until is None:
        return {}
    closures, overtime = queries.closures(ids, first, last), queries.overtime(ids, first, last)
    busy, down = queries.busy(ids, since, until), queries.down(ids, since, until)
    return {
        centre.id: Calendar(
            zone=ZoneInfo(centre.time_zone),
            machines=centre.machines,
            week=centre.shifts,
            runs_unattended=centre.runs_unattended,
            special=special_days(centre.holidays, first, last),
            closures=closures.get(centre.id, ()),
            overtime=overtime.get(centre.id, {}),
            busy=busy.get(centre.id, ()),
            down=down.get(centre.id, ()),
        )
        for centre in centres
    }
