"""An order's whole record as one ZIP file: its chapters are read in one snapshot, its files copied, all of it hashed.

The same content gives the same bytes: files in the order of their paths, stored as they are (no compression, whose
output differs between versions), under the date that ZIP begins with (APPNOTE 6.3.10 §4.4.6).
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Final
from uuid import UUID

from sqlalchemy import text

from marketplace.attachments.models import Side
from marketplace.kernel import transaction as transactions
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.errors import Conflict
from marketplace.kernel.transaction import transaction
from marketplace.parts.ports import FileStore
from marketplace.workflows.chapters import attachments, messages, orders, production, queries, quotes
from marketplace.workflows.chapters.values import Chapter, File, Scope, Stored, Written, as_json

CHAPTERS: Final[tuple[Chapter, ...]] = (
    orders.chapter,
    quotes.chapter,
    production.chapter,
    messages.chapter,
    attachments.chapter,
)
"""What an archive tells. Whoever has more to tell adds a chapter of their own."""

MOST_BYTES: Final = 512 * 2**20
IN_MEMORY: Final = 4 * 2**20
PIECE_BYTES: Final = 1 << 20
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
FORMAT: Final = "commonforge-archive/1"


class ArchiveTooLarge(Conflict):
    """The files beside the order are more than one archive holds; save them one by one."""

    code = "archive_too_large"


def of_order(order_id: UUID, *, store: FileStore, by: Actor) -> IO[bytes]:
    """The customer's archive of their order, open for reading. Raises OrderNotFound, ArchiveTooLarge, FileMissing."""
    return _archive(lambda: Scope(Side.CUSTOMER, *queries.order_of_customer(by, order_id)), store)


def of_job(job_id: UUID, *, store: FileStore, by: Actor) -> IO[bytes]:
    """The factory's archive of its job, open for reading. Raises JobNotFound, ArchiveTooLarge, FileMissing."""
    return _archive(lambda: Scope(Side.FACTORY, *queries.job_of_factory(by, job_id)), store)


def _archive(find: Callable[[], Scope], store: FileStore) -> IO[bytes]:
    transactions.end_reading()
    with transaction():
        session().execute(text("set transaction isolation level repeatable read, read only"))
        scope = find()
        files = sorted((file for chapter in CHAPTERS for file in chapter(scope)), key=lambda file: file.path)
    if sum(map(_size, files)) > MOST_BYTES:
        raise ArchiveTooLarge(f"An archive holds {MOST_BYTES >> 20} MB; save the files of this order one by one.")
    return _zipped(scope, files, store)


def _zipped(scope: Scope, files: Sequence[File], store: FileStore) -> IO[bytes]:
    archive: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever is handed it closes it
    try:
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as made:
            told = [{"path": each.path, "size_bytes": _size(each), "sha256": _add(made, each, store)} for each in files]
            _add(made, as_json("manifest.json", _manifest(scope, told)), store)
    except BaseException:
        archive.close()
        raise
    archive.seek(0)
    return archive


def _manifest(scope: Scope, told: Sequence[dict[str, object]]) -> dict[str, object]:
    """Every file with its SHA-256, so that anyone can tell whether one was changed."""
    return {"format": FORMAT, "side": scope.side, "order_number": scope.order.number, "files": told}


def _add(made: zipfile.ZipFile, file: File, store: FileStore) -> str:
    """Copy one file into the archive; its SHA-256."""
    entry, digest = zipfile.ZipInfo(file.path, EPOCH), hashlib.sha256()
    entry.create_system, entry.external_attr, entry.file_size = 3, 0o100644 << 16, _size(file)
    with made.open(entry, "w") as into:
        for piece in _pieces(file, store):
            digest.update(piece)
            into.write(piece)
    return digest.hexdigest()


def _pieces(file: File, store: FileStore) -> Iterator[bytes]:
    if isinstance(file, Written):
        yield file.content
        return
    with store.open(file.sha256) as held:
        while piece := held.read(PIECE_BYTES):
            yield piece


def _size(file: File) -> int:
    return file.size_bytes if isinstance(file, Stored) else len(file.content)
