"""What a job must come to and how far it is, as its two parties see it."""

from datetime import date, timedelta

import pytest

from tests.blueprints.customer.test_orders import choose, quoted
from tests.blueprints.factory.test_jobs import pay
from tests.scenes import SHA

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
