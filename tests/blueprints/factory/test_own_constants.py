"""A work centre's own constants over HTTP: who may, what they may be, and whose next quote they change."""

import pytest

from marketplace.audit.models import AuditEvent
from marketplace.kernel.actor import Role
from marketplace.kernel.database import session

URL = "/v1/factory/work-centres"


@pytest.fixture
def shops(make_organisation, scene):
    """Two mills that are alike."""
    owners = [make_organisation(f"Shop {n}", hats=("factory",)) for n in range(2)]
    return [scene.shop(owner) for owner in owners]


@pytest.fixture
def ask(make_organisation, scene, as_user):
    """The prices of a quote, by listing."""
    customer = make_organisation("Customer")
    browser = as_user(customer)
    wanted = {"process": "cnc_milling", "material": "aluminium_6061", "quantity": 25, "currency": "EUR"}
    wanted["revision_id"] = str(scene.part(customer).id)

    def prices():
        reply = browser.post("/v1/customer/quotes", json=wanted)
        assert reply.status_code == 201, reply.json
        return {offer["listing_id"]: offer for offer in reply.json["offers"]}

    return prices


def url(shop):
    return f"{URL}/{shop.work_centre_id}/constants"


def put(browser, shop, own, version=1):
    return browser.put(url(shop), json={"constants": own}, headers={"If-Match": f'"{version}"'})


def test_every_constant_is_shown_beside_what_is_published(shops, as_user):
    reply = as_user(shops[0].owner).get(url(shops[0]))

    assert (reply.status_code, reply.headers["ETag"]) == (200, '"1"')
    shown = {each["name"]: each for each in reply.json["constants"]}
    assert shown["spindle_limit"] == {
        "name": "spindle_limit",
        "published": 8_000,
        "own": None,
        "unit": "1/min",
        "source": "own",
        "smallest": 400,
        "largest": 160_000,
    }
    assert (shown["largest_side"]["smallest"], shown["largest_side"]["largest"]) == (None, None)
    assert shown["run_time_factor"]["published"] == 1
    assert {each["source"] for each in shown.values()} == set(reply.json["sources"])
    assert reply.json["spread"] is None


def test_own_constants_change_the_next_quote_of_that_factory_alone(app, shops, as_user, ask):
    before = ask()
    reply = put(as_user(shops[0].owner), shops[0], {"run_time_factor": 2, "setup_time": 90})
    after = ask()

    assert (reply.status_code, reply.headers["ETag"]) == (200, '"2"')
    changed, same = (str(shop.listing_id) for shop in shops)
    assert after[changed]["total"]["minor"] > before[changed]["total"]["minor"]
    assert after[same]["total"]["minor"] == before[same]["total"]["minor"]
    assert after[changed]["machine_min"] > after[same]["machine_min"]
    with app.app_context():
        (event,) = session().query(AuditEvent).filter_by(verb="work_centre.constants_set").all()
        assert event.details["after"] == {"run_time_factor": 2, "setup_time": 90}
    assert put(as_user(shops[0].owner), shops[0], {}, version=2).json["version"] == 3
    assert ask()[changed]["total"] == before[changed]["total"]


def test_a_change_needs_the_version_that_was_read(shops, as_user):
    browser = as_user(shops[0].owner)
    assert browser.put(url(shops[0]), json={"constants": {}}).status_code == 428
    assert put(browser, shops[0], {"setup_time": 20}).status_code == 200
    assert put(browser, shops[0], {"setup_time": 40}).json["code"] == "edited_meanwhile"


@pytest.mark.parametrize(
    ("own", "code"),
    [
        ({"setup_time": 601}, "constants_impossible"),
        ({"setup_time": 0}, "constants_impossible"),
        ({"largest_side": 2_000}, "constants_impossible"),
        ({"unheard_of": 1}, "constants_impossible"),
        ({"setups": 2.5}, "constants_impossible"),
        ({"setup_time": "20"}, "validation_failed"),
        ({"setup_time": True}, "validation_failed"),
        ({"setup_time": None}, "validation_failed"),
        ({"setup_time": -1}, "validation_failed"),
        ({"Setup Time": 20}, "validation_failed"),
        ([], "validation_failed"),
    ],
)
def test_what_no_constant_may_be_is_refused_and_changes_nothing(shops, as_user, own, code):
    browser = as_user(shops[0].owner)
    reply = put(browser, shops[0], own)
    assert (reply.status_code, reply.json["code"]) == (422, code)
    assert browser.get(url(shops[0])).headers["ETag"] == '"1"'


def test_constants_are_set_by_managers_of_the_factory_alone(shops, as_user, make_member):
    operator = as_user(make_member(shops[0].owner, Role.OPERATOR))
    assert operator.get(url(shops[0])).status_code == 200
    assert put(operator, shops[0], {"setup_time": 20}).status_code == 403
    stranger = as_user(shops[1].owner)
    assert stranger.get(url(shops[0])).status_code == 404
    assert put(stranger, shops[0], {"setup_time": 20}).status_code == 404


def test_one_factorys_foolish_constants_leave_every_other_offer_as_it_was(
    shops, as_user, ask, make_organisation, scene
):
    """A lot that is too large by one's constants is not too large by another's own."""
    third = scene.shop(make_organisation("Third", hats=("factory",)))
    assert put(as_user(shops[0].owner), shops[0], {"setup_time": 20}).status_code == 200
    before = ask()
    slow = {"run_time_factor": 20, "stock_allowance": 127, "non_cutting_share": 1}
    assert put(as_user(third.owner), third, slow).status_code == 200
    quantity_beyond = ask()

    for shop in shops:
        assert quantity_beyond[str(shop.listing_id)]["total"] == before[str(shop.listing_id)]["total"]
