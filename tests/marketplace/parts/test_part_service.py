import threading
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.adapters.files_on_disk import FilesOnDisk
from marketplace.geometry.outcomes import Crashed, Measured
from marketplace.geometry.values import FileKind, Units
from marketplace.kernel.actor import SYSTEM, Role
from marketplace.kernel.database import session
from marketplace.kernel.errors import Forbidden
from marketplace.kernel.paging import PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.parts import queries, rules, service
from marketplace.parts.errors import (
    FileMissing,
    FileWasRefused,
    RevisionNotFound,
    StillMeasuring,
    TooManyRevisions,
    UnitsAreFinal,
    UnitsDeclaredOtherwise,
    UnitsUnconfirmed,
)
from marketplace.parts.models import FileAccess
from marketplace.parts.ports import Kept
from marketplace.workflows.handing_out import hand_out
from tests import uploads

KEPT = Kept("a" * 64, 10, FileKind.STL)


@pytest.fixture
def owner(in_app, make_organisation):
    return make_organisation().actor


@pytest.fixture
def make_revision(owner):
    """A revision of a new part; settled with an outcome if one is given."""

    def make(outcome=None, kept=KEPT):
        with transaction():
            part = service.create("Clip", by=owner)
            revision = service.revise(part, kept, file_name="clip.stl", by=owner)
            if outcome is not None:
                service.settle(revision, outcome)
            return queries.revision(revision.id)

    return make


@pytest.fixture
def cube(make_revision):
    """A measured cube of 10 units, its units not confirmed."""
    return make_revision(Measured(uploads.a_cube(10)))


def confirm(revision, units, by):
    with transaction():
        found = queries.revision_for_confirming(by, revision.part_id, revision.number)
        return service.confirm_units(found, units, by=by)


def test_the_units_of_an_stl_multiply_what_was_measured(cube, owner):
    confirmed = confirm(cube, Units.INCH, owner)

    session().expire_all()
    with transaction():
        facts = service.priceable(queries.revision(confirmed.id))
    assert facts.box_mm == (254.0, 254.0, 254.0)
    assert facts.volume_mm3 == pytest.approx(254.0**3)


def test_units_are_confirmed_once_and_saying_the_same_again_changes_nothing(cube, owner):
    confirm(cube, Units.INCH, owner)
    again = confirm(cube, Units.INCH, owner)
    assert again.facts.box_mm == (254.0, 254.0, 254.0)

    with pytest.raises(UnitsAreFinal):
        confirm(cube, Units.MM, owner)
    assert again.units is Units.INCH


