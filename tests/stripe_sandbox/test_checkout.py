"""A customer pays on a hosted page: at once, later, or not at all."""

import pytest
import requests
import stripe

BACK, AWAY = "http://127.0.0.1:1/thanks?session={CHECKOUT_SESSION_ID}", "http://127.0.0.1:1/basket"
ITEM = {"price_data": {"currency": "eur", "unit_amount": 1_500, "product_data": {"name": "<Bracket>"}}, "quantity": 3}
DAY = 24 * 3600


@pytest.fixture
def opened(platform):
    """Sessions that wait for their customer."""

    def create(**more):
        given = {"mode": "payment", "line_items": [ITEM], "success_url": BACK, "cancel_url": AWAY}
        return platform.checkout.sessions.create({**given, **more})

    return create


def send(url, **fields):
    """What a customer sends from a page; where they are led, or the page they see."""
    came = requests.post(url, data=fields, allow_redirects=False, timeout=5)
    return came.headers.get("Location", came.text)


def told(platform):
    found = platform.events.list({"limit": 100}).data
    return [each.type for each in found if each.type.startswith("checkout.")][::-1]


def test_a_session_says_what_is_to_be_paid(platform, opened):
    session = opened(
        client_reference_id="order-7", metadata={"order": "7"}, payment_intent_data={"metadata": {"o": "7"}}
    )

    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 4_500)
    assert (session.currency, session.payment_intent, session.client_reference_id) == ("eur", None, "order-7")
    line = platform.checkout.sessions.line_items.list(session.id).data[0]
    assert (line.quantity, line.amount_total, line.description, line.price.unit_amount) == (
        3,
        4_500,
        "<Bracket>",
        1_500,
    )
    page = requests.get(session.url, timeout=5).text
    assert "45.00 EUR" in page
    assert "&lt;Bracket&gt;" in page


def test_a_card_pays_and_leads_back(platform, opened):
    session = opened(payment_intent_data={"metadata": {"order": "7"}, "transfer_group": "order_7"})

    where = send(session.url, do="pay", method="card", card="4242424242424242")

    assert where == BACK.replace("{CHECKOUT_SESSION_ID}", session.id)
    paid = platform.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    intent = paid.payment_intent
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert (intent.status, intent.metadata["order"], intent.latest_charge.transfer_group) == (
        "succeeded",
        "7",
        "order_7",
    )
    assert told(platform) == ["checkout.session.completed"]
    assert [each.id for each in platform.checkout.sessions.list({"payment_intent": intent.id}).data] == [session.id]


def test_a_declined_card_leaves_the_page_open(platform, opened):
    session = opened()
    assert "Your card was declined." in send(session.url, do="pay", card="4000000000000002")
    assert platform.checkout.sessions.retrieve(session.id).status == "open"

    send(session.url, do="pay", card="4242424242424242")

    assert platform.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert len(platform.payment_intents.list().data) == 1
    assert told(platform) == ["checkout.session.completed"]


@pytest.mark.parametrize(("fields", "status"), [({"card": "4000002760003184"}, "paid"), ({"method": "alipay"}, "paid")])
def test_a_customer_who_is_asked_comes_back_to_the_platform(platform, opened, fields, status):
    session = opened()
    asked = send(session.url, do="pay", **fields)
    assert "/_sandbox/approve/pi_" in asked
    assert told(platform) == []

    assert send(asked, do="approve") == BACK.replace("{CHECKOUT_SESSION_ID}", session.id)
    assert platform.checkout.sessions.retrieve(session.id).payment_status == status


def test_a_customer_who_says_no_comes_back_to_the_page(platform, opened):
    session = opened()
    asked = send(session.url, do="pay", card="4000002760003184")

    assert send(asked, do="refuse") == session.url
    assert platform.checkout.sessions.retrieve(session.id).status == "open"


@pytest.mark.parametrize(
    ("iban", "event", "payment_status"),
    [
        ("AT611904300234573201", "checkout.session.async_payment_succeeded", "paid"),
        ("AT861904300235473202", "checkout.session.async_payment_failed", "unpaid"),
    ],
)
def test_a_slow_payment_completes_the_session_unpaid(platform, opened, controls, iban, event, payment_status):
    session = opened()
    assert send(session.url, do="pay", method="sepa_debit", iban=iban).startswith("http://127.0.0.1:1/thanks")
    waiting = platform.checkout.sessions.retrieve(session.id)
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")

    controls("clock", seconds=60)

    assert platform.checkout.sessions.retrieve(session.id).payment_status == payment_status
    assert told(platform) == ["checkout.session.completed", event]


def test_a_bank_transfer_completes_the_session_unpaid(platform, opened):
    customer = platform.customers.create({"email": "a@example.org"})
    session = opened(customer=customer.id, allowed_payment_method_types=["customer_balance"])
    assert send(session.url, do="pay", method="customer_balance").startswith("http://127.0.0.1:1/thanks")
    assert platform.checkout.sessions.retrieve(session.id).payment_status == "unpaid"

    platform.test_helpers.customers.fund_cash_balance(customer.id, {"amount": 4_500, "currency": "eur"})

    assert platform.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert told(platform)[-1] == "checkout.session.async_payment_succeeded"


