"""/v1/factory/payouts: what each job earns, why it is not there yet, and where it goes."""

from typing import Any
from uuid import UUID

from blueprints.factory.door import door
from blueprints.factory.earnings.schemas import (
    BankPayoutPage,
    BankPayoutQuery,
    DebtPage,
    DestinationPage,
    EarningPage,
    SetDestination,
    ShowDestination,
    ShowFee,
)
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.ports import ports, settings
from blueprints.http.schemas import Query
from marketplace.fees import service as fees
from marketplace.fees.service import FeeShown
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.payments.models import BankPayout
from marketplace.payouts import destinations, money, queries
from marketplace.payouts.models import Destination
from marketplace.payouts.money import Debt, Earning

earnings = door.room("earnings", "What you earn, and why it is not with you yet.", path="/payouts")


@earnings.get("")
@earnings.arguments(Query, location="query")
@earnings.response(200, EarningPage)
def browse(page: PageRequest) -> Page[Earning]:
    """List what your jobs earn you, newest first: what is sent, what is not, and the reason."""
    return money.page(actor(), page)


@earnings.get("/debts")
@earnings.arguments(Query, location="query")
@earnings.response(200, DebtPage)
def debts(page: PageRequest) -> Page[Debt]:
    """List what you owe for refunds of goods you were paid for, newest first; later payouts carry it."""
    return money.page_of_debts(actor(), page)


@earnings.get("/fee")
@earnings.response(200, ShowFee)
def show_fee() -> FeeShown:
    """Show what the platform asks of your prices now, since when, and what it will ask next, if that is decided.

    It is a line of each offer's price; offers that were made keep what they were made with.
    """
    with transaction():
        return fees.shown(actor(), usual_bps=settings().platform_fee_bps)


@earnings.get("/bank")
@earnings.arguments(BankPayoutQuery, location="query")
@earnings.response(200, BankPayoutPage)
def bank_payouts(page: PageRequest) -> Page[BankPayout]:
    """List what the payment provider sent to your bank, newest first, and what came back."""
    return queries.page_of_bank_payouts(actor(), page)


@earnings.get("/destinations")
@earnings.arguments(Query, location="query")
@earnings.response(200, DestinationPage)
def browse_destinations(page: PageRequest) -> Page[Destination]:
    """List where you have said your money goes, the last first; the last that was not called off counts."""
    return queries.page_of_destinations(actor(), page)


@earnings.post("/destinations")
@earnings.arguments(SetDestination)
@earnings.response(201, ShowDestination)
@idempotent
def set_destination(told: dict[str, Any], once: Once) -> Destination:
    """Say where your money shall go: an owner who has just logged in, and not a token.

    All owners are told, and mailed. Where another destination counted before, nothing is sent for 72 hours, and in that
    time any owner can call it off. A bank account is stored encrypted and never shown again.
    """
    with transaction():
        made = once(lambda: destinations.change(told["bank"], by=actor(), seal=ports().seal).id)
        return queries.own_destination(actor(), made)


@earnings.post("/destinations/<uuid:destination_id>/call-off")
@earnings.response(200, ShowDestination)
def call_off(destination_id: UUID) -> Destination:
    """Call a change off that you did not mean, while it is held: what counted before counts again, at once."""
    with transaction():
        destination = queries.own_destination(actor(), destination_id)
        destinations.call_off(destination, by=actor())
    return destination
