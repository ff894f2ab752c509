"""Who talks with whom, about what: pure."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from marketplace.attachments.models import Side


class ThreadKind(StrEnum):
    """What two sides talk about."""

    JOB = "job"
    """The customer and the factory of one job."""
    ORDER = "order"
    """The customer and the staff."""
    REQUEST = "request"
    """The customer of a request for quotation and one invited factory."""


@dataclass
class Named:
    """What a notice is about."""

    __tablename__: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Thread:
    """One conversation, as the side that looks at it has it."""

    kind: ThreadKind
    id: UUID
    """Of the job, the order, or the factory's invitation."""
    side: Side
    customer_id: UUID
    factory_id: UUID | None = None
    order_id: UUID | None = None
    rfq_id: UUID | None = None

    @property
    def other(self) -> UUID | None:
        """The organisation on the other side; the staff is none."""
        return self.factory_id if self.side is Side.CUSTOMER else self.customer_id

    @property
    def subject(self) -> Named:
        """What those who are told of a message look at."""
        if self.rfq_id is not None:
            return Named("rfqs", self.rfq_id)
        return Named("jobs" if self.kind is ThreadKind.JOB else "orders", self.id)
