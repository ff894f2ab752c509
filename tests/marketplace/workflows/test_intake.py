import os
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from marketplace.adapters.files_on_disk import FilesOnDisk
from marketplace.adapters.geometry_kernel.measurer import KernelMeasurer
from marketplace.audit.models import AuditEvent
from marketplace.geometry.errors import EmptyFile, FileTooLarge, LengthMismatch, TruncatedFile, UnknownFileType
from marketplace.geometry.outcomes import Crashed, OutOfMemory, Pictures, Refused, TimedOut
from marketplace.geometry.values import FileKind
from marketplace.kernel import clock
from marketplace.kernel.actor import Role
from marketplace.kernel.database import session
from marketplace.kernel.errors import Unavailable
from marketplace.kernel.lifecycle import StateMove
from marketplace.kernel.transaction import transaction
from marketplace.parts import queries
from marketplace.parts.errors import FileMissing, PartNotFound, PictureNotFound
from marketplace.parts.models import FileMeasurement, Part, Preview, Revision, RevisionState, StoredFile
from marketplace.workflows import intake
from tests import uploads

TABLES = (Part, Revision, StoredFile, FileMeasurement, AuditEvent)


@pytest.fixture
def store(tmp_path):
    return FilesOnDisk(tmp_path / "files")


@pytest.fixture
def owner(in_app, make_organisation):
    return make_organisation().actor


@pytest.fixture
def receive(store, owner):
    def receive(content=uploads.STL, *, name="Clip", file_name="clip.stl", by=owner, **options):
        upload = intake.Upload(uploads.stream(content), file_name, name)
        return intake.receive(upload, store=store, most_bytes=1 << 20, by=by, **options)

    return receive


def rows(*tables):
    with transaction():
        return {table.__tablename__: len(session().scalars(select(table)).all()) for table in tables}


def jobs():
    with transaction():
        asked = "select task_name, queue_name, lock, args from procrastinate_jobs order by id"
        return session().execute(text(asked)).all()


def read(revision_id):
    """The revision as it is in the database."""
    session().expire_all()
    with transaction():
        return queries.revision(revision_id)


def held(store):
    return sorted(path.name for path in store.folder.rglob("*") if path.is_file() and path.name != ".lock")


def measure(revision, store, measurer):
    intake.measure(str(revision.id), store=store, measurer=measurer)
    return read(revision.id)


def test_an_upload_leaves_a_file_a_part_a_revision_and_a_job(receive, store, owner):
    part = receive(name="Clip", file_name="folder/clip.stl")
    (revision,) = part.revisions

    assert (part.name, part.organisation_id) == ("Clip", owner.organisation_id)
    assert (revision.number, revision.state, revision.file_name) == (1, RevisionState.MEASURING, "clip.stl")
    assert (revision.file.kind, revision.file.size_bytes) == (FileKind.STL, len(uploads.STL))
    assert held(store) == [revision.sha256]
    assert jobs() == [("measure_revision", "geometry", f"measure {revision.sha256}", {"revision_id": str(revision.id)})]


def test_a_part_without_a_name_is_called_like_its_file(receive):
    assert receive(name=None, file_name="../left clip.stl").name == "left clip"


def test_a_revision_is_numbered_after_the_last(receive, store, owner):
    part = receive()
    upload = intake.Upload(uploads.stream(uploads.STEP), "bracket.step")

    revision = intake.revise(part.id, upload, store=store, most_bytes=1 << 20, by=owner)

    assert (revision.number, revision.part_id, revision.file.kind) == (2, part.id, FileKind.STEP)


def test_parallel_revisions_of_one_part_are_numbered_one_after_another(receive, store, owner, in_app):
    part = receive()

    def revise():
        with in_app.app_context():
            upload = intake.Upload(uploads.stream(uploads.STEP), "bracket.step")
            intake.revise(part.id, upload, store=store, most_bytes=1 << 20, by=owner)

    threads = [threading.Thread(target=revise) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    session().expire_all()
    with transaction():
        assert [revision.number for revision in queries.for_customer(owner, part.id).revisions] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyFile),
        (b"%PDF-1.7 something", UnknownFileType),
        (b"just words", UnknownFileType),
        (uploads.TRUNCATED_STEP, TruncatedFile),
        (uploads.TRUNCATED_STL, LengthMismatch),
        (uploads.STL + b"x" * (1 << 20), FileTooLarge),
    ],
)
def test_a_bad_file_leaves_nothing_at_all(receive, store, content, refusal):
    before = rows(*TABLES)
    with pytest.raises(refusal):
        receive(content)

    assert rows(*TABLES) == before
    assert jobs() == []
    assert held(store) == []


def test_a_foreign_part_cannot_be_revised_and_the_file_is_not_even_read(receive, store, make_organisation):
    part = receive()
    stranger = make_organisation().actor
    upload = intake.Upload(uploads.stream(uploads.STEP), "bracket.step")

    with pytest.raises(PartNotFound):
        intake.revise(part.id, upload, store=store, most_bytes=1 << 20, by=stranger)

    assert upload.stream.tell() == 0


