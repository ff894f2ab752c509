"""Signing a record: over what, by which key, once for each shipment; and what is found when anything was changed."""

from copy import deepcopy
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.kernel.actor import Role, RoleTooSmall
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.quality import closing, documents, inspecting, judging, queries
from marketplace.quality.errors import (
    InspectionClosed,
    NotInProduction,
    RecordFull,
    RecordNotFound,
    ShipmentRecorded,
    ShipmentUnknown,
)
from marketplace.quality.signing import SigningKey, is_signed
from marketplace.quality.values import EntryKind, Stage
from tests import inspections
from tests.inspections import KEY
from tests.marketplace.quality.books import BY, THEN, chained, plan, value, whole
from tests.marketplace.quality.test_inspecting import BURR, FINE, GOOD, WHOLE, broken, measured, working

OTHER_KEY = SigningKey(b"\x01" * 32)


def closed(bench, kind=Stage.FINAL, shipment_id=None, *, key=KEY):
    with working(bench) as job:
        record_id = closing.close(job, kind, shipment_id, by=bench.factory.actor, key=key).id
    with bench.app.app_context():
        return closing.signed(queries.record_of_job(bench.job_id, record_id))


def faults(signed, *keys):
    return documents.faults(signed, {key.id: key.public_key for key in keys} if keys else None)


def test_a_record_says_what_was_measured_and_is_signed(bench):
    measured(bench, *WHOLE)
    signed = closed(bench)

    assert faults(signed, KEY) == []
    record, verdict = signed["document"]["record"], signed["document"]["verdict"]
    assert (record["number"], record["kind"], record["ends_inspection"]) == (1, "final", True)
    assert (verdict["outcome"], verdict["final"]["inspected"]) == ("incomplete", 1)
    assert signed["document"]["entries"][0]["kind"] == "plan"


def test_nothing_follows_the_record_that_ends_an_inspection(bench):
    measured(bench, GOOD)
    closed(bench)

    with pytest.raises(InspectionClosed):
        measured(bench, FINE)
    with pytest.raises(InspectionClosed), working(bench) as job:
        inspecting.scrap(job, BURR, by=bench.factory.actor)
    with pytest.raises(InspectionClosed):
        closed(bench)


def test_a_first_article_is_signed_and_production_goes_on(bench):
    measured(bench, *WHOLE, stage=Stage.FIRST_ARTICLE)
    first = closed(bench, Stage.FIRST_ARTICLE)
    measured(bench, *WHOLE)
    whole = closed(bench)

    with bench.app.app_context():
        of_piece, of_lot = (
            queries.record_of_job(bench.job_id, UUID(each["document"]["record"]["id"])) for each in (first, whole)
        )
        assert (of_piece.outcome, of_lot.outcome) == ("accepted", "incomplete")
    assert first["document"]["verdict"]["first_article"]["outcome"] == "accepted"
    assert whole["document"]["entries"][: len(first["document"]["entries"])] == first["document"]["entries"]
    assert faults(first, KEY) == faults(whole, KEY) == []


def test_a_shipment_has_one_record_and_only_a_final_one(bench):
    measured(bench, GOOD)
    shipment_id = bench.ship(pieces=1)
    with pytest.raises(ShipmentUnknown):
        closed(bench, Stage.IN_PROCESS, shipment_id)
    signed = closed(bench, Stage.FINAL, shipment_id)
    shipment = signed["document"]["record"]["shipment"]
    assert (shipment["id"], shipment["pieces"]) == (str(shipment_id), 1)
    with pytest.raises(ShipmentRecorded):
        closed(bench, Stage.FINAL, shipment_id)

    measured(bench, FINE)
    assert closed(bench, Stage.FINAL, bench.ship())["document"]["record"]["number"] == 2
    assert closed(bench)["document"]["record"]["number"] == 3


def test_a_shipment_of_another_job_is_unknown(bench, scene, make_organisation):
    other = inspections.bench(scene, make_organisation(), make_organisation(hats=("factory",))).accept()
    with pytest.raises(ShipmentUnknown):
        closed(bench, Stage.FINAL, other.ship())


def test_what_nobody_has_taken_is_not_signed(scene, make_organisation):
    offered = inspections.bench(scene, make_organisation(), make_organisation(hats=("factory",)))
    with pytest.raises(NotInProduction):
        closed(offered)


