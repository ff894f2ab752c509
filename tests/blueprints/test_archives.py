"""An order's whole record as one file: complete for its customer, its own job for a factory, the same bytes again."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile

import pytest

from marketplace.workflows.ordering import archiving
from tests.blueprints.factory.test_jobs import PARCEL
from tests.blueprints.test_attachments import attach
from tests.blueprints.test_job_questions import answer, ask
from tests.blueprints.test_messages import say
from tests.databases import ROOT
from tests.marketplace.attachments.test_attachment_kinds import PDF, PNG
from tests.pages import words
from tests.uploads import problem
from tools import recompute

pytestmark = pytest.mark.usefixtures("app")


def saved(browser, place):
    with browser.get(f"{place}/archive") as reply:
        assert reply.status_code == 200, reply.json
        content = reply.get_data()
    assert reply.content_type == "application/zip"
    assert reply.content_length == len(content)
    assert reply.headers["Content-Disposition"].startswith("attachment; filename=")
    return content


def opened(content):
    """The files of an archive by their paths."""
    with zipfile.ZipFile(io.BytesIO(content)) as held:
        assert held.testzip() is None
        return {name: held.read(name) for name in held.namelist()}


@pytest.fixture
def told(deal):
    """An order with everything that happens to one, and what of it is whose."""
    for_staff = attach(deal.customer, deal.order, PDF, "complaint.pdf", seen_by="staff")
    photo = attach(deal.factory, deal.job, PNG, "../../photo.png")
    say(deal.customer, deal.order, "Only the staff reads this.")
    say(deal.customer, f"{deal.order}/jobs/{deal.job_id}", "When can you start?", attachment_ids=[photo["id"]])
    answer(deal, ask(deal))
    deal.factory.post(f"{deal.job}/accept")
    deal.factory.post(f"{deal.job}/reports", json={"pieces_done": 7, "note": "Going well."})
    deal.factory.post(f"{deal.job}/ship", json=PARCEL)
    deal.customer.post(f"{deal.order}/accept")
    return for_staff, photo


def test_the_customer_keeps_all_of_an_order(deal, told):
    for_staff, photo = told
    files = opened(saved(deal.customer, deal.order))

    assert [name for name in files if name != "manifest.json"] == sorted(set(files) - {"manifest.json"})
    assert files[f"attachments/{for_staff['id']}.pdf"] == PDF
    assert files[f"attachments/{photo['id']}.png"] == PNG
    order = json.loads(files["order.json"])
    assert (order["id"], order["state"], len(order["lines"])) == (deal.order_id, "accepted", 1)
    job = json.loads(files[f"jobs/{deal.job_id}.json"])
    assert [each["pieces_done"] for each in job["reports"]] == [7]
    assert [each["carrier"] for each in job["shipments"]] == ["DHL"]
    assert [[each["pieces"] for each in shipment["parcels"]] for shipment in job["shipments"]] == [[25]]
    assert "JD014600006281230704" in words(files[f"shipments/{deal.job_id}/packing-list-001.pdf"])
    assert [(each["state"], each["answer"]) for each in job["questions"]] == [("answered", "The upper one.")]
    assert len(job["clock_stops"]) == 1
    assert job["changes"] == []
    moves = [(each["subject_kind"], each["to_state"]) for each in json.loads(files["history.json"])]
    assert {("orders", "paid"), ("jobs", "shipped"), ("orders", "accepted"), ("jobs", "done")} <= set(moves)
    assert "Only the staff reads this." in files["messages/staff.json"].decode()
    said = [each for each in json.loads(files[f"messages/{deal.job_id}.json"]) if "text" in each]
    assert [(each["text"], each["attachment_ids"]) for each in said] == [("When can you start?", [photo["id"]])]


def test_the_price_in_it_is_recomputed_by_the_tool_that_knows_nothing_of_us(deal, told, tmp_path, capsys):
    files = opened(saved(deal.customer, deal.order))
    path = tmp_path / "quote.json"
    path.write_bytes(files[f"quotes/{deal.quote['id']}.json"])

    assert recompute.main([str(path)]) == 0
    assert "1 of 1 totals follow" in capsys.readouterr().out
    (offer,) = json.loads(path.read_bytes())["offers"]
    assert offer["id"] == deal.quote["offers"][0]["id"]


def test_every_file_has_its_hash_in_the_manifest(deal, told):
    files = opened(saved(deal.customer, deal.order))
    manifest = json.loads(files.pop("manifest.json"))

    assert {each["path"]: each["sha256"] for each in manifest["files"]} == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items()
    }
    assert all(each["size_bytes"] == len(files[each["path"]]) for each in manifest["files"])


def test_the_same_content_gives_the_same_bytes_and_reading_changes_none(deal, told):
    first = saved(deal.customer, deal.order)
    deal.factory.post(f"{deal.job}/messages/read")
    assert saved(deal.customer, deal.order) == first
    say(deal.customer, deal.order, "One thing more.")
    assert saved(deal.customer, deal.order) != first


def test_a_factory_keeps_its_job_and_nothing_that_is_not_its_own(deal, told):
    for_staff, photo = told
    content = saved(deal.factory, deal.job)
    files = opened(content)

    assert set(files) == {
        "order.json",
        f"jobs/{deal.job_id}.json",
        "history.json",
        f"messages/{deal.job_id}.json",
        "attachments.json",
        f"attachments/{photo['id']}.png",
        f"shipments/{deal.job_id}/packing-list-001.pdf",
        f"shipments/{deal.job_id}/labels-001.pdf",
        "manifest.json",
    }
    assert list(json.loads(files["order.json"])) == ["number"]
    assert {each["subject_kind"] for each in json.loads(files["history.json"])} == {"jobs"}
    for secret in ("Only the staff", for_staff["id"], deal.quote["id"], str(deal.buyer.organisation_id)):
        assert secret.encode() not in content


def test_names_in_it_are_ours(deal, told):
    _, photo = told
    files = opened(saved(deal.customer, deal.order))
    assert all(".." not in name and not name.startswith("/") for name in files)
    described = {each["id"]: each for each in json.loads(files["attachments.json"])}
    assert described[photo["id"]]["name"] == "photo.png"
    assert described[photo["id"]]["path"] in files


def test_what_was_inspected_verifies_from_the_archive_alone(deal, tmp_path):
    """Unpacked on a machine that has Python and the tool, and neither our packages nor a network."""
    low = inspected(deal)
    for browser, place in ((deal.customer, deal.order), (deal.factory, deal.job)):
        content = saved(browser, place)
        assert saved(browser, place) == content, "what is printed too"
        folder = tmp_path / browser.get(place).json["id"]
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            held.extractall(folder)
        inspection, keys = folder / "inspections" / deal.job_id, folder / "record-keys.json"
        last = verified(inspection / "record-002.json", keys)
        assert last.returncode == 0, last.stdout + last.stderr
        assert "in one unbroken chain" in last.stdout and "compare it with" not in last.stdout

        whole = json.loads(inspection.with_suffix(".json").read_bytes())
        document = json.loads((inspection / "record-002.json").read_bytes())["document"]
        assert [each["number"] for each in whole["records"]] == [1, 2]
        assert (whole["entries"], whole["verdict"]) == (document["entries"], document["verdict"])
        assert whole["plan"]["sampling"] == document["entries"][0]["sampling"]
        assert document["record"]["id"] in words((inspection / "record-002.pdf").read_bytes())

        record = inspection / "record-001.json"
        record.write_text(record.read_text("utf-8").replace(f'"value": "{low}"', '"value": "0"'), "utf-8")
        assert verified(record, keys).returncode == 1, "a changed figure is found"


def inspected(deal):
    """One piece is measured at its lower limit, and two records are signed; that limit."""
    deal.factory.post(f"{deal.job}/accept")
    plan = deal.factory.get(f"{deal.job}/inspection").json
    sized = next(each for each in plan["characteristics"] if each["lower"] is not None)
    caliper = {"name": "Caliper", "serial": "C-17", "calibrated_until": "2099-12-31"}
    found = {"piece": 1, "characteristic": sized["number"], "value": sized["lower"], "instrument": caliper}
    told = {"stage": "in_process", "values": [found]}
    assert deal.factory.post(f"{deal.job}/inspection/measurements", json=told).status_code == 201
    for kind in ("in_process", "final"):
        reply = deal.factory.post(f"{deal.job}/inspection/records", json={"kind": kind, "shipment_id": None})
        assert reply.status_code == 201, reply.json
    limit: str = sized["lower"]
    return limit


def verified(record, keys):
    """What the tool says, run by itself."""
    tool = [sys.executable, "-I", str(ROOT / "tools" / "verify_record.py"), str(record), "--keys", str(keys)]
    return subprocess.run(tool, capture_output=True, text=True, timeout=60, check=False)


def test_claims_are_in_it_with_what_both_sides_said_and_no_persons(deal):
    claims = f"{deal.order}/jobs/{deal.job_id}/claims"
    deal.factory.post(f"{deal.job}/accept")
    deal.factory.post(f"{deal.job}/ship", json=PARCEL)
    deal.customer.post(claims, json={"text": "Too wide.", "pieces": 3, "remedy": "remake"})
    deal.factory.post(f"{deal.job}/claims/1/reject", json={"answer": "All are within limits."})
    deal.customer.post(f"{claims}/1/disagree", json={"reason": "The drawing says H7."})
    deal.factory.post(f"{deal.job}/claims/1/remeasurement", json={"why": "We measure otherwise."})

    for browser, place in ((deal.customer, deal.order), (deal.factory, deal.job)):
        (claim,) = json.loads(opened(saved(browser, place))[f"claims/{deal.job_id}.json"])
        assert (claim["text"], claim["answer"], claim["disagreement"], claim["state"]) == (
            "Too wide.",
            "All are within limits.",
            "The drawing says H7.",
            "in_decision",
        )
        assert (claim["remeasurement"]["state"], claim["remeasurement"]["why"]) == ("asked", "We measure otherwise.")
        for person in (deal.buyer, deal.shop.owner):
            assert str(person.user_id) not in json.dumps(claim)


@pytest.mark.parametrize("least", [1_000, 20_000])
def test_more_than_one_archive_holds_is_refused(deal, told, monkeypatch, least):
    """Also where only what is printed on the way is too much."""
    monkeypatch.setattr(archiving, "MOST_BYTES", least)
    assert problem(deal.customer.get(f"{deal.order}/archive")) == (409, "archive_too_large")


def test_what_is_too_much_to_print_is_named(deal, told, monkeypatch):
    monkeypatch.setattr(archiving, "MOST_PRINTED", 1)
    files = opened(saved(deal.factory, deal.job))
    left_out = f"shipments/{deal.job_id}/packing-list-001.pdf"
    assert (json.loads(files["manifest.json"])["not_printed"], left_out in files) == ([left_out], False)


def test_others_keep_nothing_of_it(deal, make_organisation, as_user):
    rival = as_user(make_organisation("Rival", hats=("factory", "customer")))
    assert problem(rival.get(f"{deal.order}/archive")) == (404, "order_not_found")
    assert problem(rival.get(f"{deal.job}/archive")) == (404, "job_not_found")


def test_an_order_without_anything_beside_it_has_an_archive_too(deal):
    files = opened(saved(deal.customer, deal.order))
    assert json.loads(files["attachments.json"]) == []


def test_as_many_statements_make_an_archive_whatever_was_said(deal, statements):
    def asked():
        with statements() as sent:
            saved(deal.customer, deal.order)
        return len(sent)

    say(deal.customer, deal.order)
    attach(deal.customer, deal.order)
    before = asked()
    for number in range(5):
        say(deal.customer, deal.order, f"Number {number}.")
        attach(deal.customer, deal.order)
    assert asked() == before
