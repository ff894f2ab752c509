"""One operation of a job that another organisation does: proposed by its factory, agreed to by the customer.

The subcontractor, where it is a factory of this marketplace, sees the operation, and the file of the part if the
customer's consent includes it; of price and customer it sees nothing. What it is paid is settled elsewhere.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from marketplace.accounts.models import Organisation
from marketplace.audit import service as audit
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders.models import Job
from marketplace.orders.states import CHANGEABLE
from marketplace.production import progress, queries
from marketplace.production.errors import (
    NotAgreedElsewhere,
    NotSubcontractable,
    OperationDoneAlready,
    SubcontractDayOver,
    SubcontractOpen,
    SubcontractorExcluded,
    SubcontractorNotCleared,
    SubcontractorUnclear,
    SubcontractorUnfit,
    TooManySubcontracts,
)
from marketplace.production.models import Subcontract
from marketplace.production.progress import OperationState
from marketplace.production.states import OPEN, SubcontractState

MOST_SUBCONTRACTS: Final = 50
"""Of one job, whatever became of them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which operation is to be done by whom: a factory of this marketplace, or a company outside."""

    operation: int
    what: str
    subcontractor_id: UUID | None = None
    company: str = ""
    needed_by: date | None = None


def propose(job: Job, wanted: Wanted, *, by: Actor) -> Subcontract:
    """The factory asks the customer to have one operation done by somebody else. The order comes locked.

    Raises NotSubcontractable, JobOperationNotFound, OperationDoneAlready, SubcontractOpen, TooManySubcontracts,
    SubcontractDayOver, SubcontractorUnclear, SubcontractorUnfit, SubcontractorExcluded, SubcontractorNotCleared.
    """
    _refuse_unless_made(job)
    if wanted.needed_by is not None and wanted.needed_by < clock.earliest_today():
        raise SubcontractDayOver(
            f"{wanted.needed_by} is over everywhere; say a day from today on, or none.", needed_by=wanted.needed_by
        )
    found = progress.of_operation(job, wanted.operation)
    if found.state is OperationState.FINISHED:
        raise OperationDoneAlready(f"“{found.operation.name}” is done already.", operation=wanted.operation)
    earlier = queries.subcontracts(job.id)
    if any(each.operation == wanted.operation and each.state in OPEN for each in earlier):
        raise SubcontractOpen("Somebody is to do this operation already; withdraw that first.")
    if len(earlier) >= MOST_SUBCONTRACTS:
        raise TooManySubcontracts(f"At most {MOST_SUBCONTRACTS} operations of a job are proposed to be done elsewhere.")
    company = _company(job, wanted)
    subcontract = Subcontract(
        id=new_id(),
        created_at=clock.now(),
        job_id=job.id,
        number=len(earlier) + 1,
        operation=wanted.operation,
        operation_name=found.operation.name,
        factory_id=job.factory_id,
        subcontractor_id=wanted.subcontractor_id,
        company=company,
        what=wanted.what,
        needed_by=wanted.needed_by,
        proposed_by=by.user_id,
    )
    session().add(subcontract)
    job.is_subcontracted = True
    told = {"number": subcontract.number, "operation": wanted.operation, "name": found.operation.name}
    audit.record(by, "job.subcontract_proposed", job, **told, company=company)
    text = f"{found.operation.name}: {company}. {wanted.what}"
    notifications.tell(job.order.organisation_id, NoticeKind.SUBCONTRACT_PROPOSED, job, text=text)
    return subcontract


def agree(subcontract: Subcontract, job: Job, *, shares_file: bool, by: Actor) -> None:
    """The customer consents, to the file of the part being shown or not. Raises NotSubcontractable, IllegalMove."""
    _refuse_unless_made(job)
    subcontract.move(SubcontractState.AGREED, by=by)
    subcontract.agreed_at, subcontract.agreed_by, subcontract.shares_file = clock.now(), by.user_id, shares_file
    audit.record(by, "job.subcontract_agreed", job, number=subcontract.number, shares_file=shares_file)
    notifications.tell(job.factory_id, NoticeKind.SUBCONTRACT_AGREED, job, text=subcontract.operation_name)
    _tell_subcontractor(subcontract, NoticeKind.SUBCONTRACT_GIVEN)


def refuse(subcontract: Subcontract, job: Job, *, reason: str, by: Actor) -> None:
    """The customer does not consent, and says why. Raises IllegalMove."""
    subcontract.move(SubcontractState.REFUSED, by=by, reason=reason)
    subcontract.answer = reason
    audit.record(by, "job.subcontract_refused", job, number=subcontract.number, reason=reason)
    notifications.tell(job.factory_id, NoticeKind.SUBCONTRACT_REFUSED, job, text=reason)


def withdraw(subcontract: Subcontract, job: Job, *, by: Actor) -> None:
    """The factory does the operation itself after all. Raises IllegalMove."""
    was_given = subcontract.state is SubcontractState.AGREED
    subcontract.move(SubcontractState.WITHDRAWN, by=by)
    audit.record(by, "job.subcontract_withdrawn", job, number=subcontract.number)
    text = subcontract.operation_name
    notifications.tell(job.order.organisation_id, NoticeKind.SUBCONTRACT_WITHDRAWN, job, text=text)
    if was_given:
        _tell_subcontractor(subcontract, NoticeKind.SUBCONTRACT_ENDED)


def decline(subcontract: Subcontract, job: Job, *, reason: str, by: Actor) -> None:
    """The subcontractor does not do it, and says why; both parties of the job read it. Raises IllegalMove."""
    subcontract.move(SubcontractState.DECLINED, by=by, reason=reason)
    subcontract.answer = reason
    audit.record(by, "job.subcontract_declined", job, number=subcontract.number, reason=reason)
    for party in (job.factory_id, job.order.organisation_id):
        notifications.tell(party, NoticeKind.SUBCONTRACT_DECLINED, job, text=reason)


def settle(job: Job, number: int, *, is_elsewhere: bool, by: Actor) -> Subcontract | None:
    """An operation is done: by whom it was given to, or by the factory itself. Who did it elsewhere, if anybody did.

    Raises NotAgreedElsewhere.
    """
    found = queries.open_subcontract(job.id, number) if job.is_subcontracted else None
    if is_elsewhere:
        if found is None or found.state is not SubcontractState.AGREED:
            raise NotAgreedElsewhere("The customer has not agreed that anybody else does this operation.")
        found.move(SubcontractState.DONE, by=by)
        return found
    if found is not None:
        withdraw(found, job, by=by)
    return None


def drop_open(job: Job, *, by: Actor) -> None:
    """The job has come to its end: nobody does any of its operations any more."""
    for found in queries.open_subcontracts(job.id) if job.is_subcontracted else ():
        was_given = found.state is SubcontractState.AGREED
        found.move(SubcontractState.CALLED_OFF, by=by, reason="The job has ended.")
        if was_given:
            _tell_subcontractor(found, NoticeKind.SUBCONTRACT_ENDED)


def _refuse_unless_made(job: Job) -> None:
    if job.state not in CHANGEABLE:
        raise NotSubcontractable(
            f"The job is {job.state.value.replace('_', ' ')}; an operation is given to somebody else while it is "
            "accepted or in production.",
            state=job.state.value,
        )


def _company(job: Job, wanted: Wanted) -> str:
    """What whoever is to do it is called, once nothing stands against them."""
    is_controlled = queries.is_controlled(job)
    if (wanted.subcontractor_id is None) == (not wanted.company):
        raise SubcontractorUnclear("Name either a factory of this marketplace or a company outside, and not both.")
    if wanted.subcontractor_id is None:
        if is_controlled:
            raise SubcontractorNotCleared("The part is under export control: name a factory that takes such files.")
        return wanted.company
    return _fit(job, wanted.subcontractor_id, is_controlled=is_controlled).name


def _fit(job: Job, subcontractor_id: UUID, *, is_controlled: bool) -> Organisation:
    if subcontractor_id == job.factory_id:
        raise SubcontractorUnfit("You make this job yourself; name somebody else.")
    if subcontractor_id == job.order.organisation_id:
        raise SubcontractorUnfit("That is your customer; agree on a change of terms instead.")
    found = queries.factory(subcontractor_id)
    if found is None:
        raise SubcontractorUnfit("There is no such factory here; name a company outside by its name.")
    if queries.is_excluded(job, subcontractor_id):
        raise SubcontractorExcluded("The customer has taken back its invitation of this factory; name another.")
    if is_controlled and not queries.takes_controlled(subcontractor_id):
        raise SubcontractorNotCleared("The part is under export control, and this factory takes no such files.")
    return found


def _tell_subcontractor(subcontract: Subcontract, kind: NoticeKind) -> None:
    """About the operation alone: it knows neither job nor customer."""
    if subcontract.subcontractor_id is not None:
        notifications.tell(subcontract.subcontractor_id, kind, subcontract, text=subcontract.operation_name)
