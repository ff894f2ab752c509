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


class WindowImpossible(Rejected):
    """A span of days that ends before it begins, or is longer than is kept."""

    code = "window_impossible"


class WorkCentreGone(NotFound):
    """There is no such work centre to hold minutes of."""

    code = "work_centre_gone"
