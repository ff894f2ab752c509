"""Everything that the local Stripe says exists in the SDK: fields, error codes, event types."""

import ast
import io
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe

import stripe_sandbox
from stripe_sandbox.paying import NOT_AUTHENTICATED
from stripe_sandbox.resources import cash
from stripe_sandbox.resources.cards import CARDS
from stripe_sandbox.routing import OFFERED
from stripe_sandbox.sdk import answers
from stripe_sandbox.sdk.operations import operations
from stripe_sandbox.sdk.parameters import expectations
from tests.stripe_sandbox.shapes import faults

SOURCES = sorted(Path(stripe_sandbox.__file__).parent.rglob("*.py"))


WINNING = {"uncategorized_text": "winning_evidence"}


def transfer_money(platform) -> None:
    """A customer pays a part by bank transfer."""
    customer = platform.customers.create({"email": "a@example.org"})
    method = {"payment_method_data": {"type": "customer_balance"}, "confirm": True}
    platform.payment_intents.create({"amount": 900, "currency": "eur", "customer": customer.id, **method})
    platform.test_helpers.customers.fund_cash_balance(customer.id, {"amount": 400, "currency": "eur"})


def upload(platform) -> None:
    """A file for a bank."""
    platform.files.create({"purpose": "dispute_evidence", "file": io.BytesIO(b"%PDF-1.7")})


def sell(platform) -> None:
    """A page on which nobody has paid yet, and one on which somebody has."""
    price = {"currency": "eur", "unit_amount": 500, "product_data": {"name": "Bracket"}}
    given = {"line_items": [{"price_data": price, "quantity": 2}], "success_url": "http://127.0.0.1:1/"}
    platform.checkout.sessions.create(given)
    paid = platform.checkout.sessions.create({**given, "customer_creation": "always"})
    requests.post(paid.url, data={"do": "pay", "card": "4242424242424242"}, allow_redirects=False, timeout=5)


def bill(platform) -> None:
    """An invoice that is paid."""
    customer = platform.customers.create({"email": "a@example.org", "payment_method": "pm_card_visa"})
    platform.invoice_items.create({"customer": customer.id, "amount": 900, "currency": "eur"})
    given = {"customer": customer.id, "pending_invoice_items_behavior": "include"}
    platform.invoices.pay(platform.invoices.create(given).id)
    platform.invoice_items.create({"customer": customer.id, "amount": 100, "currency": "eur"})


@pytest.fixture
def busy_world(served, controls, platform, maker, pay, receiver) -> dict[str, Any]:
    """A world with at least one object of every kind."""
    platform.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["charge.refunded"]})
    paid = pay(transfer_group="order_1")
    with pytest.raises(stripe.CardError):
        pay(card="pm_card_chargeDeclined")
    transfer = platform.transfers.create(
        {"amount": 700, "currency": "eur", "destination": maker.id, "source_transaction": paid.latest_charge.id}
    )
    platform.transfers.reversals.create(transfer.id, {"amount": 100})
    platform.refunds.create({"payment_intent": paid.id, "amount": 100})
    controls(f"refunds/{platform.refunds.create({'payment_intent': paid.id, 'amount': 200}).id}/fail")
    disputed = pay(card="pm_card_createDispute").latest_charge
    platform.disputes.update(platform.disputes.list({"charge": disputed.id}).data[0].id, {"evidence": WINNING})
    transfer_money(platform)
    upload(platform)
    platform.setup_intents.create({"payment_method": "pm_card_visa", "confirm": True})
    sell(platform)
    bill(platform)
    controls("clock", seconds=3 * 24 * 3600)
    controls(f"accounts/{maker.id}/payout")
    platform.payouts.create({"amount": 100, "currency": "eur"})
    return controls.state()


def test_every_object_has_the_fields_of_its_class(busy_world):
    shown = busy_world["objects"]

    assert all(shown.values()), [kind for kind in shown if not shown[kind]]
    assert [fault for each in shown.values() for one in each for fault in faults(one)] == []


def test_objects_that_are_not_kept_have_the_fields_of_their_class(platform, maker):
    urls = {"return_url": "http://127.0.0.1/", "refresh_url": "http://127.0.0.1/"}
    link = platform.account_links.create({"account": maker.id, "type": "account_onboarding", **urls})

    assert faults(link.to_dict()) == []
    assert faults(platform.balance.retrieve().to_dict()) == []
    customer = platform.customers.create({"email": "a@example.org"})
    asked = {"currency": "usd", "funding_type": "bank_transfer", "bank_transfer": {"type": "us_bank_transfer"}}
    assert faults(platform.customers.funding_instructions.create(customer.id, asked).to_dict()) == []
    assert faults(platform.customers.cash_balance.retrieve(customer.id).to_dict()) == []


