"""Fixtures of a local Stripe and of orders to be paid; a conftest that needs them imports them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import stripe
from flask import Flask

from blueprints.http.ports import KEY
from marketplace.adapters.stripe import StripeGateway
from marketplace.adapters.stripe_books import StripeBooks
from marketplace.adapters.stripe_client import Connection
from stripe_sandbox.serving import Served, serve_in_thread
from tests.conftest import WEBHOOK_SECRET
from tests.money import Stripe, Till
from tests.worlds import World

OLD_SECRET = "whsec_being_rolled_out_0123456789"


@pytest.fixture(scope="session")
def _served() -> Iterator[Served]:
    with serve_in_thread() as served:
        yield served


@pytest.fixture(scope="session")
def _stripe(_served: Served) -> Iterator[Stripe]:
    http = stripe.RequestsClient(timeout=20)
    connection = Connection("sk_test_platform", base=_served.url, retries=0)
    gateway = StripeGateway(connection, secrets=(WEBHOOK_SECRET, OLD_SECRET))
    where = dict.fromkeys(("api", "connect", "files", "meter_events"), _served.url)
    client = stripe.StripeClient("sk_test_platform", base_addresses=where, http_client=http)
    yield Stripe(_served, connection, gateway, StripeBooks(connection), client)
    http.close()
    connection.close()


@pytest.fixture
def local_stripe(_stripe: Stripe) -> Stripe:
    """A local Stripe in which nothing has happened yet."""
    _stripe.served.sandbox.api.reset()
    _stripe.served.sandbox.api.world.seconds_ahead = 0
    return _stripe


@pytest.fixture
def till(world: World, local_stripe: Stripe) -> Till:
    """Makes orders to be paid."""
    return Till(world, local_stripe)


@pytest.fixture
def app_with_stripe(app: Flask, local_stripe: Stripe) -> Iterator[Flask]:
    """The application, its gateway at the local Stripe."""
    config, ports = app.extensions[KEY]
    at_stripe = replace(ports, gateway=local_stripe.gateway, disputes=local_stripe.desk, books=local_stripe.books)
    app.extensions[KEY] = (config, at_stripe)
    yield app
    app.extensions[KEY] = (config, ports)
