"""From upload to attachment: the file is bounded, sniffed and stored; then it lies beside an order or a request."""

from collections.abc import Callable
from typing import BinaryIO

from marketplace.attachments import queries, rules, service
from marketplace.attachments.kinds import sniff
from marketplace.attachments.models import Attachment, Place
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.transaction import transaction
from marketplace.parts.ports import FileStore
from marketplace.workflows.intake import Once, Upload, each_time


def attach(
    upload: Upload, find: Callable[[], Place], *, store: FileStore, by: Actor, once: Once = each_time
) -> Attachment:
    """Lay a file at the place that `find` finds; nothing is kept of one that is refused.

    Raises RoleTooSmall below operator, what `find` raises, EmptyFile, TruncatedFile, AttachmentKindUnknown,
    FileTooLarge, StorageFull, TooManyAttachments.
    """
    with transaction():
        by.needs(Role.OPERATOR)
        find()
    kept = store.store(upload.stream, most_bytes=rules.MOST_BYTES, sniff=sniff)
    with transaction():
        place = find()
        queries.lock(place)
        attachment_id = once(lambda: service.attach(place, kept, file_name=upload.file_name, by=by).id)
        return queries.attachment(attachment_id)


def hand_out(find: Callable[[], Attachment], *, store: FileStore) -> tuple[BinaryIO, Attachment]:
    """The file of the attachment that `find` finds, open for reading. Raises what `find` raises, FileMissing."""
    with transaction():
        attachment = find()
    return store.open(attachment.sha256), attachment
