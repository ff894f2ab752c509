"""The key that signs quality records: given, or made once by this machine and never anew."""

import stat

import pytest

from marketplace.adapters.signing_keys import GivenKey, KeyFile
from tests.inspections import meet


def test_a_key_file_is_made_at_its_first_use_for_the_servers_own_account(tmp_path):
    file = KeyFile(tmp_path / "data" / "record_signing_key")
    assert not file.path.exists()
    first = file.key()

    assert KeyFile(file.path).key() == first
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert [each.name for each in file.path.parent.iterdir()] == ["record_signing_key"]


def test_all_who_make_it_at_once_use_the_same(tmp_path):
    file = KeyFile(tmp_path / "record_signing_key")

    assert len(set(meet(*[lambda: file.key().public_key] * 16))) == 1


def test_two_machines_have_two_keys(tmp_path):
    assert KeyFile(tmp_path / "one").key() != KeyFile(tmp_path / "other").key()


def test_a_damaged_file_is_refused_and_not_made_anew(tmp_path):
    path = tmp_path / "record_signing_key"
    path.write_bytes(b"short")
    with pytest.raises(ValueError, match="no signing key"):
        KeyFile(path).key()
    assert path.read_bytes() == b"short"


def test_a_given_key_is_the_one_that_was_given():
    assert GivenKey(bytes(32)).key().public_key == "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29"
    assert bytes(32).hex() not in repr(GivenKey(bytes(32)))
