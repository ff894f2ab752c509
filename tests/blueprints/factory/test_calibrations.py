"""Calibrations over HTTP: told, proposed, taken or refused; and what the next quote says after."""

from dataclasses import replace
from uuid import uuid4

import pytest

from marketplace.geometry.values import Units
from marketplace.kernel.actor import Role
from marketplace.kernel.database import session
from marketplace.kernel.lifecycle import StateMove
from tests.scenes import BRACKET

URL = "/v1/factory/work-centres"
SIZES = (40, 55, 60, 75, 80, 90, 100, 110, 120, 130)
SHAPES = [{"volume_mm3": 300 * x, "area_mm2": 220 * x, "box_mm": [x, 40, 20]} for x in SIZES]
MINUTES = [30.6, 39.5, 42.9, 51.0, 54.6, 61.4, 66.9, 73.6, 79.0, 85.7]
"""Of a piece: near one and a half to twice the published times."""


def jobs(**changes):
    return [
        {
            "material": "aluminium_6061",
            "quantity": 10,
            "shape": shape,
            "machine_min": minutes,
            "machine_min_of": "piece",
        }
        | changes
        for shape, minutes in zip(SHAPES, MINUTES, strict=True)
    ]


@pytest.fixture
def shops(make_organisation, scene):
    owners = [make_organisation(f"Shop {n}", hats=("factory",)) for n in range(2)]
    return [scene.shop(owner) for owner in owners]


@pytest.fixture
def shop(shops):
    return shops[0]


@pytest.fixture
def browser(shop, as_user):
    return as_user(shop.owner)


@pytest.fixture
def ask(make_organisation, scene, as_user):
    """The offers of a quote, by listing."""
    customer = make_organisation("Customer")
    asking = as_user(customer)
    wanted = {"process": "cnc_milling", "material": "aluminium_6061", "quantity": 25, "currency": "EUR"}
    wanted["revision_id"] = str(scene.part(customer).id)
    return lambda: {
        offer["listing_id"]: offer for offer in asking.post("/v1/customer/quotes", json=wanted).json["offers"]
    }


def url(shop, *rest):
    return "/".join([URL, str(shop.work_centre_id), "calibrations", *rest])


def propose(browser, shop, told=None, **more):
    return browser.post(url(shop), json={"jobs": told or jobs(), **more})


def test_past_jobs_propose_figures_and_change_nothing(browser, shop, ask):
    before = ask()
    reply = propose(browser, shop)

    assert reply.status_code == 201, reply.json
    proposed = reply.json
    assert proposed["state"] == "proposed"
    assert set(proposed["constants"]) == {"run_time_factor"}
    fit = proposed["fits"]["run_time_factor"]
    assert fit["low"] < proposed["constants"]["run_time_factor"] < fit["high"]
    assert fit["error_after"] < fit["error_before"]
    assert fit["jobs"] == list(range(1, 11))
    assert proposed["jobs"][0]["machine_mmin"] == 306_000
    assert proposed["jobs"][0]["computed_machine_mmin"] == proposed["jobs"][0]["published_machine_mmin"]
    assert browser.get(url(shop, proposed["id"])).json == proposed
    assert browser.get(url(shop)).json["items"] == [proposed]
    assert {key: offer["total"] for key, offer in ask().items()} == {key: o["total"] for key, o in before.items()}


def test_an_accepted_calibration_changes_the_next_quote_of_that_factory_alone(app, browser, shops, ask):
    shop, other = shops
    before = ask()
    proposed = propose(browser, shop).json
    accepted = browser.post(url(shop, proposed["id"], "accept"))
    after = ask()

    assert (accepted.status_code, accepted.json["state"]) == (200, "accepted")
    mine, theirs = str(shop.listing_id), str(other.listing_id)
    assert after[mine]["total"]["minor"] > before[mine]["total"]["minor"]
    assert after[mine]["at_least"]["minor"] < after[mine]["total"]["minor"] < after[mine]["at_most"]["minor"]
    for kept in ("total", "at_least", "at_most", "machine_min"):
        assert after[theirs][kept] == before[theirs][kept]
    shown = browser.get(f"{URL}/{shop.work_centre_id}/constants")
    own = {each["name"]: each["own"] for each in shown.json["constants"] if each["own"] is not None}
    assert own == proposed["constants"]
    assert (shown.json["spread"], shown.headers["ETag"]) == (proposed["spread"], '"2"')
    with app.app_context():
        (move,) = session().query(StateMove).filter_by(subject_kind="calibrations").all()
        assert (move.from_state, move.to_state) == ("proposed", "accepted")


