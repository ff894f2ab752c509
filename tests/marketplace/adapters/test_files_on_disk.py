import errno
import hashlib
import io
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from marketplace.adapters import files_on_disk
from marketplace.adapters.files_on_disk import FilesOnDisk
from marketplace.geometry.errors import FileTooLarge, UnknownFileType
from marketplace.geometry.values import FileKind
from marketplace.kernel.transaction import transaction
from marketplace.parts.errors import FileMissing, StorageFull

pytestmark = pytest.mark.usefixtures("in_app")

WORDS = b"solid nothing\nendsolid nothing\n"
HASH = hashlib.sha256(WORDS).hexdigest()


@pytest.fixture
def store(tmp_path):
    return FilesOnDisk(tmp_path / "files")


def keep(store, content=WORDS, *, most_bytes=1000, sniff=lambda path: FileKind.STL):
    return store.store(io.BytesIO(content), most_bytes=most_bytes, sniff=sniff)


def held(store):
    """Every file below the folder but the lock."""
    return sorted(path.name for path in store.folder.rglob("*") if path.is_file() and path.name != ".lock")


def age(store, sha256, hours):
    then = (datetime.now(UTC) - timedelta(hours=hours)).timestamp()
    os.utime(store.folder / sha256[:2] / sha256, (then, then))


def an_hour_ago():
    return datetime.now(UTC) - timedelta(hours=1)


def test_a_file_is_held_under_its_hash_and_read_back_byte_for_byte(store):
    kept = keep(store)

    assert (kept.sha256, kept.size_bytes, kept.kind) == (HASH, len(WORDS), FileKind.STL)
    with store.open(HASH) as file:
        assert file.read() == WORDS
    with store.at_hand(HASH) as path:
        assert path.read_bytes() == WORDS


def test_only_the_servers_own_account_may_look_inside(store):
    keep(store)

    assert store.folder.stat().st_mode & 0o777 == 0o700
    assert (store.folder / HASH[:2]).stat().st_mode & 0o777 == 0o700
    assert (store.folder / HASH[:2] / HASH).stat().st_mode & 0o777 == 0o600


def test_the_same_content_is_held_once(store):
    assert keep(store) == keep(store)
    assert held(store) == [HASH]


def test_parallel_twins_leave_one_whole_file(store):
    content = os.urandom(300_000)
    twins = [threading.Thread(target=keep, args=(store, content), kwargs={"most_bytes": 10**6}) for _ in range(6)]
    # `outside()` asks the session of an application context, which new threads have not
    contexts = [_in_context(twin) for twin in twins]
    for twin in contexts:
        twin.start()
    for twin in contexts:
        twin.join()

    sha256 = hashlib.sha256(content).hexdigest()
    assert held(store) == [sha256]
    with store.open(sha256) as file:
        assert file.read() == content


def _in_context(thread):
    from flask import current_app

    app = current_app._get_current_object()

    def run():
        with app.app_context():
            thread._target(*thread._args, **thread._kwargs)

    return threading.Thread(target=run)


@pytest.mark.parametrize("size", [1000, 1001])
def test_a_file_may_have_the_most_bytes_and_not_one_more(store, size):
    if size == 1000:
        assert keep(store, b"x" * size).size_bytes == 1000
        return
    with pytest.raises(FileTooLarge):
        keep(store, b"x" * size)
    assert held(store) == []


def test_a_stream_is_left_as_soon_as_it_is_too_large(store):
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(FileTooLarge):
        store.store(endless, most_bytes=10, sniff=lambda path: FileKind.STL)
    assert endless.given <= 2 * files_on_disk.PIECE_BYTES


def test_what_sniffing_refuses_is_not_held(store):
    def refuse(path: Path) -> FileKind:
        assert path.read_bytes() == WORDS
        raise UnknownFileType("no")

    with pytest.raises(UnknownFileType):
        keep(store, sniff=refuse)
    assert held(store) == []


def test_a_full_disk_is_said_to_be_full_and_nothing_stays(store, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    keep(store, b"earlier")
    earlier = held(store)
    monkeypatch.setattr(files_on_disk.os, "fsync", full)
    with pytest.raises(StorageFull):
        keep(store)
    assert held(store) == earlier


def test_a_disk_that_is_really_full_refuses():
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full on this system")
    with pytest.raises(StorageFull), files_on_disk._room(), full.open("wb", buffering=0) as file:
        file.write(b"x")


def test_another_fault_of_the_disk_is_not_called_a_full_one(store, monkeypatch):
    def broken(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(files_on_disk.os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output error"):
        keep(store)


def test_a_stream_that_breaks_off_leaves_nothing(store):
    class Broken(io.RawIOBase):
        has_begun = False

        def read(self, size=-1):
            if self.has_begun:
                raise ConnectionResetError
            self.has_begun = True
            return b"half a file"

    with pytest.raises(ConnectionResetError):
        store.store(Broken(), most_bytes=1000, sniff=lambda path: FileKind.STL)
    assert held(store) == []


def test_a_file_that_is_gone_is_missing(store):
    with pytest.raises(FileMissing):
        store.open(HASH)
    with pytest.raises(FileMissing), store.at_hand(HASH):
        pass


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, HASH + "\n", "a" * 63])
def test_only_a_hash_is_a_name(store, name):
    with pytest.raises(ValueError, match="SHA-256"):
        store.open(name)


def test_a_half_written_file_of_a_killed_server_is_cleared_away_later(store):
    keep(store)
    age(store, HASH, hours=2)
    abandoned = store.folder / f"{files_on_disk.PASSING}abc"
    abandoned.write_bytes(b"half")
    os.utime(abandoned, (1, 1))
    arriving = store.folder / f"{files_on_disk.PASSING}def"
    arriving.write_bytes(b"quarter")

    assert list(store.stored_before(an_hour_ago())) == [HASH]
    assert not abandoned.exists()
    assert arriving.exists()


def test_a_young_file_is_not_called_old(store):
    keep(store)
    assert list(store.stored_before(an_hour_ago())) == []


def test_nothing_is_old_in_a_store_that_never_held_anything(store):
    assert list(store.stored_before(an_hour_ago())) == []


def test_a_file_that_was_stored_again_is_not_deleted(store):
    keep(store)
    age(store, HASH, hours=2)
    assert HASH in store.stored_before(an_hour_ago())
    keep(store)

    store.delete(HASH, if_before=an_hour_ago())

    assert held(store) == [HASH]


def test_an_old_file_is_deleted_once_and_again_is_no_error(store):
    keep(store)
    age(store, HASH, hours=2)

    store.delete(HASH, if_before=an_hour_ago())
    store.delete(HASH, if_before=an_hour_ago())

    assert held(store) == []


def test_no_file_is_touched_inside_a_transaction(store):
    with transaction(), pytest.raises(RuntimeError, match="transaction"):
        keep(store)
