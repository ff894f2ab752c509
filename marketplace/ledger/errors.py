from marketplace.kernel.errors import Rejected


class PeriodUnfit(Rejected):
    """A period begins before it ends, and has at most 366 days."""

    code = "period_unfit"


class StatementTooLong(Rejected):
    """So many movements are not shown at once; ask for fewer days, or for the file."""

    code = "statement_too_long"