def test_the_measured_interval_is_gone_when_figures_are_set_by_hand(browser, shop):
    proposed = propose(browser, shop).json
    browser.post(url(shop, proposed["id"], "accept"))
    address = f"{URL}/{shop.work_centre_id}/constants"
    reply = browser.put(address, json={"constants": {"run_time_factor": 1.1}}, headers={"If-Match": '"2"'})
    assert (reply.status_code, reply.json["spread"]) == (200, None)


def test_a_refused_calibration_changes_nothing_and_keeps_its_reason(browser, shop, ask):
    before = ask()
    proposed = propose(browser, shop).json
    reply = browser.post(url(shop, proposed["id"], "refuse"), json={"reason": "The old machine made half of these."})

    assert (reply.status_code, reply.json["state"]) == (200, "refused")
    assert reply.json["reason"] == "The old machine made half of these."
    assert {key: offer["total"] for key, offer in ask().items()} == {key: o["total"] for key, o in before.items()}
    again = browser.post(url(shop, proposed["id"], "accept"))
    assert (again.status_code, again.json["code"]) == (409, "illegal_move")
    assert browser.post(url(shop, proposed["id"], "refuse"), json={"reason": ""}).status_code == 422


def test_a_calibration_of_other_constants_than_todays_is_outdated(browser, shop):
    proposed = propose(browser, shop).json
    address = f"{URL}/{shop.work_centre_id}/constants"
    assert browser.put(address, json={"constants": {"setup_time": 20}}, headers={"If-Match": '"1"'}).status_code == 200
    late = browser.post(url(shop, proposed["id"], "accept"))
    assert (late.status_code, late.json["code"]) == (409, "calibration_outdated")
    assert browser.get(url(shop, proposed["id"])).json["state"] == "proposed"


def test_prices_move_the_margin_by_a_new_card(browser, shop):
    told = [{**job, "price_minor": 90_000} for job in jobs()]
    reply = propose(browser, shop, told, currency="EUR")
    assert reply.status_code == 201, reply.json
    proposed = reply.json
    assert proposed["margin_bps"] == proposed["fits"]["margin"]["bps"]
    accepted = browser.post(url(shop, proposed["id"], "accept"))
    assert accepted.status_code == 200, accepted.json
    newest = browser.get(f"{URL}/{shop.work_centre_id}/rate-cards").json["items"][0]
    assert (newest["number"], newest["margin_bps"]) == (2, proposed["margin_bps"])
    assert newest["material_minor_per_kg"] == {"aluminium_6061": 800}
    assert propose(browser, shop, told, currency="USD").json["code"] == "prices_not_comparable"
    assert propose(browser, shop, told).json["code"] == "prices_not_comparable"


def test_a_measured_part_of_ones_own_is_as_good_as_its_figures(browser, shop, scene):
    part = scene.part(shop.owner, replace(BRACKET, holes=()))
    by_file = [{k: v for k, v in job.items() if k != "shape"} | {"revision_id": str(part.id)} for job in jobs()]
    shape = {"volume_mm3": BRACKET.volume_mm3, "area_mm2": BRACKET.area_mm2, "box_mm": list(BRACKET.box_mm)}
    first, second = propose(browser, shop, by_file), propose(browser, shop, jobs(shape=shape))

    assert first.status_code == 201, first.json
    assert first.json["constants"] == second.json["constants"]