@pytest.mark.parametrize(
    "method",
    [
        {"payment_method": "pm_card_authenticationRequired"},
        {"payment_method": "pm_card_createDisputeInquiry"},
        {"payment_method_data": {"type": "alipay"}},
        {"payment_method_data": {"type": "wechat_pay"}},
        {"payment_method_data": {"type": "customer_balance"}},
        {"payment_method_data": {"type": "sepa_debit", "sepa_debit": {"iban": "AT611904300234573201"}}},
    ],
)
def test_every_way_of_paying_leaves_objects_of_their_class(platform, controls, served, method):
    customer = platform.customers.create({"email": "a@example.org"}).id
    given = {
        "amount": 900,
        "currency": "eur",
        "customer": customer,
        "confirm": True,
        "return_url": "http://127.0.0.1:1/",
    }
    intent = platform.payment_intents.create({**given, **method})
    waiting = controls.state()["objects"]
    requests.post(
        f"{served.url}/_sandbox/approve/{intent.id}", data={"do": "approve"}, allow_redirects=False, timeout=5
    )
    platform.test_helpers.customers.fund_cash_balance(customer, {"amount": 900, "currency": "eur"})
    controls("clock", seconds=3600)
    platform.refunds.create({"payment_intent": intent.id})

    for shown in (waiting, controls.state()["objects"]):
        assert [fault for each in shown.values() for one in each for fault in faults(one)] == []


def test_the_comparison_sees_what_is_missing_and_what_is_unknown(platform):
    shown = platform.balance.retrieve().to_dict()
    del shown["available"][0]["currency"]
    shown["colour"] = "blue"

    assert faults(shown) == ["balance.colour is unknown", "balance.available.currency is missing"]


def test_every_error_code_is_in_the_sdk():
    said = {value for source in SOURCES for value in _keywords(source, {"code"})}
    said |= {value for source in SOURCES for value in _entries(source, "code")}
    said |= {card.code for card in CARDS.values() if card.code}
    said |= {code for code, _message in NOT_AUTHENTICATED.values()}

    assert len(said) > 35
    assert said <= answers.error_codes()


def test_every_event_type_is_in_the_sdk():
    said = {value for source in SOURCES for value in _keywords(source, {"event"})}
    said |= {value for source in SOURCES for call in _calls(source, TELLING) for value in _texts(call.args[1])}
    whole = {each for each in said if not each.startswith(".")}  # what is left of f"{KIND}.created"

    assert len(whole) > 70
    assert whole | {f"{cash.KIND}.created"} <= answers.event_types()


TELLING = {"events.emit", "events.tell"}


def _calls(source: Path, names: set[str]) -> list[ast.Call]:
    """The calls of some functions in a file."""
    nodes = ast.walk(ast.parse(source.read_text()))
    return [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) in names]


def _keywords(source: Path, names: set[str]) -> set[str]:
    """The texts that a file gives as keyword arguments of these names, or that are their defaults."""
    nodes = list(ast.walk(ast.parse(source.read_text())))
    given = [node.value for node in nodes if isinstance(node, ast.keyword) and node.arg in names]
    defaults = [
        default
        for node in nodes
        if isinstance(node, ast.arguments)
        for each, default in zip(node.kwonlyargs, node.kw_defaults, strict=True)
        if each.arg in names and default
    ]
    return {text for value in [*given, *defaults] for text in _texts(value)}


def _entries(source: Path, name: str) -> set[str]:
    """The texts that stand under a name in the dictionaries of a file."""
    return {
        value.value
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == name
        if isinstance(value, ast.Constant) and isinstance(value.value, str)
    }


def _texts(value: ast.expr) -> set[str]:
    return {node.value for node in ast.walk(value) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_only_what_stripes_own_page_asks_is_not_in_the_sdk():
    assert OFFERED.keys() - operations().keys() == {
        ("GET", "/v1/payment_pages/{}"),
        ("POST", "/v1/payment_pages/{}/confirm"),
    }


def test_every_parameter_that_is_acted_on_is_in_the_sdk():
    described = [(operation, operations().get(key)) for key, operation in OFFERED.items()]
    unknown = {
        (operation.method, operation.shape, name)
        for operation, parameters in described
        for name in operation.takes - {"expand", "client_secret"}
        if parameters and name not in expectations(parameters)
    }

    assert unknown == set()