def test_a_viewer_uploads_nothing(receive, make_organisation, make_member, store):
    viewer = make_member(make_organisation(), Role.VIEWER).actor
    with pytest.raises(Exception, match="role operator"):
        receive(by=viewer)
    assert held(store) == []


def test_when_the_transaction_fails_nothing_is_known_of_the_file_and_it_is_cleared_away_later(receive, store):
    def fails(make):
        make()
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        receive(once=fails)
    assert rows(Part, Revision, StoredFile) == {"parts": 0, "revisions": 0, "files": 0}
    assert jobs() == []
    (stray,) = held(store)

    intake.clear_away(store=store)
    assert held(store) == [stray]
    _age(store)
    intake.clear_away(store=store)
    assert held(store) == []


def test_files_that_are_known_are_never_cleared_away(receive, store):
    sha256 = receive().revisions[0].sha256
    _age(store)

    intake.clear_away(store=store)

    assert held(store) == [sha256]


def _age(store):
    then = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    for path in store.folder.rglob("*"):
        os.utime(path, (then, then))


def test_a_measured_revision_shows_its_measurement(receive, store):
    cube = uploads.a_cube()
    measurer = uploads.measures(cube)

    revision = measure(receive().revisions[0], store, measurer)

    assert revision.state is RevisionState.MEASURED
    assert revision.facts == cube
    assert revision.units is None
    assert measurer.asked == [uploads.STL]


def test_measuring_twice_changes_nothing(receive, store):
    revision = receive().revisions[0]
    measurer = uploads.measures(uploads.a_cube())

    first = measure(revision, store, measurer)
    second = measure(revision, store, uploads.SaysAlways(Crashed(11)))

    assert second.measurement == first.measurement
    assert len(measurer.asked) == 1
    assert rows(StateMove) == {"state_moves": 1}


def test_two_workers_with_the_same_job_settle_it_once(receive, store, in_app):
    revision = receive().revisions[0]
    both_measured = threading.Barrier(2)

    class Waits(uploads.SaysAlways):
        def measure(self, path, kind):
            both_measured.wait(timeout=20)
            return super().measure(path, kind)

    def work():
        with in_app.app_context():
            intake.measure(str(revision.id), store=store, measurer=Waits(uploads.measures(uploads.a_cube()).answer))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert read(revision.id).state is RevisionState.MEASURED
    assert rows(StateMove, FileMeasurement) == {"state_moves": 1, "file_measurements": 1}


def test_the_same_file_is_measured_once_for_all_customers(receive, store, make_organisation):
    measurer = uploads.measures(uploads.a_cube())
    mine = measure(receive().revisions[0], store, measurer)

    other = receive(by=make_organisation().actor, file_name="other.stl").revisions[0]
    assert other.state is RevisionState.MEASURING
    theirs = measure(other, store, measurer)

    assert theirs.facts == mine.facts
    assert len(measurer.asked) == 1
    assert len(held(store)) == 1


def test_another_engine_measures_anew(receive, store):
    measure(receive().revisions[0], store, uploads.measures(uploads.a_cube()))
    newer = uploads.measures(uploads.a_cube(11))
    newer.engine = lambda kind: "tests 2"

    assert measure(receive().revisions[0], store, newer).facts.box_mm == (11, 11, 11)


def test_the_pictures_of_a_file_are_kept_with_its_measurement(receive, store):
    revision = measure(receive().revisions[0], store, uploads.measures(uploads.a_cube(), uploads.PICTURES))

    assert revision.preview.has_model
    assert pictures_of(revision) == (uploads.PICTURES.thumbnail, uploads.PICTURES.model)


def pictures_of(revision):
    with transaction():
        return queries.thumbnail(revision), queries.model(revision)


def test_a_second_upload_of_the_same_file_has_the_same_pictures_and_nothing_is_drawn_twice(
    receive, store, make_organisation
):
    measurer = uploads.measures(uploads.a_cube(), uploads.PICTURES)
    mine = measure(receive().revisions[0], store, measurer)
    theirs = measure(receive(by=make_organisation().actor).revisions[0], store, measurer)

    assert pictures_of(theirs) == pictures_of(mine)
    assert len(measurer.asked) == 1
    assert rows(Preview) == {"previews": 1}


def test_each_engine_draws_its_own_pictures_and_a_revision_keeps_those_of_its_own(receive, store):
    old = measure(receive().revisions[0], store, uploads.measures(uploads.a_cube(), uploads.PICTURES))
    newer = uploads.measures(replace(uploads.a_cube(), engine="tests 2"), Pictures(b"another", b"model"))
    newer.engine = lambda kind: "tests 2"
    new = measure(receive().revisions[0], store, newer)

    assert pictures_of(read(new.id)) == (b"another", b"model")
    assert pictures_of(read(old.id)) == (uploads.PICTURES.thumbnail, uploads.PICTURES.model)


