"""The life of a calibration, as a table of moves."""

from enum import StrEnum
from typing import Final

from marketplace.kernel.lifecycle import Lifecycle


class CalibrationState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    """Its figures are the work centre's, until others take their place."""
    REFUSED = "refused"


CALIBRATION: Final = Lifecycle(
    CalibrationState.PROPOSED,
    {CalibrationState.PROPOSED: frozenset({CalibrationState.ACCEPTED, CalibrationState.REFUSED})},
)
