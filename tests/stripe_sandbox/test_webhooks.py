"""Events are kept, signed, and delivered until they are taken."""

import pytest
import stripe

from stripe_sandbox.deliveries import Deliveries, Delivery
from tests.stripe_sandbox.conftest import SECRET, client_for

PAID = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


@pytest.fixture
def listen(served, receiver):
    """Send events of these types to the receiver."""

    def register(*types, is_connect=False):
        from stripe_sandbox.resources import webhook_endpoints

        world = served.sandbox.api.world
        return webhook_endpoints.register(world, receiver.url, types=list(types), secret=SECRET, is_connect=is_connect)

    return register


def test_a_payment_is_told_in_its_natural_order(listen, pay, receiver, platform):
    listen("*")
    paid = pay(metadata={"order": "7"})

    told = [receiver.next() for _ in PAID]

    assert [event.type for event in told] == PAID
    assert {event.api_version for event in told} == {stripe.api_version}
    assert told[2].data.object.metadata["order"] == "7"
    assert told[0].data.object.status == "requires_confirmation"
    assert told[2].data.object.id == paid.id
    assert [event.id for event in platform.events.list().data] == [event.id for event in told][::-1]
    assert platform.events.retrieve(told[0].id).data.object.status == "requires_confirmation"


def test_only_the_types_that_were_asked_for_are_told(listen, pay, receiver, controls):
    listen("payment_intent.succeeded")
    pay()

    assert receiver.next().type == "payment_intent.succeeded"
    assert receiver.received.empty()


def test_a_failed_delivery_comes_again_until_it_is_taken(listen, pay, receiver, controls):
    listen("payment_intent.succeeded")
    for status in (500, 302, 404):
        receiver.answers.put(status)
    pay()

    came = [receiver.next().id for _ in range(4)]

    assert len(set(came)) == 1
    assert receiver.received.empty()


def test_the_record_of_deliveries_tells_each_attempt():
    lost = Deliveries(first_pause_s=1_000)
    event = {"id": "evt_1", "type": "charge.failed", "pending_webhooks": 1}
    delivery = Delivery("http://127.0.0.1:9/", "we_1", SECRET, event, "story")

    lost.report(delivery, 0)
    lost.report(delivery, 200)
    lost.close()

    assert [(each["attempt"], each["status"]) for each in lost.tried] == [(0, 0), (1, 200)]
    assert event["pending_webhooks"] == 0


def test_deliveries_can_be_held_and_sent_on(listen, pay, receiver, controls):
    listen("*")
    controls("deliveries/pause")
    pay()
    assert controls.state()["deliveries"] == []

    assert controls("deliveries/resume") == {"deliveries": 3}
    assert [receiver.next().type for _ in PAID] == PAID


def test_what_failed_is_held_too_unless_its_endpoint_was_deleted():
    office = Deliveries(first_pause_s=0)
    event = {"id": "evt_1", "type": "charge.failed", "pending_webhooks": 2}
    office.pause()
    office.retire("we_deleted")

    for endpoint in ("we_deleted", "we_kept"):
        office.report(Delivery("http://127.0.0.1:9/", endpoint, SECRET, event, "story"), 503)

    assert office.held() == ["we_kept"]
    office.clear()
    assert office.held() == []
    office.close()


def test_an_event_is_sent_again_on_request(listen, pay, receiver, controls):
    listen("payment_intent.succeeded")
    pay()
    first = receiver.next()

    assert controls(f"events/{first.id}/resend") == {"deliveries": 1}
    assert receiver.next().id == first.id


def test_what_happens_to_connected_accounts_goes_to_connect_endpoints(listen, maker, onboarding_link, receiver, pay):
    import requests

    listen("account.updated", is_connect=True)
    pay()
    requests.post(onboarding_link(maker.id), allow_redirects=False, timeout=5)

    event = receiver.next()
    assert (event.type, event.account) == ("account.updated", maker.id)
    assert receiver.received.empty()


