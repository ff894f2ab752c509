"""Refusals of calendars: days, times and files that cannot be."""

from marketplace.kernel.errors import Conflict, NotFound, Rejected, Unavailable


class HolidaysUnknown(Rejected):
    """Not a country, or part of one, whose public holidays are known; `parts` names the country's."""

    code = "holidays_unknown"


class ExceptionUnknown(NotFound):
    """There is no such closure or overtime, or it is another factory's."""

    code = "calendar_exception_unknown"


class ExceptionImpossible(Rejected):
    """A closure or overtime of days gone by, beyond what is kept, or of minutes that no day has."""

    code = "calendar_exception_impossible"


class ExceptionsTooMany(Conflict):
    """A work centre has some hundred closures and overtimes ahead at most; withdraw one first."""

    code = "calendar_exceptions_too_many"


class BreakdownsTooMany(Conflict):
    """A work centre has some hundred breakdowns at a time at most; end one first."""

    code = "breakdowns_too_many"


class BreakdownUnknown(NotFound):
    """There is no such breakdown, or it is another factory's."""

    code = "breakdown_unknown"


class BreakdownImpossible(Rejected):
    """More machines than there are, an end before the beginning, or times out of reach."""

    code = "breakdown_impossible"


class BreakdownOver(Conflict):
    """The breakdown has ended already."""

    code = "breakdown_over"


class ImportUnknown(NotFound):
    """There is no such imported calendar, or it is another factory's."""

    code = "calendar_import_unknown"


class ImportsTooMany(Conflict):
    """A work centre takes a few calendars of others, not a library of them; remove one first."""

    code = "calendar_imports_too_many"


class LinkUnknown(NotFound):
    """There is no such link to a calendar, or it was revoked."""

    code = "calendar_link_unknown"


class LinksTooMany(Conflict):
    """A work centre has a few links to its calendar at a time; revoke one first."""

    code = "calendar_links_too_many"


class AddressRefused(Rejected):
    """Not an http or https address of the public internet."""

    code = "calendar_address_refused"


class CalendarUnreadable(Rejected):
    """The file is no iCalendar (RFC 5545), too large, or repeats more often than a factory could be busy."""

    code = "calendar_unreadable"


class CalendarAway(Unavailable):
    """The address of a calendar did not give one in time."""

    code = "calendar_away"
