"""Refusals of capacity: minutes that are not there, or that somebody holds."""

from marketplace.kernel.errors import Conflict, NotFound, Rejected


class CapacityTaken(Conflict):
    """The work centre has not so many free minutes up to that day; `next_free` names the day by which it has."""

    code = "capacity_taken"


class CalendarBreaksHolds(Conflict):
    """The changed calendar would close minutes that jobs hold; `conflicts` names the jobs, `days` where.

    Send the change again with a `resolution`: move, overtime or refuse, for each job or for all.
    """

    code = "calendar_breaks_holds"


class MovesPastNextStep(Conflict):
    """The job's minutes would lie after the beginning of its next operation; its whole plan is to be laid anew."""

    code = "move_past_next_step"


class MovesPastPromise(Conflict):
    """The job's minutes would be free only after the day promised to the customer; `finish` names when."""

    code = "move_past_promise"


class NothingToMove(Conflict):
    """Only minutes that are reserved and not yet worked can be moved."""

    code = "nothing_to_move"


class PlanImpossible(Rejected):
    """A plan has whole minutes above zero on each of its days, from today on, and as many as the hold in all."""

    code = "plan_impossible"


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
