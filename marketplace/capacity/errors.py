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


class OperationUnknown(Rejected):
    """The job has no operation of this number."""

    code = "operation_unknown"


class OperationOver(Conflict):
    """All minutes of the operation are used, or of a day that has begun: they stay where they are."""

    code = "operation_over"


class SharesImpossible(Rejected):
    """The parts of a split operation share all pieces that are left of it."""

    code = "shares_impossible"


class WorkCentreCannot(Rejected):
    """The work centre does another process or other materials, or keeps another time, than where the operation is."""

    code = "work_centre_cannot"


class PlanNotOpen(Conflict):
    """The minutes of a job are laid otherwise once its factory has accepted it, and until it has shipped it."""

    code = "plan_not_open"


class ShipDateMissed(Conflict):
    """By this plan the promised ship date is missed; `ships_on` names the date that it would be."""

    code = "ship_date_missed"


class WindowImpossible(Rejected):
    """A span of days that ends before it begins, or is longer than is kept."""

    code = "window_impossible"


class WorkCentreGone(NotFound):
    """There is no such work centre to hold minutes of."""

    code = "work_centre_gone"
