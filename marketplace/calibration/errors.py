"""Refusals of calibration: what cannot be proposed, and what can no longer be accepted."""

from marketplace.kernel.errors import Conflict, NotFound, Rejected


class CalibrationUnknown(NotFound):
    """There is no such calibration, or it is another factory's."""

    code = "calibration_unknown"


class CalibrationOutdated(Conflict):
    """The work centre's figures or prices have changed since the calibration was proposed."""

    code = "calibration_outdated"


class PricesNotComparable(Rejected):
    """Prices of past jobs are not in the currency of the work centre's rate card, or there is no card yet."""

    code = "prices_not_comparable"
