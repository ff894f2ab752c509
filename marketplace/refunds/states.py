"""The life of a refund that the staff orders."""

from enum import StrEnum
from typing import Final

from marketplace.kernel.lifecycle import Lifecycle


class StaffRefundState(StrEnum):
    PROPOSED = "proposed"
    """Above the limit of one person: another is asked."""
    CARRIED_OUT = "carried_out"
    REFUSED = "refused"


STAFF_REFUND: Final = Lifecycle(
    StaffRefundState.PROPOSED,
    {StaffRefundState.PROPOSED: frozenset({StaffRefundState.CARRIED_OUT, StaffRefundState.REFUSED})},
)