def test_a_part_that_is_not_ones_own_or_not_measured_is_no_job(browser, shop, scene, make_organisation):
    foreign = scene.part(make_organisation("Elsewhere"))
    unmeasured, unconfirmed = scene.part(shop.owner, None), scene.part(shop.owner, units=None)
    for part, because in ((foreign, None), (unmeasured, "still_measuring"), (unconfirmed, "units_unconfirmed")):
        told = [{k: v for k, v in job.items() if k != "shape"} | {"revision_id": str(part.id)} for job in jobs()]
        reply = propose(browser, shop, told)
        assert (reply.status_code, reply.json["code"]) == (422, "job_impossible")
        assert reply.json.get("because") == because
    assert unconfirmed.units is not Units.MM


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (jobs()[:4], "jobs_out_of_range"),
        (jobs() * 6, "jobs_out_of_range"),
        (jobs(material="pla"), "job_impossible"),
        (jobs(tolerance="unheard_of"), "job_impossible"),
        (jobs(shape={"volume_mm3": 10**9, "area_mm2": 1, "box_mm": [1, 1, 1]}), "job_impossible"),
        (jobs(machine_min=900_000), "truth_impossible"),
        (jobs(machine_min=0), "validation_failed"),
        (jobs(machine_min=-5), "validation_failed"),
        (jobs(machine_min="40"), "validation_failed"),
        (jobs(machine_min=None), "validation_failed"),
        (jobs(shape=None), "validation_failed"),
        (jobs(revision_id=str(uuid4())), "validation_failed"),
        (jobs(quantity=0), "validation_failed"),
        (jobs(state="accepted"), "validation_failed"),
    ],
)
def test_nonsense_is_refused_and_nothing_is_kept(browser, shop, told, code):
    reply = propose(browser, shop, told)
    assert (reply.status_code, reply.json["code"]) == (422, code)
    assert browser.get(url(shop)).json["items"] == []


def test_a_slip_is_named_and_kept(browser, shop):
    told = jobs()
    told[4]["machine_min"] *= 20
    proposed = propose(browser, shop, told).json
    assert proposed["fits"]["run_time_factor"]["outliers"] == [5]
    assert [each["jobs"] for each in proposed["warnings"] if each["code"] == "outliers"] == [[5]]
    assert len(proposed["jobs"]) == 10


def test_calibrations_are_the_factorys_own_and_its_managers(browser, shops, as_user, make_member):
    shop, other = shops
    proposed = propose(browser, shop).json["id"]
    stranger = as_user(other.owner)
    assert propose(stranger, shop).status_code == 404
    assert stranger.get(url(shop)).status_code == 404
    for address in (url(shop, proposed), url(other, proposed)):
        assert stranger.get(address).status_code == 404
        assert stranger.post(f"{address}/accept").status_code == 404
        assert stranger.post(f"{address}/refuse", json={"reason": "No."}).status_code == 404
    operator = as_user(make_member(shop.owner, Role.OPERATOR))
    assert operator.get(url(shop, proposed)).status_code == 200
    assert propose(operator, shop).status_code == 403
    assert operator.post(url(shop, proposed, "accept")).status_code == 403


def test_the_same_key_proposes_once(browser, shop):
    key = {"Idempotency-Key": str(uuid4())}
    first, again = (browser.post(url(shop), json={"jobs": jobs()}, headers=key) for _ in range(2))
    assert first.json == again.json
    assert len(browser.get(url(shop)).json["items"]) == 1


def test_a_proposal_costs_as_many_queries_however_many_jobs(browser, shop, scene, statements):
    part = scene.part(shop.owner)
    job = {"material": "aluminium_6061", "quantity": 10, "revision_id": str(part.id), "machine_min": 400}
    propose(browser, shop, [job] * 5)
    with statements() as few:
        propose(browser, shop, [job] * 5)
    with statements() as many:
        propose(browser, shop, [job] * 50)
    assert len(few) == len(many)
