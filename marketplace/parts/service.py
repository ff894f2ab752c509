"""Verbs on parts: create, revise, settle what was measured, confirm units."""

from sqlalchemy.dialects.postgresql import insert

from marketplace.audit import service as audit
from marketplace.geometry.outcomes import Measured, Outcome
from marketplace.geometry.values import FileKind, Measurement, Units
from marketplace.jobs.queue import Task, later
from marketplace.kernel.actor import SYSTEM, Actor, Role
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.parts import queries, rules
from marketplace.parts.errors import FileWasRefused, StillMeasuring, TooManyRevisions, UnitsAreFinal, UnitsUnconfirmed
from marketplace.parts.models import FileMeasurement, Part, Preview, Revision, RevisionState, StoredFile
from marketplace.parts.ports import Kept


def create(name: str, *, by: Actor) -> Part:
    """A new part of the actor's organisation, still without a revision. Raises RoleTooSmall below operator."""
    by.needs(Role.OPERATOR)
    part = Part(id=new_id(), organisation_id=by.organisation, name=name, created_by=by.user_id)
    session().add(part)
    audit.record(by, "part.created", part, name=name)
    return part


def revise(part: Part, kept: Kept[FileKind], *, file_name: str, by: Actor) -> Revision:
    """The part's next revision, made of a stored file, and the job that measures it.

    Raises RoleTooSmall below operator, TooManyRevisions.
    """
    by.needs(Role.OPERATOR)
    number = queries.next_number(part.id)
    if number > rules.MOST_REVISIONS:
        raise TooManyRevisions(f"A part has at most {rules.MOST_REVISIONS} revisions; make a new part.")
    _know(kept)
    revision = Revision(id=new_id(), part_id=part.id, number=number, sha256=kept.sha256, file_name=file_name)
    revision.state = RevisionState.MEASURING
    session().add(revision)
    session().flush()
    audit.record(by, "revision.uploaded", revision, part_id=str(part.id), sha256=kept.sha256)
    later(Task.MEASURE_REVISION, lock=f"measure {kept.sha256}", revision_id=str(revision.id))
    return revision


def settle(revision: Revision, outcome: Outcome) -> None:
    """Write down how measuring ended; a revision that is settled already stays as it is."""
    if revision.state is not RevisionState.MEASURING:
        return
    if isinstance(outcome, Measured):
        _remember(revision.sha256, outcome)
        revision.measurement = outcome.measurement.as_json()
        revision.move(RevisionState.MEASURED, by=SYSTEM)
    else:
        revision.refusal = {"code": outcome.code, "message": outcome.message}
        revision.move(RevisionState.REFUSED, by=SYSTEM, reason=outcome.code)


def confirm_units(revision: Revision, units: Units, *, by: Actor) -> Revision:
    """The customer says in which units the file was drawn, once and for all; a mistake is mended by a new revision.

    Raises RoleTooSmall below operator, StillMeasuring, FileWasRefused, UnitsAreFinal, UnitsDeclaredOtherwise,
    OutOfRange.
    """
    by.needs(Role.OPERATOR)
    measurement = measured(revision)
    if revision.units is units:
        return revision
    if revision.units is not None:
        raise UnitsAreFinal(
            f"The units of this revision were confirmed as {revision.units}. If that was wrong, upload the file as a"
            " new revision.",
            confirmed=revision.units,
        )
    revision.measurement = rules.in_units(measurement, units).as_json()
    revision.units = units
    audit.record(by, "revision.units_confirmed", revision, units=units)
    return revision


def measured(revision: Revision) -> Measurement:
    """What the kernel found, under the confirmed units. Raises StillMeasuring, FileWasRefused."""
    if revision.state is RevisionState.MEASURING:
        raise StillMeasuring("The file is still being measured; try again in a moment.")
    facts = revision.facts
    if facts is None:
        raise FileWasRefused("The file of this revision could not be measured; upload another.", why=revision.refusal)
    return facts


def priceable(revision: Revision) -> Measurement:
    """What a price may be computed from. Raises StillMeasuring, FileWasRefused, UnitsUnconfirmed."""
    measurement = measured(revision)
    if revision.units is None:
        raise UnitsUnconfirmed("Confirm first in which units the file was drawn.")
    return measurement


def _know(kept: Kept[FileKind]) -> None:
    row = insert(StoredFile).values(sha256=kept.sha256, size_bytes=kept.size_bytes, kind=kept.kind)
    session().execute(row.on_conflict_do_nothing())


def _remember(sha256: str, measured: Measured) -> None:
    """For the next who uploads the same file; whoever comes first stays, with the pictures of the same pass."""
    engine = measured.measurement.engine
    row = insert(FileMeasurement).values(sha256=sha256, engine=engine, outcome=measured.measurement.as_json())
    session().execute(row.on_conflict_do_nothing())
    if pictures := measured.pictures:
        model = pictures.model or None
        drawn = insert(Preview).values(sha256=sha256, engine=engine, thumbnail=pictures.thumbnail, model=model)
        session().execute(drawn.on_conflict_do_nothing())
