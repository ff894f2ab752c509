"""How far each operation of a job is, as its factory has reported it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from marketplace.attachments.models import Attachment
from marketplace.orders.models import Job
from marketplace.production import queries
from marketplace.production.errors import JobOperationNotFound
from marketplace.production.models import Milestone, OperationReport
from marketplace.production.operations import Operation, operations


class OperationState(StrEnum):
    """How far an operation is."""

    WAITING = "waiting"
    STARTED = "started"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Progress:
    """An operation and how far it is."""

    operation: Operation
    start: OperationReport | None
    finish: OperationReport | None

    @property
    def state(self) -> OperationState:
        if self.finish is not None:
            return OperationState.FINISHED
        return OperationState.WAITING if self.start is None else OperationState.STARTED

    @property
    def started_at(self) -> datetime | None:
        return None if self.start is None else self.start.created_at

    @property
    def finished_at(self) -> datetime | None:
        return None if self.finish is None else self.finish.created_at

    @property
    def real_min(self) -> int | None:
        """What the operation really took, as the factory says."""
        return None if self.finish is None else self.finish.minutes

    @property
    def shows_minutes(self) -> bool:
        """Whether the customer sees what it took."""
        return self.finish is not None and self.finish.shows_minutes

    @property
    def shown_min(self) -> int | None:
        """What the customer sees of what it took."""
        return self.real_min if self.shows_minutes else None

    @property
    def is_done_elsewhere(self) -> bool:
        """Whether another organisation did it, as the customer had agreed."""
        return self.finish is not None and self.finish.subcontract_id is not None

    @property
    def notes(self) -> list[str]:
        return [each.note for each in (self.start, self.finish) if each is not None and each.note]

    @property
    def attachments(self) -> list[Attachment]:
        return [file for each in (self.start, self.finish) if each is not None for file in each.attachments]


def of_job(job: Job) -> list[Progress]:
    """Every operation of a job in its order, and how far it is."""
    told = {(each.operation, each.milestone): each for each in queries.reports(job.id)}
    return [
        Progress(each, told.get((each.number, Milestone.STARTED)), told.get((each.number, Milestone.FINISHED)))
        for each in operations(*queries.routed(job))
    ]


def of_operation(job: Job, number: int) -> Progress:
    """How far one operation of a job is. Raises JobOperationNotFound."""
    found = next((each for each in of_job(job) if each.operation.number == number), None)
    if found is None:
        raise JobOperationNotFound(f"This job has no operation {number}.")
    return found
