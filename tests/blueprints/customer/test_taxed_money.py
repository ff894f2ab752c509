"""Tax through a job's life: the factory's leaves with its part, the platform's rests apart, and both come back."""

from dataclasses import replace
from datetime import date

import pytest

from blueprints.http.ports import KEY
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.payments.models import OperationKind
from marketplace.taxes.models import TaxRegistration
from tests.blueprints.customer.test_orders import choose, quoted
from tests.blueprints.factory.test_jobs import PARCEL, holds_everywhere, pay

pytestmark = pytest.mark.usefixtures("app_with_stripe")


@pytest.fixture
def sold(app_with_stripe, till, scene, as_user):
    """A paid order of a registered German factory on a registered German platform, made and shipped; its offer."""
    config, ports = app_with_stripe.extensions[KEY]
    app_with_stripe.extensions[KEY] = (replace(config, platform_tax_number=("DE", "DE129274202")), ports)
    shop = scene.shop(till.seller())
    row = TaxRegistration(organisation_id=shop.owner.organisation_id, country="DE", number="DE136695976")
    row.valid_from, row.registered_by = date(2020, 1, 1), shop.owner.user_id
    with till.app.app_context(), transaction():
        session().add(row)
    customer, factory = as_user(till.customer), as_user(shop.owner)
    quote = quoted(customer, scene.part(till.customer))
    order = customer.post("/v1/customer/orders", json=choose(quote)).json
    pay(till, customer, order)
    (job,) = factory.get("/v1/factory/jobs").json["items"]
    for step, told in (("accept", None), ("reports", {"pieces_done": 25}), ("ship", PARCEL)):
        assert factory.post(f"/v1/factory/jobs/{job['id']}/{step}", json=told).status_code < 300
    division = f"/v1/factory/jobs/{job['id']}/division"
    yield customer, order["id"], amounts(quote["offers"][0]), lambda: factory.get(division).json
    app_with_stripe.extensions[KEY] = (config, ports)


def amounts(offer):
    """(factory's part, fee, tax on the sale, tax on the fee) of an offer, all at 19 %."""
    factory, fee, tax = (offer[name]["minor"] for name in ("factory_price", "platform_fee", "tax"))
    on_fee = round(fee * 19 / 100)
    return factory - on_fee, fee, tax, on_fee


def divided(shown):
    """The same of what the factory is shown of its job."""
    return tuple(shown[name]["minor"] for name in ("price", "platform_fee", "tax", "tax_on_fee"))


def sent(till):
    return sum(each.amount_minor for each in till.operations() if each.kind is OperationKind.TRANSFER)


def test_released_the_factorys_tax_is_sent_with_its_part_and_the_platforms_rests_in_the_tax_account(app, till, sold):
    customer, order_id, (factory, fee, tax, on_fee), division = sold
    assert divided(division()) == (factory, fee, tax, on_fee)
    assert division()["taxed"]["seller_number"] == "DE136695976"
    assert division()["taxed"]["fee"]["treatment"] == "domestic"
    assert customer.post(f"/v1/customer/orders/{order_id}/accept").status_code == 200
    till.work()

    assert tax > 0 < on_fee
    assert sent(till) == factory + tax
    assert (till.balance("tax"), till.balance("platform_fee")) == (-on_fee, -fee)
    assert till.balance("payable") == till.balance("held") == 0
    assert till.broken() == []
    assert holds_everywhere(app)


@pytest.mark.parametrize("is_released", [False, True])
def test_a_refund_takes_of_each_tax_what_it_takes_of_the_rest_and_all_of_it_leaves_none(app, till, sold, is_released):
    customer, order_id, (factory, fee, tax, on_fee), division = sold
    total = factory + fee + tax + on_fee
    if is_released:
        assert customer.post(f"/v1/customer/orders/{order_id}/accept").status_code == 200
        till.work()
    till.give_back(order_id, total // 3)
    till.work()
    if is_released:
        assert abs(3 * -till.balance("tax") - 2 * on_fee) <= 3
        assert abs(3 * -till.balance("platform_fee") - 2 * fee) <= 3
    assert sum(divided(division())) == division()["total"]["minor"] == total - total // 3
    till.give_back_the_rest(order_id, "all of it")
    till.work()

    assert till.balance("tax") == till.balance("platform_fee") == till.balance("payable") == till.balance("held") == 0
    assert till.balance("stripe") == till.stripe.balance_transactions()
    assert till.broken() == []