def test_of_two_who_confirm_different_units_at_once_one_is_refused(cube, owner, in_app):
    outcomes = []

    def say(units):
        with in_app.app_context():
            try:
                outcomes.append(confirm(cube, units, owner).facts.box_mm[0])
            except UnitsAreFinal:
                outcomes.append("final")

    threads = [threading.Thread(target=say, args=(units,)) for units in (Units.INCH, Units.CM)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count("final") == 1
    session().expire_all()
    with transaction():
        revision = queries.revision(cube.id)
    assert revision.facts.box_mm[0] == (254.0 if revision.units is Units.INCH else 100.0)
    assert revision.facts.box_mm[0] in outcomes


def test_a_step_file_keeps_its_own_units(make_revision, owner):
    bracket = make_revision(
        Measured(uploads.a_cube(kind=FileKind.STEP, units=Units.INCH)), Kept("b" * 64, 10, FileKind.STEP)
    )
    with pytest.raises(UnitsDeclaredOtherwise):
        confirm(bracket, Units.MM, owner)
    assert confirm(bracket, Units.INCH, owner).facts.box_mm == (10, 10, 10)


def test_nothing_is_confirmed_or_priced_before_it_is_measured(make_revision, owner):
    waiting = make_revision()
    with pytest.raises(StillMeasuring):
        confirm(waiting, Units.MM, owner)
    with pytest.raises(StillMeasuring):
        service.priceable(waiting)


def test_nothing_is_confirmed_or_priced_that_was_refused(make_revision, owner):
    refused = make_revision(Crashed(11))
    with pytest.raises(FileWasRefused) as refusal:
        confirm(refused, Units.MM, owner)
    assert refusal.value.details["why"]["code"] == "file_crashes_kernel"
    with pytest.raises(FileWasRefused):
        service.priceable(refused)


def test_nothing_is_priced_before_its_units_are_confirmed(cube):
    with pytest.raises(UnitsUnconfirmed):
        service.priceable(cube)


def test_the_first_outcome_stands(cube):
    with transaction():
        service.settle(queries.revision_for_settling(cube.id), Crashed(11))
    assert cube.facts == uploads.a_cube(10)


def test_a_part_in_doubtful_units_is_remarked_on(make_revision):
    tiny = make_revision(Measured(uploads.a_cube(0.4)))
    huge = make_revision(Measured(uploads.a_cube(2001)), Kept("c" * 64, 10, FileKind.STL))

    assert all("units_too_small" in [finding.rule for finding in found] for found in tiny.findings.values())
    assert all("units_too_large" in [finding.rule for finding in found] for found in huge.findings.values())
    assert {"cnc_milling", "fdm", "turning", "laser_cutting"} <= set(tiny.findings)


def test_a_part_has_a_bounded_number_of_revisions(cube, owner, monkeypatch):
    monkeypatch.setattr(rules, "MOST_REVISIONS", 1)
    with transaction(), pytest.raises(TooManyRevisions):
        service.revise(queries.for_revising(owner, cube.part_id), KEPT, file_name="clip.stl", by=owner)


def test_a_viewer_changes_nothing(cube, make_member, owner, make_organisation):
    person = make_organisation()
    viewer = make_member(person, Role.VIEWER).actor
    with transaction(), pytest.raises(Forbidden):
        service.create("Clip", by=viewer)
    with transaction(), pytest.raises(Forbidden):
        service.confirm_units(cube, Units.MM, by=viewer)


@pytest.fixture
def store(tmp_path):
    return FilesOnDisk(tmp_path / "files")


@pytest.fixture
def stored(make_revision, store):
    """A revision whose file is there."""
    return make_revision(
        kept=store.store(uploads.stream(uploads.STL), most_bytes=1 << 20, sniff=lambda path: FileKind.STL)
    )


def accesses(revision):
    with transaction():
        return queries.accesses(revision.id, PageRequest()).items


def test_whoever_is_handed_a_file_is_written_down(stored, store, make_organisation):
    factory = make_organisation("Shop", hats=("factory",)).actor

    hand_out(stored, store=store, by=factory).close()

    (access,) = accesses(stored)
    assert access.organisation.name == "Shop"
    assert access.user_id == factory.user_id


def test_whoever_is_not_handed_a_file_is_not_written_down(cube, store, owner):
    with pytest.raises(FileMissing):
        hand_out(cube, store=store, by=owner)

    assert accesses(cube) == []


def test_nobody_is_handed_a_file_who_cannot_be_written_down(stored, store, owner):
    opened = []

    class Watched(FilesOnDisk):
        def open(self, sha256):
            opened.append(super().open(sha256))
            return opened[0]

    nobody = replace(owner, user_id=UUID(int=0))
    with pytest.raises(IntegrityError):
        hand_out(stored, store=Watched(store.folder), by=nobody)

    assert [file.closed for file in opened] == [True]
    assert accesses(stored) == []


def test_what_was_handed_out_is_the_file(stored, store):
    with hand_out(stored, store=store, by=SYSTEM) as file:
        assert file.read() == uploads.STL


def test_the_access_log_cannot_be_rewritten(cube, owner, tmp_path):
    with transaction():
        session().add(FileAccess(revision_id=cube.id, user_id=owner.user_id, organisation_id=owner.organisation_id))
    with pytest.raises(Exception, match="append-only"), transaction():
        session().execute(text("delete from file_accesses"))
    with transaction():
        assert len(session().scalars(select(FileAccess)).all()) == 1


def test_another_organisations_revision_does_not_exist(cube, make_organisation):
    stranger = make_organisation().actor
    for look in (queries.revision_for_customer, queries.revision_for_confirming):
        with transaction(), pytest.raises(RevisionNotFound):
            look(stranger, cube.part_id, 1)
