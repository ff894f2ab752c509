"""From upload to measured part: the file is stored, a revision and a job commit together, a worker measures it."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import BinaryIO, Final
from uuid import UUID

from marketplace.attachments import queries as attachments
from marketplace.disputes import queries as disputes
from marketplace.geometry.outcomes import Measured, Outcome, Refused
from marketplace.geometry.ports import Measurer
from marketplace.geometry.sniffing import sniff
from marketplace.geometry.values import FileKind, Measurement
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.transaction import transaction
from marketplace.parts import queries, rules, service
from marketplace.parts.models import Part, Revision, RevisionState
from marketplace.parts.ports import FileStore, Kept

log: Final = logging.getLogger("commonforge.intake")

GIVE_UP_AFTER: Final = timedelta(hours=1)
"""How long our own faults may keep a customer waiting. A job is tried for more than two hours (jobs.worker.RETRY)."""

UNKNOWN_AFTER: Final = timedelta(hours=1)
"""A stored file that no row names by then belongs to an upload that was cut off."""

Once = Callable[[Callable[[], UUID]], UUID]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it comes in; the name is the sender's and not to be trusted."""

    stream: BinaryIO
    file_name: str
    name: str | None = None
    """What the customer calls the part."""


def each_time(make: Callable[[], UUID]) -> UUID:
    """Make the thing whenever asked: for callers without an idempotency key."""
    return make()


def receive(upload: Upload, *, store: FileStore, most_bytes: int, by: Actor, once: Once = each_time) -> Part:
    """A new part with its first revision, to be measured; nothing is kept of a file that is refused.

    Raises RoleTooSmall, what `sniff` raises, FileTooLarge and StorageFull.
    """
    with transaction():
        by.needs(Role.OPERATOR)
    kept = store.store(upload.stream, most_bytes=most_bytes, sniff=sniff)
    with transaction():
        part_id = once(lambda: _part(upload, kept, by).id)
        return queries.for_customer(by, part_id)


def revise(
    part_id: UUID, upload: Upload, *, store: FileStore, most_bytes: int, by: Actor, once: Once = each_time
) -> Revision:
    """The next revision of a part, to be measured. Raises PartNotFound, TooManyRevisions, and as `receive` does."""
    with transaction():
        by.needs(Role.OPERATOR)
        queries.for_customer(by, part_id)
    kept = store.store(upload.stream, most_bytes=most_bytes, sniff=sniff)
    with transaction():
        part = queries.for_revising(by, part_id)
        revision_id = once(lambda: _revision(part, upload, kept, by).id)
        return queries.revision(revision_id)


def measure(revision_id: str, *, store: FileStore, measurer: Measurer) -> None:
    """The job behind a new revision: have its file measured and write down how that ended. Safe to run twice.

    Whatever is the file's fault ends in a refusal. Our own faults raise, so that the job is tried again; once they
    have lasted for GIVE_UP_AFTER the customer is told.
    """
    with transaction():
        revision = queries.revision(UUID(revision_id))
        earlier = queries.measured_before(revision.sha256, measurer.engine(revision.file.kind))
    if revision.state is not RevisionState.MEASURING:
        return
    outcome = Measured(Measurement.from_json(earlier)) if earlier else _measured(revision, store, measurer)
    with transaction():
        service.settle(queries.revision_for_settling(revision.id), outcome)


def clear_away(*, store: FileStore) -> None:
    """Let go of files that were stored for an upload that never committed."""
    then = clock.now() - UNKNOWN_AFTER
    for hashes in _batches(store.stored_before(then), 500):
        with transaction():
            known = queries.known_files(hashes) | attachments.known_files(hashes) | disputes.known_files(hashes)
        for sha256 in set(hashes) - known:
            log.info("nobody knows file %s; deleting it", sha256)
            store.delete(sha256, if_before=then)


def _part(upload: Upload, kept: Kept[FileKind], by: Actor) -> Part:
    file_name = rules.shown_name(upload.file_name, kept.kind)
    part = service.create(upload.name or rules.stem(file_name), by=by)
    service.revise(part, kept, file_name=file_name, by=by)
    return part


def _revision(part: Part, upload: Upload, kept: Kept[FileKind], by: Actor) -> Revision:
    return service.revise(part, kept, file_name=rules.shown_name(upload.file_name, kept.kind), by=by)


def _measured(revision: Revision, store: FileStore, measurer: Measurer) -> Outcome:
    try:
        with store.at_hand(revision.sha256) as path:
            return measurer.measure(path, revision.file.kind)
    except Exception:
        if clock.now() - revision.created_at < GIVE_UP_AFTER:
            raise
        log.exception("revision %s was not measured in time", revision.id)
        return Refused("not_measured", "We could not measure this file; the fault is ours. Please upload it again.")


def _batches(hashes: Iterable[str], size: int) -> Iterator[list[str]]:
    remaining = iter(hashes)
    while batch := list(islice(remaining, size)):
        yield batch
