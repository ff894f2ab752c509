"""Requests are checked against the SDK's own parameter types."""

import pytest
import requests
import stripe

from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.sdk.operations import operations
from stripe_sandbox.sdk.parameters import expectations, read_object
from stripe_sandbox.wire import unbracketed

INTENT = {"amount": 5_000, "currency": "eur"}


def test_the_parameters_of_every_operation_of_the_sdk_can_be_read():
    described = {parameters for parameters in operations().values() if parameters}

    assert len(operations()) > 500
    assert all(expectations(parameters) is not None for parameters in described)


def test_values_get_the_types_of_the_sdk():
    parameters = operations()["POST", "/v1/payment_intents"]
    given = unbracketed(
        [("amount", "700"), ("currency", "eur"), ("confirm", "true"), ("metadata[0]", "a"), ("metadata[order]", "7")]
    )

    read = read_object(parameters, given)

    assert read == {"amount": 700, "currency": "eur", "confirm": True, "metadata": {"0": "a", "order": "7"}}


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"amount": "7.5"}, "parameter_invalid_integer", "amount"),
        ({"amount": True}, "parameter_invalid_integer", "amount"),
        ({"amount": 10**30}, "parameter_invalid_integer", "amount"),
        ({"currency": ""}, "parameter_invalid_empty", "currency"),
        ({"colour": "blue"}, "parameter_unknown", "colour"),
        ({"idempotency_key": "k"}, "parameter_unknown", "idempotency_key"),
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        (
            {"automatic_payment_methods": {"allow_redirects": "never"}},
            "parameter_missing",
            "automatic_payment_methods[enabled]",
        ),
        ({"automatic_payment_methods": {"enabled": "yes"}}, None, "automatic_payment_methods[enabled]"),
        ({"capture_method": "later"}, None, "capture_method"),
        ({"metadata": "order"}, None, "metadata"),
        (
            {"automatic_payment_methods": {"enabled": ""}},
            "parameter_invalid_empty",
            "automatic_payment_methods[enabled]",
        ),
        ({"currency": {"a": "b"}}, None, "currency"),
        ({"description": ["a"]}, None, "description"),
    ],
)
def test_a_parameter_that_the_sdk_does_not_allow_is_refused(platform, change, code, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.payment_intents.create({**INTENT, **change})

    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, code, param)


def test_a_missing_parameter_is_refused(platform):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.payment_intents.create({"currency": "eur"})

    assert (refused.value.code, refused.value.param) == ("parameter_missing", "amount")


def test_what_stripe_can_do_and_the_local_stripe_cannot_is_refused_not_ignored(platform):
    with pytest.raises(stripe.APIError, match="application_fee_amount") as refused:
        platform.payment_intents.create({**INTENT, "application_fee_amount": 5})
    assert refused.value.http_status == 501

    with pytest.raises(stripe.APIError, match="does not offer POST /v1/subscriptions") as refused:
        platform.subscriptions.create({"customer": "cus_1"})
    assert refused.value.http_status == 501


def test_one_name_with_two_shapes_is_refused():
    with pytest.raises(InvalidRequest):
        unbracketed([("metadata", "x"), ("metadata[a]", "y")])


def test_metadata_has_limits(platform):
    for metadata in ({"a" * 41: "x"}, {"a": "x" * 501}, {str(n): "x" for n in range(51)}):
        with pytest.raises(stripe.InvalidRequestError):
            platform.payment_intents.create({**INTENT, "metadata": metadata})

    kept = platform.payment_intents.create({**INTENT, "metadata": {"a" * 40: "x" * 500, "empty": ""}})
    assert kept.metadata.to_dict() == {"a" * 40: "x" * 500}


def test_who_names_no_version_may_say_what_older_versions_said(served):
    given = {"amount": 900, "currency": "eur", "payment_method_types[]": "card"}
    key = {"Authorization": "Bearer sk_test_1"}

    made = requests.post(f"{served.url}/v1/payment_intents", data=given, headers=key, timeout=5).json()

    assert made["allowed_payment_method_types"] == ["card"]
    now = {**key, "Stripe-Version": stripe.api_version}
    assert requests.post(f"{served.url}/v1/payment_intents", data=given, headers=now, timeout=5).status_code == 400


@pytest.mark.parametrize(
    ("service", "given"),
    [
        ("payment_intents", {**INTENT, "confirm": True}),
        ("payment_intents", {**INTENT, "confirm": True, "payment_method_data": {"type": "alipay"}}),
        ("setup_intents", {"confirm": True}),
        ("customers", {"payment_method": "pm_nobody"}),
        ("prices", {"currency": "eur", "product_data": {"name": "Nut"}}),
    ],
)
def test_what_is_refused_leaves_nothing_behind(platform, service, given):
    with pytest.raises(stripe.InvalidRequestError):
        getattr(platform, service).create(given)

    assert platform.events.list().data == []


def test_a_page_that_cannot_be_leaves_no_prices_behind(platform):
    price = {"currency": "eur", "unit_amount": 1, "product_data": {"name": "Nut"}}
    with pytest.raises(stripe.InvalidRequestError):
        platform.checkout.sessions.create({"line_items": [{"price_data": price}], "success_url": "http://127.0.0.1:1/"})

    assert platform.events.list().data == []


def test_an_invoice_that_nobody_could_pay_stays_a_draft(platform):
    customer = platform.customers.create({"email": "a@example.org"})
    platform.invoice_items.create({"customer": customer.id, "amount": 900, "currency": "chf"})
    settings = {"payment_method_types": ["customer_balance"]}
    given = {"customer": customer.id, "pending_invoice_items_behavior": "include", "payment_settings": settings}
    draft = platform.invoices.create(given)

    with pytest.raises(stripe.InvalidRequestError):
        platform.invoices.finalize_invoice(draft.id)

    assert platform.invoices.retrieve(draft.id).status == "draft"
    assert platform.invoices.retrieve(draft.id).number is None
