"""Which events are asked for, handled, and kept for a person."""

from typing import get_args

from stripe.params import WebhookEndpointCreateParams

from marketplace.payments import inbox
from marketplace.payments.inbox import Outcome
from marketplace.payments.models import EventState
from marketplace.workflows.money import disputing, listening


def test_every_kind_that_makes_a_job_has_a_hand() -> None:
    assert set(listening.FETCH) | set(listening.FETCH_AT_SELLERS) | set(disputing.KINDS) == inbox.HANDLED


def test_every_kind_exists_at_the_provider() -> None:
    """The installed SDK is the contract: these are the kinds that a webhook endpoint can be told of."""
    [kinds] = get_args(WebhookEndpointCreateParams.__annotations__["enabled_events"])

    assert set(get_args(kinds)) >= inbox.HANDLED


def test_each_outcome_ends_an_event_one_way() -> None:
    assert {outcome for outcome in Outcome if inbox.state_after(outcome) is EventState.QUARANTINED} == {
        Outcome.UNKNOWN,
        Outcome.DIFFERENT,
        Outcome.OTHER_VERSION,
        Outcome.FOR_A_PERSON,
    }
