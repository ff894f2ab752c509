"""A paid order between a customer and a factory, for tests of what the two do with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.blueprints.customer.test_orders import choose, quoted
from tests.blueprints.factory.test_jobs import pay
from tests.scenes import Shop
from tests.worlds import Person


@dataclass(frozen=True)
class Deal:
    """Both parties' browsers, and the ids of what they share."""

    buyer: Person
    shop: Shop
    customer: FlaskClient
    factory: FlaskClient
    order_id: str
    job_id: str
    quote: dict[str, Any]

    @property
    def order(self) -> str:
        return f"/v1/customer/orders/{self.order_id}"

    @property
    def job(self) -> str:
        return f"/v1/factory/jobs/{self.job_id}"


@pytest.fixture
def deal(app_with_stripe, till, scene, as_user) -> Deal:
    """An order that is paid, its job offered."""
    return dealt(till, scene, as_user)


NOTHING: Mapping[str, Any] = MappingProxyType({})


def dealt(
    till,
    scene,
    as_user,
    *,
    line: Mapping[str, Any] = NOTHING,
    shop_has: Mapping[str, Any] = NOTHING,
    **asked: Any,
) -> Deal:
    """The same of a quote of other things, with more said of the order's one line, at a shop that can do more."""
    shop = scene.shop(till.seller(), centre_has=shop_has)
    customer = as_user(till.customer)
    quote = quoted(customer, scene.part(till.customer), **asked)
    basket = choose(quote)
    basket["lines"][0].update(line)
    placed = customer.post("/v1/customer/orders", json=basket)
    assert placed.status_code == 201, placed.json
    pay(till, customer, placed.json)
    job_id = placed.json["jobs"][0]["id"]
    return Deal(till.customer, shop, customer, as_user(shop.owner), placed.json["id"], job_id, quote)