def test_a_drawing_has_a_thumbnail_and_no_model(receive, store):
    drawn = Pictures(uploads.PICTURES.thumbnail, b"")
    revision = measure(receive().revisions[0], store, uploads.measures(uploads.a_cube(), drawn))

    assert not revision.preview.has_model
    with transaction():
        assert queries.thumbnail(revision) == drawn.thumbnail
    with transaction(), pytest.raises(PictureNotFound):
        queries.model(revision)


def test_what_could_not_be_drawn_has_no_pictures(receive, store):
    waiting = receive().revisions[0]
    measured = measure(receive(uploads.STEP).revisions[0], store, uploads.measures(uploads.a_cube()))

    for each in (waiting, measured):
        revision = read(each.id)
        assert revision.preview is None
        with transaction(), pytest.raises(PictureNotFound):
            queries.thumbnail(revision)
    assert rows(Preview) == {"previews": 0}


@pytest.mark.parametrize(
    "outcome",
    [Refused("file_no_geometry", "There is nothing in it."), Crashed(11), TimedOut(60), OutOfMemory()],
    ids=lambda outcome: outcome.code,
)
def test_what_is_the_files_fault_is_a_refusal_with_a_reason(receive, store, outcome):
    revision = measure(receive().revisions[0], store, uploads.SaysAlways(outcome))

    assert revision.state is RevisionState.REFUSED
    assert revision.refusal == {"code": outcome.code, "message": outcome.message}
    assert revision.measurement is None
    assert rows(FileMeasurement) == {"file_measurements": 0}


def test_a_refused_file_may_be_tried_again_as_a_new_revision(receive, store):
    measure(receive().revisions[0], store, uploads.SaysAlways(TimedOut(60)))
    assert measure(receive().revisions[0], store, uploads.measures(uploads.a_cube())).facts == uploads.a_cube()


@pytest.mark.parametrize("fault", [Unavailable("no kernel"), OSError("disk"), ValueError("a mistake of ours")])
def test_our_own_faults_are_tried_again_until_the_customer_has_waited_long_enough(receive, store, fault):
    revision = receive().revisions[0]
    broken = uploads.SaysAlways(fault)

    with pytest.raises(type(fault)):
        measure(revision, store, broken)
    assert read(revision.id).state is RevisionState.MEASURING
    with clock.moved_by(intake.GIVE_UP_AFTER):
        settled = measure(revision, store, broken)

    assert settled.state is RevisionState.REFUSED
    assert settled.refusal["code"] == "not_measured"


def test_a_fault_that_passes_is_forgotten(receive, store):
    revision = receive().revisions[0]
    with pytest.raises(Unavailable):
        measure(revision, store, uploads.SaysAlways(Unavailable("no kernel")))

    assert measure(revision, store, uploads.measures(uploads.a_cube())).state is RevisionState.MEASURED


def test_a_file_that_vanished_is_our_fault(receive, store):
    revision = receive().revisions[0]
    (store.folder / revision.sha256[:2] / revision.sha256).unlink()

    with pytest.raises(FileMissing):
        measure(revision, store, uploads.measures(uploads.a_cube()))


def test_the_last_try_of_a_job_comes_after_we_give_up():
    """Otherwise a job could die and leave its revision `measuring` for ever."""
    from marketplace.jobs.worker import RETRY

    waits = [RETRY.exponential_wait ** (attempt + 1) for attempt in range(RETRY.max_attempts)]
    assert sum(waits) > intake.GIVE_UP_AFTER.total_seconds()


def test_a_job_for_a_revision_that_never_was_fails_aloud(in_app, store):
    with pytest.raises(Exception, match="no such revision"):
        intake.measure(str(uuid4()), store=store, measurer=uploads.measures(uploads.a_cube()))


def test_the_real_kernel_measures_the_samples_and_refuses_what_has_no_numbers(receive, store):
    from tools.samples import TRUTHS

    with KernelMeasurer() as kernel:
        bracket = measure(receive(uploads.STEP).revisions[0], store, kernel)
        opened = measure(receive(uploads.OPEN_STL).revisions[0], store, kernel)
        nonsense = measure(receive(uploads.NAN_STL).revisions[0], store, kernel)
        for revision in (bracket, opened):
            assert revision.facts.engine == kernel.engine(revision.file.kind)

    truth = TRUTHS["bracket.step"]
    assert bracket.facts.volume_mm3 == pytest.approx(truth.volume_mm3, rel=1e-6)
    holes = [(hole.diameter_mm, hole.depth_mm, hole.is_through) for hole in bracket.facts.holes]
    for found, true in zip(sorted(holes), sorted(truth.holes), strict=True):
        assert found == pytest.approx(true)
    assert "geometry_open" in [finding.rule for finding in opened.findings["fdm"]]
    assert nonsense.refusal["code"] == "file_not_finite"
