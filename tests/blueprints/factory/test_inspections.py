"""Inspections over HTTP: measured by the factory, looked at by both, signed, published, verified by anybody."""

from io import BytesIO
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from marketplace.kernel.actor import Role
from tests import databases, inspections
from tests.marketplace.quality.test_inspecting import broken
from tests.tries import watcher
from tests.uploads import problem

CALIPER = {"name": "Caliper 150 mm", "serial": "C-17", "calibrated_until": "2099-05-31"}
SIZES = {1: "100.1", 2: "60.0", 3: "19.8", 4: "8.00"}
SURFACE = 5
LOT = {
    "material": "EN AW-6061 T6",
    "lot_number": "H-4711",
    "supplier": "铝业有限公司",
    "certificate": "3.1",
    "certificate_number": "31-0815",
}
ROUGHNESS = {"designation": "Ra of the upper face", "kind": "roughness", "upper": "3.2", "unit": "µm"}


@pytest.fixture
def job(scene, make_organisation, as_user):
    """A job of two pieces, each inspected, that its factory has taken; both parties' browsers and addresses."""
    bench = inspections.bench(
        scene, make_organisation("支架公司"), make_organisation("Drehteile Müller", hats=("factory",))
    )
    bench.accept()
    return SimpleNamespace(
        bench=bench,
        factory=as_user(bench.factory),
        customer=as_user(bench.customer),
        made=f"/v1/factory/jobs/{bench.job_id}/inspection",
        bought=f"/v1/customer/orders/{bench.order_id}/jobs/{bench.job_id}/inspection",
    )


def values(piece, **instead):
    sizes = {str(number): size for number, size in SIZES.items()} | instead
    measured = [
        {"piece": piece, "characteristic": int(number), "value": size, "instrument": CALIPER}
        for number, size in sizes.items()
    ]
    return [*measured, {"piece": piece, "characteristic": SURFACE, "passes": True}]


def measure(job, *told, stage="final"):
    return job.factory.post(f"{job.made}/measurements", json={"stage": stage, "values": list(told)})


def close(job, kind="final", **more):
    return job.factory.post(f"{job.made}/records", json={"kind": kind, **more})


def verified(job, signed):
    return job.factory.post("/v1/records/verify", json=signed).json


def test_who_may_only_look_writes_nothing_by_looking(job, config, make_member, as_user):
    viewer = as_user(make_member(job.bench.factory, Role.VIEWER))
    with databases.connect(config.database_url) as connection:
        contents = watcher(connection)
        before = contents()
        assert (viewer.get(job.made).json["is_frozen"], viewer.get(job.made).json["entries"]) == (False, 0)
        assert viewer.get(f"{job.made}/entries").json == {"items": [], "next_cursor": None}
        assert contents() == before
    assert measure(job, *values(1)).json["is_frozen"] is True


def test_a_piece_that_the_job_has_not_is_refused(job):
    assert problem(measure(job, *values(1), *values(3))) == (422, "piece_unknown")
    assert job.factory.get(job.made).json["entries"] == 0
    lost = {"pieces": [3], "reason": "The drill broke.", "minutes": 5}
    assert problem(job.factory.post(f"{job.made}/scrap", json=lost)) == (422, "piece_unknown")


def test_both_parties_see_the_plan_and_what_it_follows_from(job):
    plan = job.customer.get(job.bought).json

    assert plan == job.factory.get(job.made).json
    assert (plan["sampling"]["level"], plan["sampling"]["sample"], plan["verdict"]["outcome"]) == (
        "full",
        2,
        "incomplete",
    )
    hole = plan["characteristics"][3]
    assert (hole["designation"], hole["lower"], hole["upper"], hole["unit"]) == ("Hole ⌀8", "7.8", "8.2", "mm")
    assert hole["source"] == "model"


def test_a_job_is_measured_signed_published_and_verified_by_a_stranger(app, job, client):
    assert job.factory.post(f"{job.made}/lots", json=LOT).json["number"] == 2
    assert measure(job, *values(1), stage="first_article").status_code == 201
    assert measure(job, *values(1), *values(2, **{"4": "8.2001"})).json["verdict"]["outcome"] == "rejected"
    rework = {"pieces": [2], "reason": "Hole reamed once more.", "minutes": 12}
    assert job.factory.post(f"{job.made}/rework", json=rework).status_code == 201
    assert measure(job, *values(2, **{"4": "8.2000"})).json["verdict"]["outcome"] == "accepted"

    record = close(job).json
    assert (record["outcome"], record["ends_inspection"], record["published_at"]) == ("accepted", True, None)
    public = f"/v1/records/{record['id']}"
    assert client.get(public).json["code"] == "record_not_found"
    signed = job.customer.get(f"{job.bought}/records/{record['id']}").json
    assert job.factory.get(f"{job.made}/records/{record['id']}").json == signed
    assert job.customer.post(f"{job.bought}/records/{record['id']}/publish").json["published_at"] is not None
    assert client.get(public).json == signed

    assert client.post("/v1/records/verify", json=signed).json == {"is_valid": True, "faults": []}
    (key,) = client.get("/v1/record-keys").json["keys"]
    assert key["public_key"] == signed["public_key"]
    assert job.customer.post(f"{job.bought}/records/{record['id']}/withdraw").json["published_at"] is None
    assert client.get(public).status_code == 404
    with app.app_context():
        assert broken() == set()


