"""What a job must come to and how far it is, as its two parties see it."""

import json
from datetime import date, timedelta

import pytest

from tests.blueprints.account.test_notices import kinds_of
from tests.blueprints.customer.test_orders import choose, quoted
from tests.blueprints.factory.test_jobs import PARCEL, pay
from tests.blueprints.test_archives import opened, saved
from tests.scenes import SHA
from tests.uploads import form, problem

pytestmark = pytest.mark.usefixtures("app_with_stripe")

BLASTING = {"lot_minor": 100, "piece_minor": 10, "area_minor_per_m2": 0}


def of_customer(deal):
    return f"{deal.order}/jobs/{deal.job_id}"


def requirements(client, job):
    """By their names."""
    reply = client.get(f"{job}/checklist")
    assert reply.status_code == 200, reply.json
    return {each["name"]: each for each in reply.json["requirements"]}


def test_both_sides_see_the_same_requirements_and_where_each_is_said(deal):
    seen = requirements(deal.factory, deal.job)

    assert seen == requirements(deal.customer, of_customer(deal))
    said = {name: (each["value"], each["source"]) for name, each in seen.items()}
    assert said == {
        "file_sha256": (SHA, "model"),
        "units": ("mm", "model"),
        "quantity": ("25", "form"),
        "process": ("cnc_milling", "form"),
        "material": ("aluminium_6061", "form"),
        "finish": ("none", "catalogue_default"),
        "tolerance": ("standard", "catalogue_default"),
        "inspection": ("standard", "catalogue_default"),
        "export_control": ("no", "catalogue_default"),
        "lead_time": ("standard", "catalogue_default"),
        "ships_on": (deal.quote["offers"][0]["ships_on"], "offer"),
        "delivery": ("fetched", "form"),
    }


def test_a_change_that_is_agreed_is_a_requirement_and_its_date_goes_before_the_offers(deal):
    deal.factory.post(f"{deal.job}/accept")
    later = (date.fromisoformat(deal.quote["offers"][0]["ships_on"]) + timedelta(days=3)).isoformat()
    proposed = {"what": "Engraved numbers.", "ships_on": later}
    assert deal.customer.post(f"{of_customer(deal)}/changes", json=proposed).status_code == 201
    assert "change" not in requirements(deal.factory, deal.job), "what is only proposed is not required"

    assert deal.factory.post(f"{deal.job}/changes/1/agree").status_code == 200

    seen = requirements(deal.factory, deal.job)
    assert (seen["change"]["says"], seen["change"]["source"], seen["change"]["change"]) == (
        "Engraved numbers.",
        "change",
        1,
    )
    assert (seen["ships_on"]["value"], seen["ships_on"]["source"], seen["ships_on"]["change"]) == (later, "change", 1)


def test_what_was_asked_for_is_said_by_the_form(till, scene, as_user):
    shop = scene.shop(
        till.seller(), centre_has={"tolerance": "fine"}, card_has={"finishes": {"bead_blasted": BLASTING}}
    )
    customer = as_user(till.customer)
    asked = {"finishes": ["bead_blasted"], "tolerance": "fine", "inspection": "full"}
    order = customer.post("/v1/customer/orders", json=choose(quoted(customer, scene.part(till.customer), **asked))).json
    pay(till, customer, order)

    seen = requirements(as_user(shop.owner), f"/v1/factory/jobs/{order['jobs'][0]['id']}")

    assert [(seen[name]["value"], seen[name]["source"]) for name in ("finish", "tolerance", "inspection")] == [
        ("bead_blasted", "form"),
        ("fine", "form"),
        ("full", "form"),
    ]
    assert "ISO 2768-1" in seen["tolerance"]["says"]


def operations(client, job):
    reply = client.get(f"{job}/operations")
    assert reply.status_code == 200, reply.json
    return reply.json["operations"]


def begin(deal, number, **told):
    return deal.factory.post(f"{deal.job}/operations/{number}/start", json=told)


def end(deal, number, **told):
    return deal.factory.post(f"{deal.job}/operations/{number}/finish", json={"real_min": 95, **told})


def photo(client, place):
    reply = client.post(f"{place}/attachments", **form())
    assert reply.status_code == 201, reply.json
    return reply.json["id"]