def test_records_end_somewhere(bench, monkeypatch):
    monkeypatch.setattr(closing, "MOST_RECORDS", 1)
    closed(bench, Stage.IN_PROCESS)
    with pytest.raises(RecordFull):
        closed(bench, Stage.IN_PROCESS)


def test_an_old_key_stays_published_when_another_has_taken_its_place(bench):
    old = closed(bench, Stage.IN_PROCESS)
    new = closed(bench, Stage.IN_PROCESS, key=OTHER_KEY)
    with bench.app.app_context():
        known = {each.id: each.public_key for each in queries.published_keys()}

    assert known == {KEY.id: KEY.public_key, OTHER_KEY.id: OTHER_KEY.public_key}
    assert documents.faults(old, known) == documents.faults(new, known) == []
    assert [fault.place for fault in faults(old, OTHER_KEY)] == ["public_key"]


def test_a_record_is_private_until_its_customer_publishes_it_and_again_when_it_is_withdrawn(bench, make_member):
    record_id = closed(bench)["document"]["record"]["id"]
    operator = make_member(bench.customer, Role.OPERATOR)

    def act(verb, by=bench.customer):
        with bench.app.app_context(), transaction():
            verb(queries.record_of_job(bench.job_id, record_id, is_locked=True), by=by.actor)

    def is_public():
        with bench.app.app_context():
            try:
                return queries.published(record_id).is_published
            except RecordNotFound:
                return False

    assert not is_public()
    with pytest.raises(RoleTooSmall):
        act(closing.publish, operator)
    act(closing.publish)
    act(closing.publish)
    assert is_public()
    act(closing.withdraw)
    act(closing.withdraw)
    assert not is_public()


def test_the_house_finds_a_record_that_was_changed_or_signed_by_nobody(bench):
    measured(bench, GOOD)
    closed(bench)
    with bench.app.app_context():
        assert broken() == set()
        change("update inspection_records set head = jsonb_set(head, '{verdict,outcome}', '\"accepted\"')")
        assert broken() == {"E3"}


def test_the_house_finds_an_entry_that_was_slipped_in_behind_the_last_record(bench):
    measured(bench, GOOD)
    closed(bench)
    with bench.app.app_context():
        slip_in(
            "insert into inspection_entries (id, created_at, inspection_id, number, kind, content, hash)"
            " select gen_random_uuid(), now(), inspection_id, number + 1, kind,"
            " content || jsonb_build_object('number', number + 1, 'previous', hash), hash"
            " from inspection_entries order by number desc limit 1"
        )
        assert broken() == {"E2", "E3"}


def slip_in(statement):
    with transaction():
        session().connection().exec_driver_sql("alter table inspection_entries disable trigger none_after_the_end")
        session().connection().exec_driver_sql(statement)
        session().connection().exec_driver_sql("alter table inspection_entries enable trigger none_after_the_end")
    session().expire_all()


def change(statement):
    with transaction():
        session().connection().exec_driver_sql("alter table inspection_records disable trigger record_stays")
        session().connection().exec_driver_sql(statement)
        session().connection().exec_driver_sql("alter table inspection_records enable trigger record_stays")
    session().expire_all()


# Without a database: a record as it is given away, and everything that could be done to it.


def a_record():
    entries = chained(plan("full", 2), *whole(1), value(2, passes=False), value(2, corrects=4))
    head = {
        "record": {
            "id": "r",
            "number": 1,
            "kind": "final",
            "shipment": None,
            "closed_by": BY,
            "closed_at": THEN.isoformat(),
        }
    }
    head["verdict"] = judging.verdict(judging.findings(entries))
    document = documents.document(head, entries)
    seal = documents.seal(document, KEY)
    signature = documents.signature(seal, KEY)
    return {"document": document, "seal": seal, "signature": signature, "public_key": KEY.public_key}


def leaves(told, at=()):
    """The way to every value that holds no others."""
    inner = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    empty = True
    for name, each in inner:
        empty = False
        yield from leaves(each, (*at, name))
    if empty:
        yield at


def put(told, at, change):
    changed = deepcopy(told)
    holder = changed
    for step in at[:-1]:
        holder = holder[step]
    holder[at[-1]] = change(holder[at[-1]])
    return changed


