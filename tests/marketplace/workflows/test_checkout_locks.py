"""What a checkout relies on holds until it commits: nobody takes the quote, or the listing down, behind its back."""

from collections.abc import Callable
from threading import Thread
from uuid import UUID

import psycopg
import pytest

from marketplace.kernel.transaction import transaction
from marketplace.listings import queries as listings
from marketplace.orders.errors import ListingNotLive
from marketplace.quoting import queries as quotes
from marketplace.quoting.models import QuoteState
from marketplace.workflows.ordering import checkout
from tests import databases

WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


@pytest.fixture
def customer(make_organisation):
    return make_organisation("Customer")


@pytest.fixture
def shop(make_organisation, scene):
    return scene.shop(make_organisation("Shop", hats=("factory",)))


@pytest.fixture
def choice(customer, shop, scene, as_user):
    """The one offer of a quote."""
    wanted = {"process": "cnc_milling", "material": "aluminium_6061", "quantity": 1, "currency": "EUR"}
    revision_id = str(scene.part(customer).id)
    quote = as_user(customer).post("/v1/customer/quotes", json={**wanted, "revision_id": revision_id}).json
    return checkout.Choice(UUID(quote["id"]), UUID(quote["offers"][0]["id"]))


@pytest.fixture
def other(config):
    """Somebody else's connection, who commits when they say so."""
    with psycopg.connect(databases.plain(config.database_url)) as connection:
        yield connection


@pytest.fixture
def somebody_waits(config) -> Callable[[], bool]:
    def somebody_waits() -> bool:
        with databases.connect(config.database_url) as connection:
            return connection.execute(WAITING).fetchone() != (0,)

    return somebody_waits


def test_an_order_waits_for_a_takedown_under_way_and_is_refused(app, customer, shop, choice, other, somebody_waits):
    ends: list[object] = []

    def order():
        with app.app_context():
            try:
                with transaction():
                    ends.append(checkout.place(checkout.Basket([choice]), by=customer.actor, payment_minutes=60))
            except ListingNotLive as refusal:
                ends.append(refusal.code)

    other.execute("update listings set state = 'suspended' where id = %s", [shop.listing_id])
    ordering = Thread(target=order)
    ordering.start()
    while ordering.is_alive() and not somebody_waits():
        pass
    other.commit()
    ordering.join(timeout=30)

    assert ends == ["listing_not_live"]


def test_a_takedown_waits_for_an_order_under_way_and_other_orders_do_not(app, shop, other):
    asked = "select state from listings where id = %s for {} nowait"
    with app.app_context(), transaction():
        assert listings.stays_live(shop.listing_id)
        assert other.execute(asked.format("share"), [shop.listing_id]).fetchone() == ("live",)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute(asked.format("no key update"), [shop.listing_id])
    other.rollback()
    assert other.execute(asked.format("no key update"), [shop.listing_id]).fetchone() == ("live",)


@pytest.mark.parametrize(
    "locked",
    [
        lambda who, choice: quotes.to_order(who, choice.quote_id, choice.offer_id)[0],
        lambda who, choice: quotes.for_customer_to_take(who, choice.quote_id),
    ],
    ids=["to_order", "for_customer_to_take"],
)
def test_a_quote_that_was_read_before_is_read_afresh_when_it_is_locked(app, customer, choice, other, locked):
    with app.app_context():
        with transaction():
            read = quotes.for_customer(customer.actor, choice.quote_id)
        assert read.state is QuoteState.OPEN
        other.execute("update quotes set state = 'superseded' where id = %s", [choice.quote_id])
        other.commit()

        with transaction():
            assert locked(customer.actor, choice).state is QuoteState.SUPERSEDED
