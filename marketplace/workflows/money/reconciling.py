"""Our books beside the provider's: every entry there, every journal here, by the provider's own id, and the sums (M6).

What the provider moved and we do not have is taken in first, by the functions that its events would have called; what
remains is a difference, and while one of money is open nothing is released or sent to sellers.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from marketplace.accounts import queries as people
from marketplace.jobs.queue import Task, later
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.database import session
from marketplace.kernel.money import EXPONENTS, Money
from marketplace.kernel.transaction import transaction
from marketplace.ledger import rules as posting
from marketplace.ledger import service as ledger
from marketplace.notifications.errors import MailRefused
from marketplace.notifications.ports import Mail, Post
from marketplace.payments import freezes, inbox
from marketplace.payments.cashier import Provider
from marketplace.payments.errors import ProviderRefused
from marketplace.payments.inbox import Delivery, Outcome
from marketplace.payments.models import FreezeWhy, Operation
from marketplace.reconciliation import queries, rules, service
from marketplace.reconciliation.models import Difference, Reconciliation, Scope
from marketplace.reconciliation.ports import Books, Entry, Source
from marketplace.reconciliation.states import DifferenceKind
from marketplace.reconciliation.values import Finding, Posted, Total
from marketplace.workflows.money import listening
from marketplace.workflows.money.listening import Follow

log = logging.getLogger("commonforge.money")

OVERLAP: Final = timedelta(hours=2)
"""How far before the last comparison a recent one begins: what was young then, or came in late, is looked at again."""
EVENTS_LAST: Final = timedelta(days=30)
"""So long the provider tells what happened (docs.stripe.com/api/events)."""
OVERDUE_AFTER: Final = timedelta(hours=24)
MOST_AT_ONCE: Final = 1_000
"""So many differences are looked into one by one; where there are more, the sums and the next run show that."""
CAUSE: Final = "reconciliation"
"""What money is frozen for: all differences together are one cause."""

EVENT_OF: Final[Mapping[str, str]] = {
    "charge": "payment_intent.succeeded",
    "refund": "refund.updated",
    "transfer": "transfer.created",
    "transfer_reversal": "transfer.reversed",
    "dispute": "charge.dispute.updated",
}
"""Which kind of event would have told of a thing of this kind; of a part, of what it is a part of."""
OF_PARENT: Final = frozenset({"charge", "transfer_reversal"})


@dataclass
class _Look:
    """What was seen of the provider's books."""

    ids: set[str] = field(default_factory=set)
    sums: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    doubtful: dict[str, Entry | None] = field(default_factory=dict)
    """Entries that our books do not have, or not so, and those of earlier differences: none where it is not there."""


def reconcile(
    *, scope: Scope, gateway: Provider, books: Books, others: Mapping[str, Follow], hook: str
) -> Reconciliation:
    """Compare the books once, write down what was found, and stop or let go on what goes to sellers.

    `hook` is our address for the provider's events, `others` are as in `listening.handle_event`. Nothing is written
    down where the provider is away, and a second run at the same time finds the same. Raises ProviderUnavailable.
    """
    began = clock.now()
    since = _since(scope)
    scope = Scope.WHOLE if since is None else Scope.RECENT
    filled = fill_gaps(books, since=max(since or began - EVENTS_LAST, began - EVENTS_LAST), is_whole=since is None)
    seen = _look(books, since)
    adopted, under_way = _take_in(seen.doubtful, partial(_adopt, gateway=gateway, books=books, others=others))
    compared = _compare(seen, since, books, under_way=under_way)
    wrong_endpoint = rules.endpoint(books.endpoints(), hook=hook, kinds=inbox.HANDLED)
    with transaction():
        overdue = [_overdue(each) for each in queries.overdue_operations(began - OVERDUE_AFTER)]
        findings = [*compared.findings, *overdue, *([wrong_endpoint] if wrong_endpoint else [])]
        counted = {
            "since": since,
            "until": began,
            "movements": len(seen.ids),
            "journals": compared.journals,
            "adopted": adopted,
            "under_way": len(under_way),
            "events_filled": filled,
        }
        run = service.record(scope, findings, totals=compared.totals, counted=counted)
        _stop_or_let_go()
        if run.opened:
            later(Task.ALERT_STAFF, run_id=str(run.id))
    return run


def _since(scope: Scope) -> datetime | None:
    """A recent comparison that follows none is a whole one."""
    if scope is Scope.WHOLE:
        return None
    with transaction():
        last = queries.last_until()
    return None if last is None else last - OVERLAP


