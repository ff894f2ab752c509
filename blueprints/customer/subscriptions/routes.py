"""Subscriptions: say what capacity you want to be told of, and see what was found."""

from functools import partial
from uuid import UUID

from blueprints.customer.door import door
from blueprints.customer.subscriptions.schemas import MatchPage, ShowSubscription, Subscribe, SubscriptionPage
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.spare import queries, subscribing
from marketplace.spare.models import Subscription, SubscriptionMatch

subscriptions = door.room("subscriptions", "Capacity that you want to be told of when it appears.")


@subscriptions.post("")
@subscriptions.arguments(Subscribe)
@subscriptions.response(201, ShowSubscription)
@idempotent
def subscribe(wanted: subscribing.SubscriptionTerms, once: Once) -> Subscription:
    """Be told, by a notice, of each slot that appears and each listing that goes live as you want it.

    What is there already is listed at `GET /v1/slots` and `GET /v1/listings`.
    """
    with transaction():
        return once.row(
            lambda: subscribing.subscribe(wanted, by=actor()), find=partial(queries.subscription_of, actor())
        )


@subscriptions.get("")
@subscriptions.arguments(Query, location="query")
@subscriptions.response(200, SubscriptionPage)
def browse(page: PageRequest) -> Page[Subscription]:
    """List your subscriptions, newest first."""
    return queries.page_of_subscriptions(actor(), page)


@subscriptions.delete("/<uuid:subscription_id>")
@subscriptions.response(204)
def end(subscription_id: UUID) -> None:
    """End a subscription."""
    with transaction():
        subscribing.end(queries.subscription_of(actor(), subscription_id), by=actor())


@subscriptions.get("/<uuid:subscription_id>/matches")
@subscriptions.arguments(Query, location="query")
@subscriptions.response(200, MatchPage)
def matches(page: PageRequest, subscription_id: UUID) -> Page[SubscriptionMatch]:
    """List what a subscription has found, newest first."""
    return queries.page_of_matches(actor(), subscription_id, page)