def test_a_hold_completes_the_session_and_is_paid_by_its_capture(platform, opened):
    session = opened(payment_intent_data={"capture_method": "manual"})
    send(session.url, do="pay", card="4242424242424242")
    held = platform.checkout.sessions.retrieve(session.id)
    assert (held.status, held.payment_status) == ("complete", "unpaid")

    platform.payment_intents.capture(held.payment_intent)

    assert platform.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert told(platform) == ["checkout.session.completed"]


def test_a_customer_goes_back_and_may_come_again(platform, opened):
    session = opened()

    assert send(session.url, do="cancel") == AWAY
    assert platform.checkout.sessions.retrieve(session.id).status == "open"


def test_a_session_expires_by_itself_or_on_request(platform, opened, controls):
    asked, late = opened(), opened()
    waiting = send(late.url, do="pay", card="4000002760003184")
    platform.checkout.sessions.expire(asked.id)
    controls("clock", seconds=DAY)

    for session in (asked, late):
        assert platform.checkout.sessions.retrieve(session.id).status == "expired"
        with pytest.raises(stripe.InvalidRequestError):
            platform.checkout.sessions.expire(session.id)
        assert "expired" in send(session.url, do="pay", card="4242424242424242")
    assert told(platform) == ["checkout.session.expired"] * 2
    requests.post(waiting, data={"do": "approve"}, allow_redirects=False, timeout=5)
    assert platform.payment_intents.list().data[0].status == "canceled"


def test_a_customer_is_made_if_that_is_asked_for(platform, opened):
    session = opened(customer_creation="always", customer_email="a@example.org")
    send(session.url, do="pay", card="4242424242424242")

    paid = platform.checkout.sessions.retrieve(session.id, {"expand": ["customer"]})
    assert (paid.customer.email, paid.customer_details.email) == ("a@example.org", "a@example.org")


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"line_items": []}, "line_items"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0]"),
        ({"line_items": [{**ITEM, "quantity": 0}]}, "line_items[0][quantity]"),
        ({"line_items": [{"price": "price_nobody", "quantity": 1}]}, "line_items[0][price]"),
        ({"line_items": [ITEM] * 101}, "line_items"),
        ({"line_items": [ITEM, {**ITEM, "price_data": {**ITEM["price_data"], "currency": "usd"}}]}, "line_items"),
        ({"currency": "usd"}, "line_items"),
        ({"expires_at": 1}, "expires_at"),
        ({"customer": "cus_nobody"}, "customer"),
        ({"allowed_payment_method_types": ["customer_balance"]}, "allowed_payment_method_types"),
        ({"line_items": [{**ITEM, "price_data": {**ITEM["price_data"], "unit_amount": 1}}]}, "amount"),
    ],
)
def test_a_session_that_cannot_be_is_refused(opened, change, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        opened(**change)

    assert refused.value.param == param


@pytest.mark.parametrize(
    "change",
    [{"mode": "subscription"}, {"payment_intent_data": {"application_fee_amount": 1}}, {"ui_mode": "elements"}],
)
def test_what_is_no_plain_payment_is_not_offered(opened, change):
    with pytest.raises(stripe.APIError) as refused:
        opened(**change)

    assert refused.value.http_status == 501


def test_products_and_prices_are_kept_changed_and_deleted(platform, opened):
    product = platform.products.create({"name": "Bracket", "id": "bracket"})
    price = platform.prices.create({"product": product.id, "currency": "eur", "unit_amount": 700})

    assert opened(line_items=[{"price": price.id, "quantity": 2}]).amount_total == 1_400
    assert platform.products.update(product.id, {"description": "steel"}).description == "steel"
    assert platform.prices.update(price.id, {"active": False}).active is False
    assert [each.id for each in platform.prices.list({"product": product.id}).data] == [price.id]
    assert [each.id for each in platform.products.list({"active": True}).data] == [product.id]
    for refused in (
        lambda: platform.products.delete(product.id),
        lambda: platform.products.create({"name": "again", "id": "bracket"}),
        lambda: platform.prices.create({"product": product.id, "currency": "eur"}),
        lambda: platform.prices.create({"product": product.id, "currency": "eur", "unit_amount": -1}),
        lambda: platform.prices.create({"currency": "eur", "unit_amount": 1}),
    ):
        with pytest.raises(stripe.InvalidRequestError):
            refused()
    assert platform.products.delete(platform.products.create({"name": "never sold"}).id).deleted is True


def test_no_page_for_what_does_not_exist(served):
    for page in ("checkout/cs_test_nobody", "invoice/in_nobody", "transfer/pi_nobody", "files/file_nobody"):
        assert requests.get(f"{served.url}/_sandbox/{page}", timeout=5).status_code == 404
