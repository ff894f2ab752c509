"""Why a seller's money is not with them yet: the first thing that would have to be gone."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from marketplace.orders.states import JobState
from marketplace.payments.models import FreezeWhy, OperationState, Rail, ReleaseState
from marketplace.payouts.rules import WORDS, Facts, FrozenBy, Reason, Sending, Standing, Way, answer

SOON, LATER = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 8, tzinfo=UTC)
ABLE = Way(rail=Rail.STRIPE_TRANSFER, has_account=True, may_receive=True, is_refused=False)
BY_BANK = replace(ABLE, rail=Rail.MANUAL_BANK, has_account=False, may_receive=False)
READY = Sending(OperationState.READY, None, was_asked=False, is_renewed=False, is_in_batch=False)
DONE = replace(READY, state=OperationState.DONE, rail=Rail.STRIPE_TRANSFER, was_asked=True)
SHIPPED = Facts(
    job=JobState.SHIPPED,
    is_paid=True,
    earned_minor=9_200,
    is_released=False,
    accept_by=SOON,
    release=None,
    due_at=None,
    frozen=(),
    way=ABLE,
    transfers=(),
)
RELEASED = replace(SHIPPED, job=JobState.DONE, is_released=True, transfers=(READY,))
WAITS = replace(SHIPPED, job=JobState.DONE, release=ReleaseState.WAITING, due_at=LATER)
DISPUTE, MOVED = FrozenBy(FreezeWhy.DISPUTE, None), FrozenBy(FreezeWhy.DESTINATION_CHANGED, LATER)

CASES: dict[str, tuple[Facts, Standing, Reason, datetime | None]] = {
    "not paid": (replace(SHIPPED, job=JobState.OFFERED, is_paid=False), Standing.EXPECTED, Reason.NOT_PAID, None),
    "in production": (replace(SHIPPED, job=JobState.IN_PRODUCTION), Standing.EXPECTED, Reason.NOT_ACCEPTED, None),
    "shipped": (SHIPPED, Standing.EXPECTED, Reason.NOT_ACCEPTED, SOON),
    "days": (WAITS, Standing.EXPECTED, Reason.DAYS_AFTER_ACCEPTANCE, LATER),
    "dispute": (replace(WAITS, frozen=(DISPUTE,)), Standing.EXPECTED, Reason.DISPUTE, None),
    "destination does not hold a release": (
        replace(WAITS, frozen=(MOVED,)), Standing.EXPECTED, Reason.DAYS_AFTER_ACCEPTANCE, LATER,
    ),
    "given back": (replace(RELEASED, earned_minor=0), Standing.NOTHING, Reason.GIVEN_BACK, None),
    "staff": (
        replace(RELEASED, frozen=(FrozenBy(FreezeWhy.STAFF, None),)), Standing.OWED, Reason.STAFF, None,
    ),
    "destination": (replace(RELEASED, frozen=(MOVED,)), Standing.OWED, Reason.DESTINATION_CHANGED, LATER),
    "two freezes, one open-ended": (
        replace(RELEASED, frozen=(MOVED, DISPUTE)), Standing.OWED, Reason.DESTINATION_CHANGED, None,
    ),
    "no way": (replace(RELEASED, way=None), Standing.OWED, Reason.ACCOUNT_MISSING, None),
    "no account": (
        replace(RELEASED, way=replace(ABLE, has_account=False)), Standing.OWED, Reason.ACCOUNT_MISSING, None,
    ),
    "not active": (
        replace(RELEASED, way=replace(ABLE, may_receive=False)), Standing.OWED, Reason.ACCOUNT_NOT_READY, None,
    ),
    "bank refuses": (
        replace(RELEASED, way=replace(ABLE, is_refused=True)), Standing.OWED, Reason.BANK_REFUSES, None,
    ),
    "on its way": (RELEASED, Standing.OWED, Reason.ON_ITS_WAY, None),
    "awaits funds": (
        replace(RELEASED, transfers=(replace(READY, was_asked=True, is_renewed=True),)),
        Standing.OWED, Reason.AWAITING_FUNDS, None,
    ),
    "refused": (
        replace(RELEASED, transfers=(DONE, replace(READY, state=OperationState.FAILED))),
        Standing.OWED, Reason.REFUSED, None,
    ),
    "next batch": (replace(RELEASED, way=BY_BANK), Standing.OWED, Reason.AWAITING_BATCH, None),
    "in a batch": (
        replace(RELEASED, way=BY_BANK, transfers=(replace(READY, is_in_batch=True),)),
        Standing.OWED, Reason.IN_BATCH, None,
    ),
    "ordered at our bank, whatever is frozen since": (
        replace(RELEASED, way=BY_BANK, frozen=(DISPUTE,), transfers=(replace(READY, rail=Rail.MANUAL_BANK),)),
        Standing.OWED, Reason.WITH_OUR_BANK, None,
    ),
    "sent": (replace(RELEASED, transfers=(DONE,)), Standing.SENT, Reason.SENT, None),
    "set off": (replace(RELEASED, transfers=()), Standing.SENT, Reason.DEBTS_SET_OFF, None),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_m7_the_reason_is_the_first_thing_in_the_way(case: str) -> None:
    facts, standing, reason, expected = CASES[case]

    found = answer(facts)

    assert (found.standing, found.reason, found.expected_at) == (standing, reason, expected)
    assert found.text == WORDS[reason]


def test_every_reason_has_words_and_a_case() -> None:
    tried: set[Any] = {reason for _, _, reason, _ in CASES.values()}

    assert set(WORDS) == set(Reason)
    assert tried == set(Reason) - {Reason.RECONCILIATION}
