"""An order's whole record as one ZIP file: its chapters are read in one snapshot, its files copied, all of it hashed.

The same content gives the same bytes: files in the order of their paths, stored as they are (no compression, whose
output differs between versions), under the date that ZIP begins with (APPNOTE 6.3.10 §4.4.6).
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Final
from uuid import UUID

from sqlalchemy import text

from marketplace.attachments.models import Side
from marketplace.kernel import transaction as transactions
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.documents import Typesetter
from marketplace.kernel.errors import Conflict
from marketplace.kernel.transaction import transaction
from marketplace.parts.ports import FileStore
from marketplace.workflows.chapters import (
    attachments,
    claims,
    documents,
    inspections,
    messages,
    orders,
    production,
    queries,
    quotes,
    shipments,
)
from marketplace.workflows.chapters.values import Chapter, File, Made, Printed, Scope, Stored, Written, as_json

CHAPTERS: Final[tuple[Chapter, ...]] = (
    orders.chapter,
    quotes.chapter,
    production.chapter,
    inspections.chapter,
    shipments.chapter,
    claims.chapter,
    documents.chapter,
    messages.chapter,
    attachments.chapter,
)
"""What an archive tells. Whoever has more to tell adds a chapter of their own."""

MOST_BYTES: Final = 512 * 2**20
MOST_PRINTED: Final = 100
"""Papers of one archive: setting one takes some hundredths of a second. The manifest names what is not printed."""
IN_MEMORY: Final = 4 * 2**20
PIECE_BYTES: Final = 1 << 20
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
FORMAT: Final = "commonforge-archive/1"


class ArchiveTooLarge(Conflict):
    """The files beside the order are more than one archive holds; save them one by one."""

    code = "archive_too_large"


@dataclass(frozen=True, slots=True)
class Workshop:
    """What an archive is made with: where its files lie, who sets its papers, where its records are verified."""

    store: FileStore
    typesetter: Typesetter
    verify_at: str


def of_order(order_id: UUID, *, workshop: Workshop, by: Actor) -> IO[bytes]:
    """The customer's archive of their order, open for reading. Raises OrderNotFound, ArchiveTooLarge, FileMissing."""
    return _archive(
        lambda: Scope(Side.CUSTOMER, *queries.order_of_customer(by, order_id), workshop.verify_at), workshop
    )


def of_job(job_id: UUID, *, workshop: Workshop, by: Actor) -> IO[bytes]:
    """The factory's archive of its job, open for reading. Raises JobNotFound, ArchiveTooLarge, FileMissing."""
    return _archive(lambda: Scope(Side.FACTORY, *queries.job_of_factory(by, job_id), workshop.verify_at), workshop)


def _archive(find: Callable[[], Scope], workshop: Workshop) -> IO[bytes]:
    transactions.end_reading()
    with transaction():
        session().execute(text("set transaction isolation level repeatable read, read only"))
        scope = find()
        files = sorted((file for chapter in CHAPTERS for file in chapter(scope)), key=lambda file: file.path)
    _refuse_if_too_large(sum(each.size_bytes for each in files if isinstance(each, Stored)))
    return _zipped(scope, files, workshop)


def _refuse_if_too_large(size_bytes: int) -> None:
    if size_bytes > MOST_BYTES:
        raise ArchiveTooLarge(f"An archive holds {MOST_BYTES >> 20} MB; save the files of this order one by one.")


def _zipped(scope: Scope, files: Sequence[File], workshop: Workshop) -> IO[bytes]:
    archive: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever is handed it closes it
    not_printed = [each for each in files if isinstance(each, Printed)][MOST_PRINTED:]
    try:
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as made:
            told = list(_added(made, [each for each in files if each not in not_printed], workshop))
            manifest = _manifest(scope, told, not_printed=[each.path for each in not_printed])
            _add(made, as_json("manifest.json", manifest), workshop.store)
    except BaseException:
        archive.close()
        raise
    archive.seek(0)
    return archive


def _added(made: zipfile.ZipFile, files: Sequence[File], workshop: Workshop) -> Iterator[dict[str, object]]:
    """Make and copy one file after another into the archive. Raises ArchiveTooLarge."""
    size_bytes = 0
    for each in files:
        file = _made(each, workshop.typesetter)
        size_bytes += _size(file)
        _refuse_if_too_large(size_bytes)
        yield {"path": file.path, "size_bytes": _size(file), "sha256": _add(made, file, workshop.store)}


def _manifest(scope: Scope, told: Sequence[dict[str, object]], *, not_printed: Sequence[str]) -> dict[str, object]:
    """Every file with its SHA-256, so that anyone can tell whether one was changed."""
    head = {"format": FORMAT, "side": scope.side, "order_number": scope.order.number}
    return {**head, "files": told, "not_printed": not_printed}


def _made(file: File, typesetter: Typesetter) -> Written | Stored:
    """What is made when its turn comes is made now."""
    if isinstance(file, Made):
        return Written(file.path, file.make())
    if isinstance(file, Printed):
        return Written(file.path, typesetter.pdf(file.template, file.figures(), made_at=file.made_at))
    return file


def _add(made: zipfile.ZipFile, file: Written | Stored, store: FileStore) -> str:
    """Copy one file into the archive; its SHA-256."""
    entry, digest = zipfile.ZipInfo(file.path, EPOCH), hashlib.sha256()
    entry.create_system, entry.external_attr, entry.file_size = 3, 0o100644 << 16, _size(file)
    with made.open(entry, "w") as into:
        for piece in _pieces(file, store):
            digest.update(piece)
            into.write(piece)
    return digest.hexdigest()


def _pieces(file: Written | Stored, store: FileStore) -> Iterator[bytes]:
    if isinstance(file, Written):
        yield file.content
        return
    with store.open(file.sha256) as held:
        while piece := held.read(PIECE_BYTES):
            yield piece


def _size(file: Written | Stored) -> int:
    return file.size_bytes if isinstance(file, Stored) else len(file.content)
