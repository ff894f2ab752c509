"""Reviews over HTTP: after real orders only, once, blind until both have written, hidden only with a reason."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.workflows import checking
from tests.blueprints.customer.test_orders import choose, quoted
from tests.blueprints.factory.test_jobs import PARCEL, holds_everywhere, pay

pytestmark = pytest.mark.usefixtures("app_with_stripe")

GOOD = {"quality": 5, "communication": 4, "text": "Clean edges, a day early."}
FAIR = {"quality": 3, "communication": 5, "text": "The drawing lacked a thread."}


@pytest.fixture
def done(till, scene, as_user):
    """A job that is done, and where both sides review it."""
    shop, customer = scene.shop(till.seller()), as_user(till.customer)
    factory = as_user(shop.owner)
    placed = customer.post("/v1/customer/orders", json=choose(quoted(customer, scene.part(till.customer)))).json
    pay(till, customer, placed)
    order, job = f"/v1/customer/orders/{placed['id']}", placed["jobs"][0]["id"]
    at_customer, at_factory = f"{order}/jobs/{job}/reviews", f"/v1/factory/jobs/{job}/reviews"
    assert code(customer.post(at_customer, json=GOOD)) == (409, "not_reviewable")
    for step, told in (("accept", None), ("ship", PARCEL)):
        factory.post(f"/v1/factory/jobs/{job}/{step}", json=told)
    assert code(factory.post(at_factory, json=FAIR)) == (409, "not_reviewable")
    customer.post(f"{order}/accept")
    return SimpleNamespace(
        shop=shop,
        customer=customer,
        factory=factory,
        at_customer=at_customer,
        at_factory=at_factory,
        public=f"/v1/factories/{shop.owner.organisation_id}/reviews",
    )


def code(reply):
    return reply.status_code, reply.json.get("code")


def read(browser, address):
    return [each["text"] for each in browser.get(address).json["items"]]


def test_neither_side_reads_the_other_before_both_have_written(app, done):
    assert done.customer.post(done.at_customer, json=GOOD).status_code == 201
    assert (read(done.customer, done.at_customer), read(done.factory, done.at_factory)) == ([GOOD["text"]], [])
    assert read(done.customer, done.public) == []
    assert code(done.factory.post(f"{done.at_factory}/answer", json={"answer": "Thanks."})) == (404, "review_not_found")
    assert code(done.customer.post(done.at_customer, json=FAIR)) == (409, "reviewed_already")

    assert done.factory.post(done.at_factory, json=FAIR).status_code == 201
    both = [GOOD["text"], FAIR["text"]]
    assert (read(done.customer, done.at_customer), read(done.factory, done.at_factory)) == (both, both)
    (public,) = app.test_client().get(done.public).json["items"]
    assert (public["quality"], public["communication"], public["text"]) == (5, 4, GOOD["text"])
    assert holds_everywhere(app)


def test_after_fourteen_days_one_review_is_public_alone_and_can_only_be_answered(app, till, done, as_user):
    done.customer.post(done.at_customer, json=GOOD)
    with clock.moved_by(timedelta(days=13, hours=23)):
        assert read(app.test_client(), done.public) == []
    with clock.moved_by(timedelta(days=14, minutes=1)):
        factory = as_user(done.shop.owner)
        assert read(factory, done.at_factory) == read(app.test_client(), done.public) == [GOOD["text"]]
        assert code(factory.post(done.at_factory, json=FAIR)) == (409, "reviews_closed")
        answered = factory.post(f"{done.at_factory}/answer", json={"answer": "Thank you."})
        assert (answered.status_code, answered.json["answer"]) == (200, "Thank you.")
        again = factory.post(f"{done.at_factory}/answer", json={"answer": "Thank you twice."})
        assert code(again) == (409, "answered_already")
        own = as_user(till.customer).post(f"{done.at_customer}/answer", json={"answer": "To myself."})
        assert code(own) == (404, "review_not_found")
        (public,) = app.test_client().get(done.public).json["items"]
    assert public["answer"] == "Thank you."
    assert holds_everywhere(app)


def test_the_staff_hides_a_review_with_a_reason_that_both_sides_read(app, done, staff, as_user):
    done.customer.post(done.at_customer, json=GOOD)
    done.factory.post(done.at_factory, json=FAIR)
    desk = as_user(staff)
    review = next(each for each in desk.get("/v1/admin/reviews").json["items"] if each["by"] == "customer")
    hide = f"/v1/admin/reviews/{review['id']}/hide"

    assert desk.post(hide, json={"reason": "No."}).status_code == 422
    assert desk.post(hide, json={}).status_code == 422
    why = {"reason": "It names a person and where they live."}
    assert desk.post(hide, json=why).json["hidden_reason"] == why["reason"]
    assert code(desk.post(hide, json=why)) == (409, "hidden_already")
    assert code(desk.post(f"/v1/admin/reviews/{done.shop.listing_id}/hide", json=why)) == (404, "review_not_found")

    assert read(app.test_client(), done.public) == []
    for browser, address in ((done.customer, done.at_customer), (done.factory, done.at_factory)):
        assert browser.get(address).json["items"][0]["hidden_reason"] == why["reason"]
    assert holds_everywhere(app)


@pytest.mark.parametrize("told", [{"quality": 0}, {"quality": 6}, {"communication": "5"}, {"text": "x" * 4_001}])
def test_a_review_that_cannot_be_is_refused(done, told):
    assert code(done.customer.post(done.at_customer, json={**GOOD, **told})) == (422, "validation_failed")
    assert read(done.customer, done.at_customer) == []


def test_jobs_of_others_are_not_reviewed(done, as_user, make_organisation):
    stranger, rival = as_user(make_organisation()), as_user(make_organisation(hats=("factory",)))

    assert code(stranger.post(done.at_customer, json=GOOD)) == (404, "order_not_found")
    assert code(rival.post(done.at_factory, json=FAIR)) == (404, "job_not_found")


@pytest.mark.parametrize(
    "spoil",
    [
        "update jobs set state = 'shipped'",
        "update reviews set of_id = (select id from organisations where id <> of_id limit 1)",
        "update reviews set public_from = public_from + interval '1 day' where side = 'customer'",
    ],
)
def test_a_spoilt_review_is_found_by_the_stored_invariants(app, done, spoil):
    done.customer.post(done.at_customer, json=GOOD)
    done.factory.post(done.at_factory, json=FAIR)
    with app.app_context():
        session().execute(text(spoil))
        session().commit()
    with app.app_context():
        assert "V1" in {each.invariant.id for each in checking.check() if each.offenders}
