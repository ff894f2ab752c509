"""The offline tool, which knows nothing of the house, finds every change that the house finds, and says where."""

import json
import subprocess
import sys
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.quality import documents
from marketplace.quality.signing import SigningKey
from marketplace.quality.values import EntryKind, Stage
from tests.databases import ROOT
from tests.inspections import CALIPER, KEY
from tests.marketplace.quality.books import value, whole
from tests.marketplace.quality.test_closing import PLACES, RECORD, VECTORS, other, put
from tests.marketplace.quality.test_reporting import signed
from tools import verify_record


def told(record, known=None):
    """Everything that the tool says is wrong."""
    try:
        return list(verify_record.faults(json.loads(json.dumps(record)), known))
    except verify_record.MALFORMED as flaw:
        return [f"no record: {flaw}"]


def test_what_was_signed_matches():
    assert told(RECORD) == told(RECORD, {KEY.id: KEY.public_key}) == []


@pytest.mark.parametrize(
    ("kind", "says"),
    [(Stage.FIRST_ARTICLE, "Verdict on the first article: accepted"), (Stage.IN_PROCESS, "Verdict: incomplete")],
)
def test_what_a_record_comes_to_is_told_by_its_kind(kind, says, capsys):
    record = signed((EntryKind.INSTRUMENT, CALIPER), *whole(1, stage="first_article"), kind=kind)

    verify_record.tell(record, None)

    assert f"{says}, from " in capsys.readouterr().out


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_every_field_that_is_changed_is_found(place):
    assert told(put(RECORD, place, other)) != []


@given(place=st.sampled_from(PLACES), instead=st.none() | st.booleans() | st.integers() | st.text(max_size=5))
@settings(max_examples=200)
def test_the_tool_and_the_house_agree_on_any_change(place, instead):
    changed = put(RECORD, place, lambda _: instead)

    assert bool(told(changed)) is bool(documents.faults(changed))


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (
            ("document", "entries", 3, "value"),
            "entry 4 (final measurement of characteristic 1 on piece 2)",
        ),
        (("document", "entries", 3, "hash"), "entry 5: it does not follow"),
        (("document", "record", "closed_at"), "section “record”"),
        (("document", "verdict", "outcome"), "section “verdict”"),
        (("seal", "sections", "entries"), "section “entries”"),
        (("seal", "key_id"), "public key: it is not the one"),
        (("signature",), "signature: it is not of this seal"),
    ],
)
def test_the_place_of_a_change_is_named(place, says):
    assert any(each.startswith(says) for each in told(put(RECORD, place, other))), told(put(RECORD, place, other))


def test_a_key_of_somebody_else_is_told_only_by_who_knows_the_right_one():
    forged, key = deepcopy(RECORD), SigningKey(b"\x02" * 32)
    forged["seal"] = documents.seal(forged["document"], key)
    forged["signature"], forged["public_key"] = documents.signature(forged["seal"], key), key.public_key

    assert told(forged) == []
    assert told(forged, {KEY.id: KEY.public_key}) == ["public key: it is none of the marketplace's"]


@pytest.mark.parametrize(("seed", "public_key", "message", "signature"), VECTORS)
def test_signatures_are_verified_as_in_rfc_8032(seed, public_key, message, signature):
    key, said, signs = (bytes.fromhex(each) for each in (public_key, message, signature))

    assert verify_record.is_signed(said, signs, key)
    assert not verify_record.is_signed(said + b"x", signs, key)
    for at in range(64):
        assert not verify_record.is_signed(said, signs[:at] + bytes([signs[at] ^ 1]) + signs[at + 1 :], key)
    for at in range(32):
        assert not verify_record.is_signed(said, signs, key[:at] + bytes([key[at] ^ 1]) + key[at + 1 :])


@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200))
@settings(max_examples=50)
def test_what_the_house_signs_the_tool_verifies(seed, message):
    key = SigningKey(seed)

    assert verify_record.is_signed(message, bytes.fromhex(key.sign(message)), bytes.fromhex(key.public_key))


def test_a_signature_whose_number_is_too_large_is_none():
    """RFC 8032 §5.1.7: S + L would verify as well, and be another signature of the same."""
    signs = bytes.fromhex(KEY.sign(b"x"))
    more = int.from_bytes(signs[32:], "little") + verify_record.ORDER

    key = bytes.fromhex(KEY.public_key)
    assert verify_record.is_signed(b"x", signs, key)
    assert not verify_record.is_signed(b"x", signs[:32] + more.to_bytes(32, "little"), key)
    assert not verify_record.is_signed(b"x", signs, (verify_record.P + 1).to_bytes(32, "little"))


def run(*arguments, given=""):
    command = [sys.executable, "-I", "-S", str(ROOT / "tools" / "verify_record.py"), *map(str, arguments)]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False)


def test_the_tool_runs_alone(tmp_path):
    record = signed(*whole(1, stage="first_article"), value(1))
    paper, keys = tmp_path / "record.json", tmp_path / "keys.json"
    paper.write_text(json.dumps(record, indent=2, ensure_ascii=False), encoding="utf-8")
    keys.write_text(json.dumps({"keys": [{"id": KEY.id, "public_key": KEY.public_key, "first_used_at": "x"}]}))

    plain, known = run(paper), run("--keys", keys, paper)
    assert (plain.returncode, known.returncode) == (0, 0)
    assert "王小明 of 苏州精密机械有限公司" in plain.stdout
    assert "--keys" in plain.stdout
    assert "--keys" not in known.stdout

    broken = run("-", given=paper.read_text(encoding="utf-8").replace('"8.00"', '"8.01"', 1))
    assert broken.returncode == 1
    assert "first_article measurement of characteristic 1 on piece 1" in broken.stdout


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"a": 1, "a": 2}', "1.5", "NaN", "null", '{"document": 1}'])
def test_what_is_no_record_is_said_to_be_none(text):
    done = run("-", given=text)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("This is no signed quality record")


@pytest.mark.parametrize("arguments", [(), ("--help",), ("a", "b"), ("--keys", "x"), ("nowhere.json",)])
def test_a_wrong_call_says_how_it_is_called(arguments):
    assert run(*arguments).returncode == 2
