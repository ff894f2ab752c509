"""Parts and revisions, by who may see them: what is another organisation's does not exist."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, defer, joinedload, selectinload

from marketplace.kernel import paging
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest
from marketplace.parts.errors import PartNotFound, PictureNotFound, RevisionNotFound
from marketplace.parts.models import FileAccess, FileMeasurement, Part, Preview, Revision, StoredFile

TO_QUOTE: Final = (
    select(Revision)
    .join(Revision.part)
    .where(
        Part.organisation_id == bindparam("organisation_id", type_=Uuid),
        Revision.id == bindparam("revision_id", type_=Uuid),
    )
)
"""Built once: every quote asks it."""


def page_for_customer(by: Actor, request: PageRequest) -> Page[Part]:
    """The organisation's parts, newest first, each with its revisions, but not what was measured in them."""
    return paging.newest_first(_owned_by(by), Part.id, request)


def for_customer(by: Actor, part_id: UUID) -> Part:
    """One part of the organisation with its revisions, but not what was measured in them. Raises PartNotFound."""
    return _there(session().scalar(_owned_by(by).where(Part.id == part_id)))


def for_revising(by: Actor, part_id: UUID) -> Part:
    """One part of the organisation, locked so that its revisions are numbered one after another."""
    query = select(Part).where(Part.organisation_id == by.organisation, Part.id == part_id).with_for_update()
    return _there(session().scalar(query))


def next_number(part_id: UUID) -> int:
    """The number of the next revision; asked with the part locked."""
    return (session().scalar(select(func.max(Revision.number)).where(Revision.part_id == part_id)) or 0) + 1


def revision_for_customer(by: Actor, part_id: UUID, number: int) -> Revision:
    """One revision of a part of the organisation. Raises RevisionNotFound."""
    query = _whole_revisions().where(Part.organisation_id == by.organisation, Part.id == part_id)
    return _found(session().scalar(query.where(Revision.number == number)))


def revision_for_confirming(by: Actor, part_id: UUID, number: int) -> Revision:
    """The same, locked and read afresh: of two who confirm units at once, the second sees the first's."""
    query = _whole_revisions().where(Part.organisation_id == by.organisation, Part.id == part_id)
    locked = query.where(Revision.number == number).with_for_update(of=Revision)
    return _found(session().scalar(locked.execution_options(populate_existing=True)))


def revision_to_quote(by: Actor, revision_id: UUID) -> Revision:
    """One revision of the organisation by its own id, without its part, file and pictures. Raises RevisionNotFound."""
    return _found(
        session().execute(TO_QUOTE, {"organisation_id": by.organisation, "revision_id": revision_id}).scalar()
    )


def revision(revision_id: UUID) -> Revision:
    """A revision, whoever owns it: for the house itself, and for those who were given a job on it."""
    return _found(session().scalar(_whole_revisions().where(Revision.id == revision_id)))


def revision_for_settling(revision_id: UUID) -> Revision:
    """A revision, locked and read afresh, to write down what was measured."""
    locked = _whole_revisions().where(Revision.id == revision_id).with_for_update(of=Revision)
    return _found(session().scalar(locked.execution_options(populate_existing=True)))


def measured_before(sha256: str, engine: str) -> dict[str, Any] | None:
    """What this engine measured in the same file, for whomever that was."""
    return session().scalar(
        select(FileMeasurement.outcome).where(FileMeasurement.sha256 == sha256, FileMeasurement.engine == engine)
    )


def thumbnail(revision: Revision) -> bytes:
    """The small picture of a revision's file, as PNG. Raises PictureNotFound."""
    return _drawn(session().scalar(_preview(revision, Preview.thumbnail)))


def model(revision: Revision) -> bytes:
    """The model of a revision's file for a viewer, as binary glTF. Raises PictureNotFound."""
    return _drawn(session().scalar(_preview(revision, Preview.model)))


def accesses(revision_id: UUID, request: PageRequest) -> Page[FileAccess]:
    """Who was given the bytes of a revision, newest first."""
    query = select(FileAccess).where(FileAccess.revision_id == revision_id)
    named = query.options(joinedload(FileAccess.organisation), joinedload(FileAccess.user))
    return paging.newest_first(named, FileAccess.id, request)


def known_files(hashes: Collection[str]) -> set[str]:
    """Those of the hashes that some row names."""
    return set(session().scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(hashes))))


def _owned_by(by: Actor) -> Select[Part]:
    revisions = selectinload(Part.revisions).options(
        joinedload(Revision.file),
        defer(Revision.measurement, raiseload=True),
        defer(Revision.refusal, raiseload=True),
    )
    return select(Part).where(Part.organisation_id == by.organisation).options(revisions)


def _whole_revisions() -> Select[Revision]:
    joined = select(Revision).join(Revision.part).join(Revision.file).outerjoin(Revision.preview)
    return joined.options(
        contains_eager(Revision.part), contains_eager(Revision.file), contains_eager(Revision.preview)
    )


def _preview(revision: Revision, picture: InstrumentedAttribute[Any]) -> Select[Any]:
    engine = (revision.measurement or {}).get("engine")
    return select(picture).where(Preview.sha256 == revision.sha256, Preview.engine == engine)


def _drawn(picture: bytes | None) -> bytes:
    if picture is None:
        raise PictureNotFound("There is no such picture: not measured yet, or a drawing, which has no model.")
    return picture


def _there(part: Part | None) -> Part:
    if part is None:
        raise PartNotFound("There is no such part among yours.")
    return part


def _found(revision: Revision | None) -> Revision:
    if revision is None:
        raise RevisionNotFound("There is no such revision among your parts.")
    return revision