def other(told):
    """Another value, near the one that was there."""
    if isinstance(told, bool):
        return not told
    if isinstance(told, int):
        return told + 1
    if isinstance(told, str):
        return told[:-1] + ("0" if told[-1:] != "0" else "1")
    return "x"


RECORD = a_record()
PLACES = list(leaves(RECORD))


def test_what_was_signed_has_no_faults():
    assert faults(RECORD) == faults(RECORD, KEY) == []
    assert len(PLACES) > 100


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_every_field_that_is_changed_is_found(place):
    assert faults(put(RECORD, place, other)) != []


@given(
    place=st.sampled_from(PLACES), told=st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats()
)
def test_whatever_a_field_is_changed_to_it_is_found(place, told):
    changed = put(RECORD, place, lambda _: told)
    if changed == RECORD and repr(changed) == repr(RECORD):
        return
    assert faults(changed) != []


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_fields_and_entries_that_are_taken_away_added_or_exchanged_are_found(data):
    where = data.draw(st.sampled_from([place for place in PLACES if len(place) > 1]))
    holder = where[:-1]

    def take_away(inner):
        return {n: v for n, v in inner.items() if n != where[-1]} if isinstance(inner, dict) else inner[:-1]

    def add(inner):
        return {**inner, "more": None} if isinstance(inner, dict) else [*inner, inner[-1]]

    assert faults(put(RECORD, holder, data.draw(st.sampled_from([take_away, add])))) != []


def test_the_entry_in_which_a_byte_was_changed_is_named():
    changed = put(RECORD, ("document", "entries", 2, "note"), lambda _: "x")

    assert [fault.place for fault in faults(changed)] == ["document.entries[2].hash", "document.entries"]


def test_one_who_hashes_and_seals_anew_still_lacks_the_key():
    forged = deepcopy(RECORD)
    forged["document"]["entries"] = chained(plan("full", 1), *whole(1))
    forged["document"]["verdict"] = judging.verdict(judging.findings(forged["document"]["entries"]))
    forged["seal"]["sections"] = documents.seal(forged["document"], KEY)["sections"]
    assert [fault.place for fault in faults(forged)] == ["signature"]

    forged["seal"] = documents.seal(forged["document"], OTHER_KEY)
    forged["signature"], forged["public_key"] = documents.signature(forged["seal"], OTHER_KEY), OTHER_KEY.public_key
    assert faults(forged) == [], "it is whole in itself"
    assert [fault.place for fault in faults(forged, KEY)] == ["public_key"], "but signed by a stranger"


def test_a_value_that_is_said_to_pass_and_does_not_is_found_even_if_it_was_signed_so():
    lied = chained(plan("full", 1), (EntryKind.MEASUREMENT, {**value(1)[1], "value": "9"}))
    head = {"record": {"id": "r"}, "verdict": judging.verdict(judging.findings(lied))}
    document = documents.document(head, lied)
    seal = documents.seal(document, KEY)
    signed = {
        "document": document,
        "seal": seal,
        "signature": documents.signature(seal, KEY),
        "public_key": KEY.public_key,
    }

    assert [fault.place for fault in faults(signed)] == ["document.entries[1].passes"]


@pytest.mark.parametrize(
    "told", [None, [], "x", 1, {}, {"document": {}}, {**RECORD, "document": []}, {**RECORD, "seal": {}}]
)
def test_what_is_no_record_is_said_to_be_none(told):
    assert faults(told) != []


VECTORS = [  # RFC 8032 §7.1, tests 1 to 3
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("seed", "public_key", "message", "signature"), VECTORS)
def test_signatures_are_those_of_rfc_8032(seed, public_key, message, signature):
    key, told = SigningKey(bytes.fromhex(seed)), bytes.fromhex(message)

    assert (key.public_key, key.sign(told)) == (public_key, signature)
    assert is_signed(told, signature, public_key)
    assert not is_signed(told + b"x", signature, public_key)
    assert not is_signed(told, signature.upper(), public_key)
    assert not is_signed(told, signature, KEY.public_key)


def test_the_secret_half_is_not_shown():
    assert "seed" not in repr(KEY)
    assert bytes(range(32)).hex() not in repr(KEY)
