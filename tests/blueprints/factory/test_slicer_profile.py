"""A factory brings its slicer's profile: what it means is shown, and set only by the factory."""

import json
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.costing import own_constants, slicer_profiles
from marketplace.costing.errors import SlicerProfileUnreadable
from marketplace.costing.slicer_profiles import MOST_BYTES
from tools.compare_printing.recording import RECORD, text

PROFILES = json.loads(RECORD.read_text(encoding="utf-8"))["profiles"]
STURDY = text(PROFILES["sturdy"])


@pytest.fixture
def printer(scene, make_organisation):
    owner = make_organisation("Printer", hats=("factory",))
    return scene.shop(owner, process="fdm", materials=("pla",), centre_has={"constants": {"post_time": 7}})


@pytest.fixture
def shop(printer, as_user):
    return as_user(printer.owner)


def url(shop, what="slicer-profile"):
    return f"/v1/factory/work-centres/{shop.work_centre_id}/{what}"


def test_it_is_shown_kept_nowhere_and_taken_as_it_is_told(shop, printer):
    told = shop.post(url(printer), json={"ini": STURDY})
    before = shop.get(url(printer, "constants"))
    sent = {"constants": told.json["constants"]}
    after = shop.put(url(printer, "constants"), json=sent, headers={"If-Match": f'"{told.json["version"]}"'})

    assert (told.status_code, after.status_code) == (200, 200)
    assert {each["name"]: each["own"] for each in before.json["constants"] if each["own"]} == {"post_time": 7}
    own = {each["name"]: each["own"] for each in after.json["constants"] if each["own"] is not None}
    assert own == told.json["constants"]
    assert (own["walls"], own["infill_share"], own["layer_height"], own["post_time"]) == (3, 0.4, 0.15, 7)
    assert not [each for each in told.json["meant"] if each["own"] == each["published"] and each["name"] in own]


@pytest.mark.parametrize("name", PROFILES)
def test_whatever_a_real_profile_means_a_work_centre_may_have(name):
    meant = slicer_profiles.meant(text(PROFILES[name]))

    own_constants.check("fdm", {each.name: each.own for each in meant})
    odd = {each.name for each in meant if not each.is_as_stated}
    assert odd == ({"infill_curve"} if name == "draft" else set())  # straight lines bend nowhere: no bound is told


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"ini": "a poem"}, "slicer_profile_unreadable"),
        ({"ini": STURDY.replace("perimeters = 3", "perimeters = three")}, "slicer_profile_unreadable"),
        ({"ini": STURDY.replace("layer_height = 0.15", "layer_height = 1e-300")}, "slicer_profile_unreadable"),
        ({"ini": STURDY.replace("layer_height = 0.15", "layer_height = nan")}, "slicer_profile_unreadable"),
        ({"ini": ""}, "validation_failed"),
        ({"ini": "x" * (MOST_BYTES + 1)}, "validation_failed"),
        ({"ini": 5}, "validation_failed"),
        ({"ini": STURDY, "accept": True}, "validation_failed"),
        ({}, "validation_failed"),
    ],
)
def test_what_is_no_profile_is_refused(shop, printer, body, code):
    reply = shop.post(url(printer), json=body)

    assert (reply.status_code, reply.json["code"]) == (422, code)


def test_a_mill_has_no_slicer_and_a_stranger_no_work_centre(shop, scene, printer, make_organisation, as_user):
    mill = scene.shop(printer.owner, name="Miller")
    stranger = as_user(make_organisation("Stranger", hats=("factory",)))

    assert shop.post(url(mill), json={"ini": STURDY}).json["code"] == "slicer_profile_not_for_process"
    assert stranger.post(url(printer), json={"ini": STURDY}).status_code == 404
    assert shop.post(f"/v1/factory/work-centres/{uuid4()}/slicer-profile", json={"ini": STURDY}).status_code == 404


HOSTILE = st.one_of(
    st.sampled_from(
        ["0", "-1", "1e308", "1e-308", "inf", "nan", "1_0", "%", "0%", "1e6%", "", ",", "nil", "٣", "1" * 400]
    ),
    st.text(max_size=30),
)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(sorted(PROFILES["sturdy"])), HOSTILE, min_size=1, max_size=4))
def test_a_hostile_profile_is_refused_or_means_what_a_work_centre_may_have(changes):
    try:
        meant = slicer_profiles.meant(text(PROFILES["sturdy"] | changes))
    except SlicerProfileUnreadable:
        return
    own_constants.check("fdm", {each.name: each.own for each in meant})