def test_the_operations_are_those_that_the_price_pays_for(deal):
    found = operations(deal.factory, deal.job)
    offer = deal.quote["offers"][0]
    quote = deal.customer.get(f"/v1/customer/quotes/{deal.quote['id']}/offers/{offer['id']}").json

    making = quote["breakdown"]["children"][0]["children"][0]["children"]
    assert [each["name"] for each in found] == [step["label"] for step in making[1:]]
    rough = next(step for step in making if step["label"] == "Rough mill")["children"][0]["children"]
    pieces, time = (next(each["value"] for each in rough if each["label"] == name) for name in ("pieces", "time"))
    planned = {each["name"]: each["planned_min"] for each in found}
    assert planned["Rough mill"] == -(-pieces * time // 1_000)
    assert {each["state"] for each in found} == {"waiting"}


def test_the_factory_says_what_an_operation_really_took_and_the_customer_sees_times_and_photos(deal):
    deal.factory.post(f"{deal.job}/accept")
    file = photo(deal.factory, deal.job)
    started = begin(deal, 1, note="On machine 3.")
    assert started.status_code == 200, started.json
    assert deal.factory.get(deal.job).json["state"] == "in_production"
    assert operations(deal.customer, of_customer(deal))[0]["state"] == "started"

    done = end(deal, 1, attachment_ids=[file]).json["operations"][0]

    seen = operations(deal.customer, of_customer(deal))[0]
    assert (done["state"], done["real_min"], done["shows_minutes"]) == ("finished", 95, False)
    assert (seen["state"], seen["real_min"], seen["notes"]) == ("finished", None, ["On machine 3."])
    assert [each["id"] for each in seen["attachments"]] == [file]
    assert seen["started_at"] <= seen["finished_at"]
    assert "planned_min" not in seen
    assert kinds_of(deal.customer).count("job_progress") == 2


def test_the_customer_sees_minutes_that_the_factory_shows(deal):
    deal.factory.post(f"{deal.job}/accept")
    begin(deal, 1)
    end(deal, 1, shows_minutes=True)

    assert operations(deal.customer, of_customer(deal))[0]["real_min"] == 95


def test_operations_begin_once_and_end_once_after_they_have_begun(deal):
    assert problem(begin(deal, 1)) == (409, "operation_not_reported"), "the job is not taken yet"
    deal.factory.post(f"{deal.job}/accept")
    assert problem(begin(deal, 99)) == (404, "job_operation_not_found")
    assert problem(end(deal, 1)) == (409, "operation_not_begun")
    begin(deal, 1)
    assert problem(begin(deal, 1)) == (409, "operation_begun_already")
    end(deal, 1)
    assert problem(end(deal, 1)) == (409, "operation_done_already")
    assert end(deal, 2, real_min=-1).status_code == 422


def test_what_an_operation_took_may_be_said_when_its_pieces_have_left_and_not_begun_then(deal):
    deal.factory.post(f"{deal.job}/accept")
    begin(deal, 1)
    deal.factory.post(f"{deal.job}/ship", json=PARCEL)

    assert problem(begin(deal, 2)) == (409, "operation_not_reported")
    assert end(deal, 1).status_code == 200
    assert deal.factory.get(deal.job).json["state"] == "shipped"


def test_only_files_that_lie_beside_the_job_show_an_operation(deal):
    deal.factory.post(f"{deal.job}/accept")
    elsewhere = photo(deal.customer, deal.order)

    assert problem(begin(deal, 1, attachment_ids=[elsewhere])) == (404, "attachment_not_found")
    assert operations(deal.factory, deal.job)[0]["state"] == "waiting"


def test_each_sides_archive_has_the_operations_as_that_side_sees_them(deal):
    deal.factory.post(f"{deal.job}/accept")
    begin(deal, 1)
    end(deal, 1)

    path = f"operations/{deal.job_id}.json"
    bought = json.loads(opened(saved(deal.customer, deal.order))[path])
    made = json.loads(opened(saved(deal.factory, deal.job))[path])

    assert (bought[0]["state"], bought[0]["real_min"], "planned_min" in bought[0]) == ("finished", None, False)
    assert (made[0]["real_min"], made[0]["planned_min"] > 0) == (95, True)
    assert [each["state"] for each in made[1:]] == ["waiting"] * (len(made) - 1)