def fill_gaps(books: Books, *, since: datetime, is_whole: bool) -> int:
    """Take in the events that the provider has told and that never reached us, as if they came now; how many.

    Those of sellers' own accounts are asked for, account by account, by whole runs.
    """
    filled = sum(_fill(page) for page in books.events(inbox.HANDLED, since=since))
    if not is_whole:
        return filled
    with transaction():
        accounts = queries.seller_accounts()
    return filled + sum(_fill_of_seller(each, books, since) for each in accounts)


def _fill_of_seller(account_id: str, books: Books, since: datetime) -> int:
    """An account that was closed at the provider tells nothing any more, and keeps no other waiting."""
    try:
        return sum(_fill(page) for page in books.events(inbox.HANDLED, since=since, account_id=account_id))
    except ProviderRefused as refusal:
        log.warning("the events of %s could not be read: %s", account_id, refusal.message)
        return 0


def _fill(page: Sequence[Any]) -> int:
    with transaction():
        known = queries.known_events([each.id for each in page])
        missed = [each for each in reversed(page) if each.id not in known]
        return sum(inbox.receive(each) is Delivery.FIRST for each in missed)


def _look(books: Books, since: datetime | None) -> _Look:
    """Every entry of the provider's, page by page: what agrees is counted, and the rest is kept."""
    seen = _Look()
    for page in books.entries(since=since):
        with transaction():
            ours = queries.posted([each.id for each in page])
        for entry in page:
            if entry.id in seen.ids:
                continue
            seen.ids.add(entry.id)
            seen.sums[entry.currency] += entry.net_minor
            if rules.compared(entry, ours.get(entry.id)) is not None:
                seen.doubtful[entry.id] = entry
    with transaction():
        earlier = queries.unresolved_entries()
    for each in earlier:
        if each not in seen.ids:
            seen.doubtful[each] = books.entry(each)
    return seen


def _take_in(doubtful: Mapping[str, Entry | None], adopt: Callable[[Entry], Outcome]) -> tuple[int, frozenset[str]]:
    """Take in what the provider has moved and we do not have; how many, and the ids of what need not be there yet."""
    adopted, under_way, now = 0, set(), clock.now()
    with transaction():
        ours = queries.posted(doubtful)
    for entry_id in sorted(set(doubtful) - set(ours))[:MOST_AT_ONCE]:
        entry = doubtful[entry_id]
        if entry is None:
            continue
        if rules.is_young(entry.at, now=now) and entry.kind not in rules.OF_BANK | rules.OF_FEES:
            under_way.add(entry_id)
            continue
        outcome = adopt(entry)
        adopted += outcome is Outcome.APPLIED
        if outcome is Outcome.STALE:
            under_way.add(entry_id)
    return adopted, frozenset(under_way)


def _adopt(entry: Entry, *, gateway: Provider, books: Books, others: Mapping[str, Follow]) -> Outcome:
    """What an event would have led to; a movement to our bank, or a fee, has none and is posted as it is.

    STALE is what is begun and not over: a refund that the customer does not have yet.
    """
    if entry.currency not in EXPONENTS:
        return Outcome.DIFFERENT
    if entry.kind in rules.OF_BANK | rules.OF_FEES:
        with transaction():
            _post(entry)
        return Outcome.APPLIED
    source = books.source(entry.id)
    about = _about(source) if source else None
    if source is None or about is None or source.kind not in EVENT_OF:
        return Outcome.FOR_A_PERSON
    return listening.take_in(EVENT_OF[source.kind], about, gateway, others)


def _about(source: Source) -> str | None:
    return source.parent if source.kind in OF_PARENT else source.id


def _post(entry: Entry) -> None:
    gross, fee = Money(entry.gross_minor, entry.currency), Money(entry.fee_minor, entry.currency)
    if entry.kind in rules.OF_BANK:
        ledger.post(rules.BANK, reference=entry.id, lines=posting.bank(gross=gross, fee=fee), order_id=None)
    else:
        lines = posting.provider_fee(gross - fee)
        ledger.post(rules.PROVIDER_FEE, reference=entry.id, lines=lines, order_id=None)


@dataclass(frozen=True)
class _Compared:
    findings: Sequence[Finding]
    journals: int
    totals: Sequence[Total]


