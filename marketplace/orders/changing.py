"""Other terms for a job: one side proposes them, the other agrees, and they are in effect once the money is settled."""

from datetime import date
from zoneinfo import ZoneInfo

from marketplace.audit import service as audit
from marketplace.capability import queries as capability
from marketplace.capacity.rules import local_day
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import CHARGE_LIMITS, Money
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders import making, rules, sharing
from marketplace.orders.errors import (
    ChangeNotYours,
    ChangeOpen,
    ChangesNothing,
    DateImpossible,
    NotChangeable,
    TooManyChanges,
    TooManyCounters,
)
from marketplace.orders.models import Change, Job, Side
from marketplace.orders.states import CHANGEABLE, ChangeState, JobState
from marketplace.payments.errors import AmountNotPayable

OPEN = (ChangeState.PROPOSED, ChangeState.AGREED)


def propose(
    job: Job, *, side: Side, by: Actor, what: str, total_minor: int | None = None, ships_on: date | None = None
) -> Change:
    """One side wants other terms: another price, another date, or what is said in words.

    Before a factory takes the job this is its counter-offer. What is dearer or cheaper is shared as the job is.
    Raises NotChangeable, ChangeOpen, TooManyCounters, ChangesNothing,
    DateImpossible, AmountNotPayable, TooManyChanges.
    """
    _refuse_unless_changeable(job, side)
    if len(job.changes) >= rules.MOST_CHANGES:
        raise TooManyChanges(f"A job has {rules.MOST_CHANGES} changes at most; agree on the rest in words.")
    total = job.total_minor if total_minor is None else total_minor
    ships = job.ships_on if ships_on is None else ships_on
    if job.state is JobState.OFFERED and (total, ships) == (job.total_minor, job.ships_on):
        raise ChangesNothing("A counter-offer has another price or another date; to these terms simply say yes.")
    if ships != job.ships_on and ships < _today_at_the_factory(job):
        raise DateImpossible("The new ship date has passed.", ships_on=ships)
    _refuse_unless_payable(job, total)
    change = Change(
        id=new_id(),
        job_id=job.id,
        number=len(job.changes) + 1,
        side=side,
        proposed_by=by.user_id,
        what=what,
        total_minor=total,
        price_minor=job.price_minor + sharing.change_of(job, total - job.total_minor),
        ships_on=ships,
        before_total_minor=job.total_minor,
        before_price_minor=job.price_minor,
        before_ships_on=job.ships_on,
    )
    job.changes.append(change)
    if job.state is JobState.OFFERED:
        job.move(JobState.COUNTERED, by=by, reason=what)
        job.answer_by = clock.now() + rules.ANSWER_TIME
    audit.record(by, "job.change_proposed", job, number=change.number, total_minor=total, ships_on=ships)
    notifications.tell(job.opposite(side), NoticeKind.JOB_CHANGE_PROPOSED, job, text=what)
    return change


def _today_at_the_factory(job: Job) -> date:
    return local_day(clock.now(), ZoneInfo(capability.time_zone(job.work_centre_id)))


def _refuse_unless_changeable(job: Job, side: Side) -> None:
    if any(change.state in OPEN for change in job.changes):
        raise ChangeOpen("Another change of this job is still open; it is answered or withdrawn first.")
    if job.state is JobState.OFFERED and side is Side.FACTORY:
        making.refuse_if_overdue(job)
        if sum(change.side is Side.FACTORY for change in job.changes) >= rules.COUNTERS:
            raise TooManyCounters(f"A job is countered {rules.COUNTERS} times at most; accept it or decline it.")
    elif job.is_remade:
        raise NotChangeable("What a claim has brought back is made again as it was ordered.", state=job.state)
    elif job.state not in CHANGEABLE:
        raise NotChangeable(f"The terms of this job cannot be changed: it is {job.state}.", state=job.state)


