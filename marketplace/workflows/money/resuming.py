"""What was left lying: after a crash, a lost event, a provider that was away. Run every minute."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

from marketplace.jobs.queue import Task, later
from marketplace.kernel import clock
from marketplace.kernel.transaction import transaction
from marketplace.payments import operations
from marketplace.payments import queries as rows
from marketplace.payments.cashier import Provider
from marketplace.payments.errors import ProviderRefused, ProviderUnavailable
from marketplace.payments.ports import Gateway
from marketplace.workflows import queries
from marketplace.workflows.money import choosing, payout_accounts, settlement

log = logging.getLogger("commonforge.money")

EVENT_IS_LATE: Final = timedelta(minutes=1)
LOOK_AGAIN_AFTER: Final = timedelta(minutes=10)


def resume_money(gateway: Provider) -> None:
    """Ask again for what nobody is about to do; each by itself, so that one trouble keeps nothing else waiting."""
    now = clock.now()
    with transaction():
        for operation_id, order_id in rows.stranded_operations():
            operations.ask_later(operation_id, order_id)
        for event_id in rows.stranded_events(now - EVENT_IS_LATE):
            later(Task.HANDLE_EVENT, event_id=event_id)
        intents = queries.intents_to_look_at(now)
        ways = queries.ways_to_look_at(now)
        accounts = rows.accounts_to_look_at(now - LOOK_AGAIN_AFTER)
    for intent_id in intents:
        _try(lambda each: _look_at_intent(each, gateway), intent_id)
    for way_id in ways:
        _try(lambda each: choosing.look(UUID(each), gateway), str(way_id))
    for account_id in accounts:
        _try(lambda each: payout_accounts.look(each, gateway), account_id)


def _look_at_intent(intent_id: str, gateway: Gateway) -> None:
    """A payment whose event never came."""
    seen = gateway.intent(intent_id)
    if seen.charge is not None:
        with transaction():
            settlement.capture(seen)


def _try(look: Callable[[str], object], about: str) -> None:
    try:
        look(about)
    except (ProviderUnavailable, ProviderRefused) as problem:
        log.warning("could not look at %s: %s", about, problem.message)