def _compare(seen: _Look, since: datetime | None, books: Books, *, under_way: Collection[str]) -> _Compared:
    """What differs, in one state of our books; the provider's are looked at again where they say nothing of a journal.

    Money that moved since they were read is no difference: it is found there now.
    """
    is_whole = since is None
    with transaction():
        session().execute(text("set transaction isolation level repeatable read, read only"))
        ours = dict(queries.posted(seen.doubtful))
        journals, unseen = _unseen(since, seen.ids)
        balances = queries.balances_at_the_provider() if is_whole else {}
    ours |= {each.reference: each for each in unseen}
    theirs = dict(seen.doubtful) | {each.reference: books.entry(each.reference) for each in unseen}
    pairs = [
        (each, theirs[each], ours.get(each)) for each in sorted(theirs) if theirs[each] is not None or each in ours
    ]
    now = clock.now()
    findings = [
        finding
        for entry_id, entry, posted in pairs
        if (finding := rules.compared(entry, posted)) is not None
        and not (entry_id in under_way and posted is None)
        and not (entry is None and posted is not None and rules.is_young(posted.at, now=now))
    ]
    totals = _totals(seen.sums, balances)
    if is_whole:
        findings += rules.sums(totals, _explained(pairs, seen.ids))
    return _Compared(findings, journals, totals if is_whole else [])


def _unseen(since: datetime | None, ids: Collection[str]) -> tuple[int, list[Posted]]:
    """How many journals there are, and those of entries that were not among the provider's."""
    count, unseen = 0, list[Posted]()
    for posted in queries.posted_since(since):
        count += 1
        if posted.reference not in ids and len(unseen) < MOST_AT_ONCE:
            unseen.append(posted)
    return count, unseen


def _totals(theirs: Mapping[str, int], ours: Mapping[str, int]) -> list[Total]:
    return [Total(each, ours.get(each, 0), theirs.get(each, 0)) for each in sorted({*theirs, *ours})]


def _explained(pairs: Iterable[tuple[str, Entry | None, Posted | None]], ids: Collection[str]) -> Mapping[str, int]:
    """By how much the provider's sums exceed ours because of single movements, by currency."""
    explained: dict[str, int] = defaultdict(int)
    for entry_id, entry, posted in pairs:
        if entry is not None and entry_id in ids:
            explained[entry.currency] += entry.net_minor
        if posted is not None:
            explained[posted.currency] -= posted.net_minor
    return explained


def _overdue(operation: Operation) -> Finding:
    said = f": {operation.problem}" if operation.problem else "."
    return Finding(
        DifferenceKind.OVERDUE,
        about=str(operation.id),
        says=f"A {operation.kind} was first asked for more than a day ago and is not over{said}"[:500],
        currency=operation.currency,
        ours_minor=operation.amount_minor,
    )


def explain(difference_id: UUID, *, reason: str, by: Actor) -> Difference:
    """A person says why the books differ; once nothing of money is open, what waited for it goes on.

    Inside the caller's transaction. Raises DifferenceNotFound, ExplainedByStaffOnly, IllegalMove.
    """
    queries.alone()
    difference = queries.difference_to_change(difference_id)
    service.explain(difference, reason=reason, by=by)
    session().flush()
    _stop_or_let_go(by=by)
    return difference


def _stop_or_let_go(*, by: Actor = SYSTEM) -> None:
    """Until a difference of money is understood, nobody knows what is whose."""
    if queries.stops_releases():
        freezes.freeze(FreezeWhy.RECONCILIATION, CAUSE, by=by, reason="Our books and the provider's differ.")
    else:
        freezes.lift(FreezeWhy.RECONCILIATION, CAUSE, by=by, reason="No difference of money is open any more.")


def alert_staff(run_id: UUID, *, post: Post, public_url: str) -> None:
    """Write to everybody who runs this marketplace what a comparison has found; again under the same id if cut off.

    Raises MailUnavailable, so that the job comes back.
    """
    with transaction():
        run = queries.run(run_id)
        staff = people.staff()
    told = written(run, public_url)
    for person in staff:
        try:
            post.send(Mail(id=f"{run.id}.{person.id}", to=person.email, subject=SUBJECT, text=told))
        except MailRefused as refusal:
            log.warning("the alert of reconciliation %s was refused: %s", run.id, refusal.message)


SUBJECT: Final = "Our books and the payment provider's differ"


def written(run: Reconciliation, public_url: str) -> str:
    """What the staff is told of a run."""
    return (
        f"A comparison with the payment provider's books found {run.differences} differences, {run.opened} of them for "
        f"the first time.\nWhile one of money is open, nothing is released or sent to sellers.\n\n"
        f"See {public_url}/v1/admin/reconciliations/{run.id} and explain them, or put them right.\n"
    )
