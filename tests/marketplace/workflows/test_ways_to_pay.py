"""Ways to pay beside the card: pages, invoices by bank transfer, wallets; chosen, changed, late, twice."""

import pytest

from marketplace.orders.states import OrderState
from marketplace.payments.models import Method, WayState
from tests.money import Till

CARD, DECLINED = "4242424242424242", "4000000000000002"
PAYS_LATER, FAILS_LATER = "AT611904300234573201", "AT861904300235473202"


def test_a_page_is_paid_by_card_there(till: Till) -> None:
    order_id = till.order({None: 12_345})
    opened = till.choose(order_id, Method.CHECKOUT)
    assert (opened.method, opened.state, opened.client_secret) == (Method.CHECKOUT, WayState.REQUIRES_ACTION, None)

    back = till.stripe.page(opened.url, do="pay", method="card", card=CARD)
    [way] = till.ways()
    assert back == f"http://market.example/pay/{way.id}"
    till.hear("checkout.session.completed")

    assert till.order_state(order_id) is OrderState.PAID
    [way] = till.ways()
    assert (way.state, way.funded_minor) == (WayState.PAID, 12_345)
    assert till.broken() == []


def test_an_invoice_shows_what_has_arrived_and_what_is_left(till: Till) -> None:
    order_id = till.order({None: 10_000})
    opened = till.choose(order_id, Method.INVOICE)
    transfer = opened.bank_transfer
    assert transfer is not None
    assert transfer.accounts[0]["iban"] and transfer.reference

    [intent] = till.stripe.served.sandbox.api.world.kind("payment_intent")
    where = f"{till.stripe.served.url}/_sandbox/transfer/{intent.id}"
    till.stripe.page(where, amount="4000")
    till.hear()

    told = till.told(order_id)
    assert told.state is WayState.PARTIALLY_FUNDED
    transfer = told.ways[0].bank_transfer
    assert transfer is not None
    assert (transfer.paid.minor, transfer.left.minor) == (4_000, 6_000)

    till.stripe.page(where, amount="6000")
    till.hear()

    assert till.order_state(order_id) is OrderState.PAID
    assert till.broken() == []


@pytest.mark.parametrize("method", [Method.ALIPAY, Method.WECHAT_PAY])
def test_a_wallet_pays_when_its_owner_says_yes(till: Till, method: Method) -> None:
    order_id = till.order({None: 10_000}, currency="CNY")
    opened = till.choose(order_id, method)

    till.stripe.page(opened.url, do="approve")
    till.hear()

    assert till.order_state(order_id) is OrderState.PAID
    assert till.broken() == []
