"""Our journals as the provider's books would have them, and what earlier comparisons found."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, func, select, text

from marketplace.kernel.database import session
from marketplace.kernel.lifecycle import StateMove
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.ledger.models import Account, AccountKind, Journal, Posting
from marketplace.payments.models import Operation, OperationState, PayoutAccount, ProviderEvent
from marketplace.reconciliation.errors import DifferenceNotFound, ReconciliationNotFound
from marketplace.reconciliation.models import Difference, Reconciliation
from marketplace.reconciliation.paging import DifferenceRequest
from marketplace.reconciliation.states import OF_MONEY, DifferenceKind, DifferenceState
from marketplace.reconciliation.values import Posted

AT_THE_PROVIDER: Final = (AccountKind.STRIPE, AccountKind.STRIPE_FEES)
AT_ONCE: Final = 2_000
ONE_AT_A_TIME: Final = text("select pg_advisory_xact_lock(hashtextextended('reconciliation', 0))")


def posted(references: Collection[str]) -> Mapping[str, Posted]:
    """Our journals under these ids of the provider's."""
    if not references:
        return {}
    rows = session().execute(_journals().where(Journal.reference.in_(references)))
    return {row.reference: _posted(row) for row in rows}


def posted_since(since: datetime | None) -> Iterator[Posted]:
    """Our journals that name an entry of the provider's, written from an instant on, in the order of their ids."""
    last: UUID | None = None
    while True:
        query = _journals().order_by(Journal.id).limit(AT_ONCE)
        if since is not None:
            query = query.where(Journal.created_at >= since)
        if last is not None:
            query = query.where(Journal.id > last)
        rows = session().execute(query).all()
        yield from map(_posted, rows)
        if len(rows) < AT_ONCE:
            return
        last = rows[-1].id


def _journals() -> Select[*tuple[Any, ...]]:
    net = func.coalesce(func.sum(Posting.amount_minor).filter(Account.kind == AccountKind.STRIPE), 0)
    fee = func.coalesce(func.sum(Posting.amount_minor).filter(Account.kind == AccountKind.STRIPE_FEES), 0)
    return (
        select(
            Journal.id,
            Journal.reference,
            Journal.kind,
            Journal.order_id,
            Journal.created_at,
            func.min(Posting.currency).label("currency"),
            net.label("net"),
            fee.label("fee"),
        )
        .join(Posting, Posting.journal_id == Journal.id)
        .join(Account, Account.id == Posting.account_id)
        .where(Account.kind.in_(AT_THE_PROVIDER))
        .group_by(Journal.id)
    )


def _posted(row: Row[Any]) -> Posted:
    return Posted(row.reference, row.kind, row.order_id, row.currency, int(row.net), int(row.fee), row.created_at)


def balances_at_the_provider() -> Mapping[str, int]:
    """What our account of the provider says, by currency."""
    query = (
        select(Account.currency, func.sum(Posting.amount_minor))
        .join(Posting, Posting.account_id == Account.id)
        .where(Account.kind == AccountKind.STRIPE)
        .group_by(Account.currency)
    )
    return {currency: int(minor) for currency, minor in session().execute(query)}


def last_until() -> datetime | None:
    """When the last comparison began to look."""
    return session().scalar(select(func.max(Reconciliation.until)))


def alone() -> None:
    """Let other comparisons that are to be written down wait until this one is."""
    session().execute(ONE_AT_A_TIME)


def unresolved() -> Sequence[Difference]:
    """What is still there, open or explained, to be changed."""
    query = select(Difference).where(Difference.state != DifferenceState.RESOLVED).order_by(Difference.id)
    return session().scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def unresolved_entries() -> Sequence[str]:
    """Ids of entries of which an earlier comparison found a difference that is still there."""
    of_entries = (DifferenceKind.MISSING_HERE, DifferenceKind.UNKNOWN_THERE, DifferenceKind.DIFFERENT)
    query = select(Difference.about).where(
        Difference.state != DifferenceState.RESOLVED, Difference.kind.in_(of_entries)
    )
    return session().scalars(query.order_by(Difference.about)).all()


def stops_releases() -> bool:
    """Whether a difference of money is open."""
    query = select(Difference.id).where(Difference.state == DifferenceState.OPEN, Difference.kind.in_(OF_MONEY))
    return session().scalar(query.limit(1)) is not None


def overdue_operations(before: datetime, *, limit: int = 1000) -> Sequence[Operation]:
    """What the provider was first asked for before an instant, and is not over, oldest first."""
    query = select(Operation).where(Operation.state == OperationState.READY, Operation.first_sent_at < before)
    return session().scalars(query.order_by(Operation.id).limit(limit)).all()


def known_events(ids: Collection[str]) -> frozenset[str]:
    """Those of these events that have reached us."""
    return frozenset(session().scalars(select(ProviderEvent.id).where(ProviderEvent.id.in_(ids))))


def seller_accounts() -> Sequence[str]:
    """Every account of a seller at the provider."""
    query = select(PayoutAccount.provider_id).where(PayoutAccount.provider_id.is_not(None))
    return [each for each in session().scalars(query.order_by(PayoutAccount.provider_id)) if each is not None]


def run(run_id: UUID) -> Reconciliation:
    """One comparison. Raises ReconciliationNotFound."""
    found = session().get(Reconciliation, run_id)
    if found is None:
        raise ReconciliationNotFound("There was no such reconciliation.")
    return found


def page_of_runs(request: PageRequest) -> Page[Reconciliation]:
    """Comparisons, newest first."""
    return newest_first(select(Reconciliation), Reconciliation.id, request)


def difference_to_change(difference_id: UUID) -> Difference:
    """One difference, locked. Raises DifferenceNotFound."""
    query = select(Difference).where(Difference.id == difference_id).with_for_update()
    found = session().scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise DifferenceNotFound("No reconciliation has found such a difference.")
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """A difference, and what became of it."""

    difference: Difference
    moves: Sequence[StateMove]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.difference, name)


def told(difference_id: UUID) -> Told:
    """One difference. Raises DifferenceNotFound."""
    found = session().get(Difference, difference_id, populate_existing=True)
    if found is None:
        raise DifferenceNotFound("No reconciliation has found such a difference.")
    return Told(found, _moves_of([found.id])[found.id])


def page_of_differences(wanted: DifferenceRequest) -> Page[Told]:
    """Differences, newest first: in a state, or all that one comparison was the first to find."""
    query = select(Difference)
    if wanted.found_in is not None:
        query = query.where(Difference.found_in == wanted.found_in)
    else:
        query = query.where(Difference.state == wanted.state)
    page = newest_first(query, Difference.id, wanted)
    moves = _moves_of([each.id for each in page.items])
    return Page([Told(each, moves[each.id]) for each in page.items], page.next_cursor)


def _moves_of(difference_ids: Collection[UUID]) -> Mapping[UUID, list[StateMove]]:
    query = select(StateMove).where(StateMove.subject_id.in_(difference_ids)).order_by(StateMove.id)
    found: dict[UUID, list[StateMove]] = {each: [] for each in difference_ids}
    for move in session().scalars(query):
        found[move.subject_id].append(move)
    return found
