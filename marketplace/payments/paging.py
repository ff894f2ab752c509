from dataclasses import dataclass

from marketplace.kernel.paging import PageRequest
from marketplace.payments.models import EventState, OperationState


@dataclass(frozen=True, slots=True)
class OperationRequest(PageRequest):
    """Which operations, and from where."""

    state: OperationState = OperationState.FAILED


@dataclass(frozen=True, slots=True)
class EventRequest(PageRequest):
    """Which events, and from where; a cursor is the id of the last event seen."""

    state: EventState = EventState.QUARANTINED