def test_a_record_is_printed_for_whoever_may_see_it(job, client):
    measure(job, *values(1), stage="first_article")
    record_id = close(job, "first_article").json["id"]
    pages = f"/v1/records/{record_id}/pdf"
    assert client.get(pages).status_code == 404
    job.customer.post(f"{job.bought}/records/{record_id}/publish")

    replies = [
        job.factory.get(f"{job.made}/records/{record_id}/pdf"),
        job.customer.get(f"{job.bought}/records/{record_id}/pdf"),
        client.get(pages),
    ]
    assert {reply.content_type for reply in replies} == {"application/pdf"}
    assert len({reply.data for reply in replies}) == 1
    assert "Drehteile Müller" in PdfReader(BytesIO(replies[0].data)).pages[0].extract_text()
    assert replies[0].headers["Content-Disposition"].startswith("attachment; filename=inspection-")


def test_a_changed_byte_is_told_with_its_place(job, client):
    measure(job, *values(1))
    signed = job.factory.get(f"{job.made}/records/{close(job).json['id']}").json
    entry = next(at for at, each in enumerate(signed["document"]["entries"]) if each["kind"] == "measurement")
    signed["document"]["entries"][entry]["value"] = "100.0"
    told = client.post("/v1/records/verify", json=signed).json

    assert not told["is_valid"]
    assert [each["place"] for each in told["faults"]] == [f"document.entries[{entry}].hash", "document.entries"]


def test_a_record_that_nobody_here_signed_is_told(client):
    stranger = {"document": {}, "seal": {}, "signature": "", "public_key": ""}

    assert client.post("/v1/records/verify", json=stranger).json["is_valid"] is False
    deep = b'{"document": ' + b'{"a": ' * 900 + b"1" + b"}" * 900 + b', "seal": {}, "signature": "", "public_key": ""}'
    assert client.post("/v1/records/verify", data=deep, content_type="application/json").status_code in (200, 400)


def test_a_table_is_measured_as_a_whole_or_not_at_all(job):
    head = "piece;characteristic;value;passes;instrument;serial;calibrated_until\n"
    good = head + "1;4;8,02;;Caliper;C-17;2099-05-31\n1;5;;pass;;;\n"
    reply = job.factory.post(f"{job.made}/tables", json={"stage": "final", "table": good})
    assert (reply.status_code, reply.json["entries"]) == (201, 4)

    for lines, code in (("2;4;8,02;;;;\n", "value_unfit"), ("2;4;x;;;;\n", "figures_unreadable")):
        table = head + "2;5;;pass;;;\n" + lines
        reply = job.factory.post(f"{job.made}/tables", json={"stage": "final", "table": table})
        assert (reply.status_code, reply.json["code"]) == (422, code)
    assert job.factory.get(job.made).json["entries"] == 4


def test_more_is_inspected_and_the_customer_says_what_must_be(job):
    assert job.factory.post(f"{job.made}/characteristics", json=ROUGHNESS).status_code == 201
    added = job.customer.get(job.bought).json["characteristics"][-1]
    assert (added["number"], added["upper"], added["is_required"]) == (6, "3.2", False)

    seen = job.customer.post(f"{job.bought}/required", json={"characteristics": [6]}).json
    assert seen["characteristics"][-1]["is_required"]
    assert job.customer.post(f"{job.bought}/required", json={"characteristics": [7]}).json["code"] == (
        "characteristic_unknown"
    )


def test_limits_the_wrong_way_round_are_refused(job):
    reply = job.factory.post(f"{job.made}/characteristics", json={**ROUGHNESS, "lower": "3.3"})

    assert (reply.status_code, reply.json["code"]) == (422, "validation_failed")


def test_entries_are_a_list_newest_first_with_a_chain_through_it(job):
    measure(job, *values(1))
    first = job.customer.get(f"{job.bought}/entries?limit=4").json
    rest = job.factory.get(f"{job.made}/entries?limit=100&cursor={first['next_cursor']}").json
    found = first["items"] + rest["items"]

    assert [each["number"] for each in found] == list(range(7, 0, -1))
    assert [each["content"]["previous"] for each in found[:-1]] == [each["hash"] for each in found[1:]]


def test_a_repeated_lot_under_a_key_is_written_once(job):
    for _ in range(2):
        reply = job.factory.post(f"{job.made}/lots", json=LOT, headers={"Idempotency-Key": "lot 1"})
        assert (reply.status_code, reply.json["number"]) == (201, 2)
    assert job.factory.get(job.made).json["entries"] == 2


def test_nothing_is_added_after_the_last_record(job):
    close(job)
    for reply in (measure(job, *values(1)), close(job), job.factory.post(f"{job.made}/lots", json=LOT)):
        assert (reply.status_code, reply.json["code"]) == (409, "inspection_closed")


def test_strangers_and_the_other_hat_find_nothing(job, as_user, make_organisation, make_member):
    measure(job, *values(1))
    record_id = close(job).json["id"]
    rival, buyer = as_user(make_organisation(hats=("factory",))), as_user(make_organisation())

    for place in ("", "/entries", f"/records/{record_id}"):
        assert rival.get(f"{job.made}{place}").json["code"] == "job_not_found"
        assert buyer.get(f"{job.bought}{place}").json["code"] == "order_not_found"
        assert job.customer.get(f"{job.made}{place}").status_code == 403
    operator = as_user(make_member(job.bench.customer, Role.OPERATOR))
    assert operator.post(f"{job.bought}/records/{record_id}/publish").json["code"] == "role_too_small"


def test_a_record_of_another_job_is_not_found_through_this_one(job, scene, make_organisation, as_user):
    other = inspections.bench(scene, job.bench.customer, job.bench.factory).accept()
    record_id = close(job).json["id"]

    reply = job.factory.get(f"/v1/factory/jobs/{other.job_id}/inspection/records/{record_id}")
    assert reply.json["code"] == "record_not_found"
    reply = job.customer.get(f"/v1/customer/orders/{other.order_id}/jobs/{job.bench.job_id}/inspection")
    assert reply.json["code"] == "job_not_found"