def test_an_endpoint_is_registered_over_the_api(platform, pay, receiver):
    given = {"url": receiver.url, "enabled_events": ["charge.refunded"], "api_version": stripe.api_version}
    endpoint = platform.webhook_endpoints.create(given)
    assert endpoint.secret.startswith("whsec_")
    assert "secret" not in platform.webhook_endpoints.retrieve(endpoint.id)
    assert [each.id for each in platform.webhook_endpoints.list().data] == [endpoint.id]

    platform.refunds.create({"payment_intent": pay().id})
    came = receiver.received.get(timeout=10)

    assert stripe.Webhook.construct_event(came.payload, came.signature, endpoint.secret).type == "charge.refunded"
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(came.payload + b" ", came.signature, endpoint.secret)


def test_a_deleted_endpoint_is_told_nothing(platform, pay, receiver):
    endpoint = platform.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    platform.webhook_endpoints.delete(endpoint.id)

    assert pay().status == "succeeded"
    assert platform.events.list().data[0].pending_webhooks == 0
    with pytest.raises(stripe.InvalidRequestError):
        platform.webhook_endpoints.retrieve(endpoint.id)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://127.0.0.1/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "http://127.0.0.1.example.org/",
    ],
)
def test_nothing_is_delivered_beyond_this_machine(platform, url):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})

    assert refused.value.code == "url_invalid"


def test_events_are_listed_by_type(platform, pay):
    pay()

    assert [each.type for each in platform.events.list({"type": PAID[1]}).data] == [PAID[1]]
    assert [each.type for each in platform.events.list({"types": [PAID[0], PAID[2]]}).data] == [PAID[2], PAID[0]]


def test_a_declined_card_is_told(platform, served):
    with pytest.raises(stripe.CardError):
        platform.payment_intents.create(
            {"amount": 900, "currency": "eur", "payment_method": "pm_card_chargeDeclined", "confirm": True}
        )

    told = client_for(served.url, "sk_test_other").v1.events.list().data
    assert [each.type for each in told] == ["payment_intent.payment_failed", "charge.failed", "payment_intent.created"]
    assert told[0].data.object.last_payment_error.code == "card_declined"


def test_an_event_can_come_twice(listen, pay, receiver, controls):
    listen("payment_intent.succeeded")
    controls("deliveries/mode", mode="duplicated")
    pay()

    assert receiver.next().id == receiver.next().id
    controls("deliveries/mode", mode="normal")
    pay()
    assert receiver.next().type == "payment_intent.succeeded"
    assert receiver.received.empty()


def test_events_can_come_in_any_order(listen, platform, receiver, controls):
    listen("customer.created")
    controls("deliveries/mode", mode="shuffled")
    made = [platform.customers.create({"name": str(number)}).id for number in range(30)]

    came = [receiver.next().data.object.id for _ in made]

    assert sorted(came) == sorted(made)
    assert came != made


def test_a_way_to_deliver_that_does_not_exist_is_refused(refused_control):
    assert refused_control("deliveries/mode", mode="never") == 400


def test_an_endpoint_is_changed_and_paused(platform, pay, receiver, listen):
    endpoint = listen("charge.refunded")
    changed = platform.webhook_endpoints.update(endpoint.id, {"enabled_events": ["charge.succeeded"]})
    assert changed.enabled_events == ["charge.succeeded"]
    pay()
    assert receiver.next().type == "charge.succeeded"

    assert platform.webhook_endpoints.update(endpoint.id, {"disabled": True}).status == "disabled"
    pay()
    assert platform.events.list().data[0].pending_webhooks == 0
    with pytest.raises(stripe.InvalidRequestError):
        platform.webhook_endpoints.update(endpoint.id, {"url": "http://example.org/"})


def test_events_that_did_not_arrive_are_listed(listen, pay, platform, controls):
    listen("payment_intent.succeeded")
    controls("deliveries/pause")
    pay()

    missing = platform.events.list({"delivery_success": False}).data
    assert [each.type for each in missing] == ["payment_intent.succeeded"]
    arrived = platform.events.list({"delivery_success": True, "type": "charge.succeeded"}).data
    assert [each.type for each in arrived] == ["charge.succeeded"]
