"""Why a seller's money is where it is, and when it moves on. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from marketplace.orders.states import JobState
from marketplace.payments.models import FreezeWhy, OperationState, Rail, ReleaseState

STUCK_AFTER: Final = timedelta(days=7)
"""What has not come to its end by then is a person's matter."""


class Standing(StrEnum):
    """How far what a job earns has come to its seller."""

    EXPECTED = "expected"
    """Paid by the customer, and not owed to the seller yet."""
    OWED = "owed"
    """Released, and not sent, or not all of it."""
    SENT = "sent"
    NOTHING = "nothing"
    """It went back to the customer."""


class Reason(StrEnum):
    """Why money is not with the seller yet, or why it is."""

    NOT_PAID = "not_paid"
    NOT_ACCEPTED = "not_accepted"
    DISPUTE = "dispute"
    RECONCILIATION = "reconciliation"
    STAFF = "staff"
    DAYS_AFTER_ACCEPTANCE = "days_after_acceptance"
    DESTINATION_CHANGED = "destination_changed"
    DEBTS_SET_OFF = "debts_set_off"
    ACCOUNT_MISSING = "account_missing"
    ACCOUNT_NOT_READY = "account_not_ready"
    BANK_REFUSES = "bank_refuses"
    REFUSED = "refused"
    AWAITING_FUNDS = "awaiting_funds"
    ON_ITS_WAY = "on_its_way"
    AWAITING_BATCH = "awaiting_batch"
    IN_BATCH = "in_batch"
    WITH_OUR_BANK = "with_our_bank"
    SENT = "sent"
    GIVEN_BACK = "given_back"


WORDS: Final = {
    Reason.NOT_PAID: "The customer has not paid.",
    Reason.NOT_ACCEPTED: "The customer has not accepted the goods; it is released when they do, or their time is up.",
    Reason.DISPUTE: "The customer's bank disputes the payment of this order.",
    Reason.RECONCILIATION: "Our books and the payment provider's differ; a person looks into it.",
    Reason.STAFF: "The marketplace's staff holds it back.",
    Reason.DAYS_AFTER_ACCEPTANCE: "The goods are accepted; it is released some days after that.",
    Reason.DESTINATION_CHANGED: "Where your money goes was changed; nothing is sent for three days.",
    Reason.DEBTS_SET_OFF: "It was kept for what you owed us.",
    Reason.ACCOUNT_MISSING: "Say where your money is to go: open a payout account, or give a bank account.",
    Reason.ACCOUNT_NOT_READY: "The payment provider wants to know more of you before your account can receive money.",
    Reason.BANK_REFUSES: "Your bank sent money back; nothing is sent until your bank details are others.",
    Reason.REFUSED: "The payment provider refused it; the staff looks into it.",
    Reason.AWAITING_FUNDS: "It waits until what the customer paid has settled at the payment provider.",
    Reason.ON_ITS_WAY: "The payment provider is being asked to send it.",
    Reason.AWAITING_BATCH: "It is paid by bank transfer, with the next batch.",
    Reason.IN_BATCH: "It is in a batch of bank transfers that two persons have to approve.",
    Reason.WITH_OUR_BANK: "Our bank has been told to pay it.",
    Reason.SENT: "It was sent.",
    Reason.GIVEN_BACK: "It went back to the customer.",
}
OF_FREEZE: Final = {
    FreezeWhy.DISPUTE: Reason.DISPUTE,
    FreezeWhy.RECONCILIATION: Reason.RECONCILIATION,
    FreezeWhy.STAFF: Reason.STAFF,
    FreezeWhy.DESTINATION_CHANGED: Reason.DESTINATION_CHANGED,
}


@dataclass(frozen=True, slots=True)
class FrozenBy:
    """An open freeze that concerns the seller or the order."""

    why: FreezeWhy
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Way:
    """Where a seller's money goes."""

    rail: Rail
    has_account: bool
    may_receive: bool
    is_refused: bool
    """The bank has sent money back, and the details are still the same."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One transfer of what a job earns."""

    state: OperationState
    rail: Rail | None
    was_asked: bool
    is_renewed: bool
    """It was asked for, and taken back: the answer was a no that may become a yes."""
    is_in_batch: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the answer stands on."""

    job: JobState
    is_paid: bool
    earned_minor: int
    """What the shares of the job say, less what went back."""
    is_released: bool
    accept_by: datetime | None
    release: ReleaseState | None
    due_at: datetime | None
    frozen: tuple[FrozenBy, ...]
    way: Way | None
    transfers: tuple[Sending, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    standing: Standing
    reason: Reason
    expected_at: datetime | None
    """When it moves on by itself, where that is known."""

    @property
    def text(self) -> str:
        return WORDS[self.reason]


def answer(facts: Facts) -> Answer:
    """The one thing that stands between a seller and their money: the first that would have to be gone."""
    if facts.earned_minor == 0:
        return Answer(Standing.NOTHING, Reason.GIVEN_BACK, None)
    if not facts.is_released:
        return Answer(Standing.EXPECTED, *_before_release(facts))
    open = [each for each in facts.transfers if each.state in (OperationState.READY, OperationState.FAILED)]
    if open:
        return Answer(Standing.OWED, *_before_sending(facts, open[0]))
    is_sent = any(each.state is OperationState.DONE for each in facts.transfers)
    return Answer(Standing.SENT, Reason.SENT if is_sent else Reason.DEBTS_SET_OFF, None)


def _before_release(facts: Facts) -> tuple[Reason, datetime | None]:
    if not facts.is_paid:
        return Reason.NOT_PAID, None
    if facts.release is None:
        return Reason.NOT_ACCEPTED, facts.accept_by if facts.job is JobState.SHIPPED else None
    holding = [each for each in facts.frozen if each.why is not FreezeWhy.DESTINATION_CHANGED]
    if holding:
        return _frozen(holding)
    return Reason.DAYS_AFTER_ACCEPTANCE, facts.due_at


def _before_sending(facts: Facts, sending: Sending) -> tuple[Reason, datetime | None]:
    if sending.state is OperationState.FAILED:
        return Reason.REFUSED, None
    if sending.rail is Rail.MANUAL_BANK:
        return Reason.WITH_OUR_BANK, None
    if facts.frozen:
        return _frozen(facts.frozen)
    if facts.way is None:
        return Reason.ACCOUNT_MISSING, None
    if facts.way.is_refused:
        return Reason.BANK_REFUSES, None
    if sending.rail is None and facts.way.rail is Rail.MANUAL_BANK:
        return Reason.IN_BATCH if sending.is_in_batch else Reason.AWAITING_BATCH, None
    if not facts.way.has_account:
        return Reason.ACCOUNT_MISSING, None
    if not facts.way.may_receive:
        return Reason.ACCOUNT_NOT_READY, None
    return Reason.AWAITING_FUNDS if sending.is_renewed else Reason.ON_ITS_WAY, None


def _frozen(by: tuple[FrozenBy, ...] | list[FrozenBy]) -> tuple[Reason, datetime | None]:
    """The first, and its end if all of them end by themselves."""
    ends = [each.ends_at for each in by]
    known = [each for each in ends if each is not None]
    return OF_FREEZE[by[0].why], max(known) if len(known) == len(ends) else None
