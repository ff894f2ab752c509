"""Refusals of capacity: minutes that are not there, or that somebody holds."""

from marketplace.kernel.errors import Conflict, NotFound, Rejected


class CapacityTaken(Conflict):
    """The work centre has not so many free minutes up to that day; `next_free` names the day by which it has."""

    code = "capacity_taken"


class CalendarBreaksHolds(Conflict):
    """The changed calendar would close minutes that jobs hold; `days` names where."""

    code = "calendar_breaks_holds"


class MinutesImpossible(Rejected):
    """A hold has a whole number of minutes above zero."""

    code = "minutes_impossible"


class NoRoom(Conflict):
    """An operation does not find its minutes in the days that it may have; `operation` is its number."""

    code = "no_room"


class WindowImpossible(Rejected):
    """A span of days that ends before it begins, or is longer than is kept."""

    code = "window_impossible"


class WorkCentreGone(NotFound):
    """There is no such work centre to hold minutes of."""

    code = "work_centre_gone"
