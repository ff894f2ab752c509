"""What a seller earned, job by job: owed, sent, set off, and why it is not with them yet."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from marketplace.kernel.actor import Actor
from marketplace.kernel.paging import Page, PageRequest
from marketplace.orders.models import Job
from marketplace.payments.models import Freeze, Operation, OperationKind, OperationState, PayoutAccount, Rail, Release
from marketplace.payments.operations import job_of
from marketplace.payouts import queries, rules
from marketplace.payouts.models import Destination
from marketplace.payouts.rules import Facts, FrozenBy, Reason, Sending, Standing


@dataclass(slots=True)
class Earning:
    """What one job earns its seller."""

    id: UUID
    """The job's."""
    order_id: UUID
    order_number: int
    currency: str
    owed_minor: int
    sent_minor: int
    set_off_minor: int
    debt_minor: int
    standing: Standing
    reason: Reason
    reason_text: str
    expected_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Known:
    """What a page of jobs is answered from, asked for all of them together."""

    earned: Mapping[UUID, int]
    released: Set[UUID]
    releases: Mapping[UUID, Release]
    unpaid: Set[UUID]
    set_off: Mapping[UUID, int]
    freezes: Sequence[Freeze]
    operations: Mapping[UUID, Sequence[Operation]]
    planned: Set[UUID]
    way: rules.Way | None


def page(who: Actor, request: PageRequest) -> Page[Earning]:
    """What the organisation's jobs earn it, the newest first; as many questions however many jobs."""
    jobs = queries.page_of_earning_jobs(who, request)
    known = _known(who, jobs.items)
    return Page([_earning(job, known) for job in jobs.items], jobs.next_cursor)


def _known(who: Actor, jobs: Sequence[Job]) -> _Known:
    job_ids, order_ids = [job.id for job in jobs], {job.order_id for job in jobs}
    operations: dict[UUID, list[Operation]] = defaultdict(list)
    for each in queries.operations_of(who, order_ids):
        operations[job_of(each.reason)].append(each)
    return _Known(
        earned=queries.earned_minor(who, job_ids),
        released=queries.released(job_ids),
        releases=queries.releases(job_ids),
        unpaid=queries.unpaid_orders(order_ids),
        set_off=queries.set_off_minor(who, order_ids),
        freezes=queries.freezes_of(who, order_ids),
        operations=operations,
        planned=queries.planned_operations(who),
        way=_way(*queries.way_of(who)),
    )


def _earning(job: Job, known: _Known) -> Earning:
    answer = rules.answer(_facts(job, known))
    mine = known.operations.get(job.id, ())
    owed = (each for each in mine if each.state is OperationState.DEBT)
    return Earning(
        id=job.id,
        order_id=job.order_id,
        order_number=job.order.number,
        currency=job.currency,
        owed_minor=known.earned.get(job.id, 0),
        sent_minor=_sent(mine),
        set_off_minor=known.set_off.get(job.id, 0),
        debt_minor=sum(each.amount_minor - each.set_off_minor for each in owed),
        standing=answer.standing,
        reason=answer.reason,
        reason_text=answer.text,
        expected_at=answer.expected_at,
    )


def _facts(job: Job, known: _Known) -> Facts:
    release = known.releases.get(job.id)
    transfers = (each for each in known.operations.get(job.id, ()) if each.kind is OperationKind.TRANSFER)
    return Facts(
        job=job.state,
        is_paid=job.order_id not in known.unpaid,
        earned_minor=known.earned.get(job.id, 0),
        is_released=job.id in known.released,
        accept_by=job.accept_by,
        release=None if release is None else release.state,
        due_at=None if release is None else release.due_at,
        frozen=tuple(
            FrozenBy(each.why, each.ends_at) for each in known.freezes if each.order_id in (None, job.order_id)
        ),
        way=known.way,
        transfers=tuple(_sending(each, known.planned) for each in transfers),
    )


def _sent(operations: Sequence[Operation]) -> int:
    sign = {OperationKind.TRANSFER: 1, OperationKind.REVERSAL: -1}
    return sum(sign[each.kind] * each.amount_minor for each in operations if each.state is OperationState.DONE)


def _sending(operation: Operation, planned: Set[UUID]) -> Sending:
    return Sending(
        state=operation.state,
        rail=operation.rail,
        was_asked=operation.attempts > 0,
        is_renewed=operation.attempts > 0 and operation.first_sent_at is None,
        is_in_batch=operation.id in planned,
    )


def _way(account: PayoutAccount | None, destination: Destination | None) -> rules.Way | None:
    if account is None:
        return None
    refused = destination is not None and destination.refused_at is not None
    return rules.Way(
        rail=account.rail,
        has_account=account.provider_id is not None,
        may_receive=account.may_receive,
        is_refused=refused if account.rail is Rail.MANUAL_BANK else account.trouble is not None,
    )


@dataclass(slots=True)
class Debt:
    """What a seller owes for one refund of one job."""

    id: UUID
    job_id: UUID
    currency: str
    amount_minor: int
    set_off_minor: int
    since: datetime

    @property
    def left_minor(self) -> int:
        return self.amount_minor - self.set_off_minor


def page_of_debts(who: Actor, request: PageRequest) -> Page[Debt]:
    """What the organisation owes, or owed, the newest first."""
    rows = queries.page_of_debts(who, request)
    return Page([_debt(each) for each in rows.items], rows.next_cursor)


def _debt(row: Operation) -> Debt:
    return Debt(row.id, job_of(row.reason), row.currency, row.amount_minor, row.set_off_minor, row.created_at)