def _refuse_unless_payable(job: Job, total_minor: int) -> None:
    """What is dearer is paid by card, what is cheaper goes back to it, and the job still costs what a card can pay."""
    limits, difference = CHARGE_LIMITS[job.currency], total_minor - job.total_minor
    is_payable = limits.allow(difference) if difference > 0 else difference % limits.step == 0
    if is_payable and (difference == 0 or limits.allow(total_minor)):
        return
    least, largest, step = (Money(each, job.currency) for each in (limits.least, limits.largest, limits.step))
    raise AmountNotPayable(
        f"The job would cost {Money(total_minor, job.currency)}, a difference of {Money(difference, job.currency)}: a "
        f"card pays from {least} to {largest} in steps of {step}, and what is dearer is paid by itself.",
        currency=job.currency,
        total_minor=total_minor,
        least_minor=limits.least,
        step_minor=limits.step,
    )


def agree(change: Change, job: Job, *, side: Side, by: Actor) -> None:
    """The other side says yes. Raises ChangeNotYours, IllegalMove, AnswerOverdue."""
    if change.side is side:
        raise ChangeNotYours("You proposed this change; the other side says yes or no to it.")
    if job.state is JobState.COUNTERED:
        making.refuse_if_overdue(job)
    change.move(ChangeState.AGREED if change.total_minor > job.total_minor else ChangeState.IN_EFFECT, by=by)
    audit.record(by, "job.change_agreed", job, number=change.number)
    notifications.tell(job.opposite(side), NoticeKind.JOB_CHANGE_AGREED, job)


def take_effect(change: Change, job: Job) -> None:
    """The new terms hold from now on; a job that waited for them is taken, as its factory offered."""
    if change.state is not ChangeState.IN_EFFECT:
        change.move(ChangeState.IN_EFFECT, by=SYSTEM)
    job.total_minor, job.price_minor, job.ships_on = change.total_minor, change.price_minor, change.ships_on
    audit.record(SYSTEM, "job.changed", job, number=change.number, total_minor=job.total_minor)


def refuse(change: Change, job: Job, *, side: Side, by: Actor, answer: str) -> None:
    """The other side says no, and why; the old terms hold. Raises ChangeNotYours, IllegalMove."""
    if change.side is side:
        raise ChangeNotYours("You proposed this change; withdraw it instead.")
    change.move(ChangeState.REFUSED, by=by, reason=answer)
    change.answer = answer
    _back_to_offered(job, by=by)
    audit.record(by, "job.change_refused", job, number=change.number)
    notifications.tell(job.opposite(side), NoticeKind.JOB_CHANGE_REFUSED, job, text=answer)


def withdraw(change: Change, job: Job, *, side: Side, by: Actor) -> None:
    """Whoever proposed a change takes it back, and a customer one that was agreed to and is not paid.

    Raises ChangeNotYours, IllegalMove.
    """
    is_unpaid = change.state is ChangeState.AGREED and side is Side.CUSTOMER
    if change.side is not side and not is_unpaid:
        raise ChangeNotYours("The other side proposed this change; refuse it instead.")
    change.move(ChangeState.WITHDRAWN, by=by)
    _back_to_offered(job, by=by)
    audit.record(by, "job.change_withdrawn", job, number=change.number)
    notifications.tell(job.opposite(side), NoticeKind.JOB_CHANGE_WITHDRAWN, job)


def drop_open(job: Job, *, by: Actor, reason: str = "The job has ended.") -> None:
    """The job has come to its end: what was still proposed for it goes with it."""
    for change in job.changes:
        if change.state in OPEN:
            change.move(ChangeState.WITHDRAWN, by=by, reason=reason)


def price_anew(job: Job, *, by: Actor) -> None:
    """Money of a job has gone back: it costs what is left, and terms proposed for the old price are dropped."""
    drop_open(job, by=by, reason="Money of the job has gone back.")
    _back_to_offered(job, by=by)
    sharing.price_anew(job)


def _back_to_offered(job: Job, *, by: Actor) -> None:
    """The factory may still take the job as it was ordered; it has its whole time for that."""
    if job.state is JobState.COUNTERED:
        making.offer(job, by=by)
