"""Money, seen by staff: the trial balance, one order's movements, and what needs a person."""

from typing import Any
from uuid import UUID

from blueprints.admin.door import door
from blueprints.admin.ledger.schemas import (
    EventPage,
    EventQuery,
    OperationPage,
    OperationQuery,
    OrderMoney,
    RetryOperation,
    ShowOperation,
    ShowWholeEvent,
    Timeline,
    TrialBalance,
)
from blueprints.http.identity import actor
from blueprints.http.ports import ports
from marketplace.kernel.paging import Page
from marketplace.kernel.transaction import transaction
from marketplace.ledger import queries as ledger
from marketplace.payments import queries as payments
from marketplace.payments.models import Operation, ProviderEvent
from marketplace.payments.paging import EventRequest, OperationRequest
from marketplace.workflows.money import retrying
from marketplace.workflows.money.timelines import queries as timelines

money = door.room("ledger", "Every movement of money, and what is still owed to or heard from the payment provider.")


@money.get("/trial-balance")
@money.response(200, TrialBalance)
def trial_balance() -> dict[str, Any]:
    """Show what rests in each kind of account; every currency sums to zero."""
    with transaction():
        return {"items": ledger.trial_balance()}


@money.get("/orders/<uuid:order_id>")
@money.response(200, OrderMoney)
def of_order(order_id: UUID) -> dict[str, Any]:
    """Show the money of one order as it moved."""
    with transaction():
        operations = payments.operations_of(order_id)
        return {"journals": ledger.journals(order_id), "operations": operations}


@money.get("/orders/<uuid:order_id>/timeline")
@money.response(200, Timeline)
def timeline(order_id: UUID) -> dict[str, Any]:
    """Show what became of an order's money, moment by moment: what was agreed, moved, posted, owed and asked."""
    with transaction():
        return {"items": timelines.of_order(order_id)}


@money.get("/operations")
@money.arguments(OperationQuery, location="query")
@money.response(200, OperationPage)
def operations(wanted: OperationRequest) -> Page[Operation]:
    """List what we asked of the provider, newest first: what failed, unless told otherwise."""
    with transaction():
        return payments.page_of_operations(wanted)


@money.post("/operations/<uuid:operation_id>/retry")
@money.arguments(RetryOperation)
@money.response(200, ShowOperation)
def retry(why: dict[str, Any], operation_id: UUID) -> Operation:
    """Ask the provider again for what it refused for good, after the cause was put right.

    Under a new idempotency key, after a look at whether it was carried out all the same; never beyond what was paid.
    """
    with transaction():
        return retrying.retry(operation_id, reason=why["reason"], by=actor())


@money.post("/operations/<uuid:operation_id>/another-way")
@money.arguments(RetryOperation)
@money.response(200, ShowOperation)
def take_another_way(why: dict[str, Any], operation_id: UUID) -> Operation:
    """Send a transfer that the provider refused for good by the way that its seller has chosen since, as by our bank.

    After a look at whether the provider carried it out all the same.
    """
    return retrying.take_another_way(operation_id, ports().gateway, reason=why["reason"], by=actor())


@money.get("/events")
@money.arguments(EventQuery, location="query")
@money.response(200, EventPage)
def events(wanted: EventRequest) -> Page[ProviderEvent]:
    """List the provider's events, newest first: those set aside for a person, unless told otherwise."""
    with transaction():
        return payments.page_of_events(wanted)


@money.get("/events/<word:event_id>")
@money.response(200, ShowWholeEvent)
def event(event_id: str) -> ProviderEvent:
    """Show one event of the provider."""
    with transaction():
        return payments.event_for_staff(event_id)
