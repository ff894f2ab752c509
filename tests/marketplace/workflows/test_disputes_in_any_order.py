"""M3 with disputes: whatever is told or done first, and however often, the balances end as in the natural order."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from random import Random
from typing import Any

import pytest

from marketplace.disputes.models import Dispute
from marketplace.disputes.ports import DisputeSeen
from marketplace.disputes.states import DisputeState
from marketplace.kernel.transaction import transaction
from marketplace.payments.inbox import Outcome
from marketplace.payments.models import OperationKind, OperationState
from marketplace.workflows.money import disputing
from tests.marketplace.workflows.test_disputing import assert_books_agree, open_dispute
from tests.marketplace.workflows.test_money_in_any_order import Books, Story
from tests.money import Till
from tests.worlds import Person

NATURAL = ("charge", "release", "transfer", "partial_refund", "opened", "decided")
EACH = 4
"""Orders tried of each, drawn by a seed; all 720 take an hour."""
KINDS = ("charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated")
CLOSED = "charge.dispute.closed"


class Disputed(Story):
    """A story whose customer goes to the bank about all that the bank has not seen refunded, or about a part."""

    def __init__(
        self, till: Till, sellers: Sequence[Person], staff: Person, *, verdict: str, minor: int | None
    ) -> None:
        super().__init__(till, sellers, staff)
        self.verdict, self.minor, self.dispute_id = verdict, minor, ""

    def opened(self) -> bool:
        charge = self.till.stripe.client.v1.payment_intents.retrieve(self.intent_id).latest_charge
        assert isinstance(charge, str)
        more = {} if self.minor is None else {"amount": self.minor}
        self.till.stripe.control(f"charges/{charge}/dispute", reason="product_not_received", **more)
        [found] = self.till.stripe.client.v1.disputes.list({"charge": charge}).data
        self.dispute_id = found.id
        return True

    def decided(self) -> bool:
        """The bank decides; the end is told before the beginning, each twice."""
        if not self.dispute_id:
            return False
        self.till.stripe.control(f"disputes/{self.dispute_id}/{self.verdict}")
        self.tell(CLOSED)
        self.tell(*KINDS)
        return True

    def partial_refund(self) -> bool:
        """Ordered, and asked for at once: while the bank has the money, it waits."""
        if not super().partial_refund():
            return False
        self.run(OperationKind.REFUND)
        return True

    def transfer(self) -> bool:
        """Where nothing is to be sent any more, because the bank has it all, there is no such step."""
        return self.run(OperationKind.TRANSFER) or not self.still_theirs()

    def still_theirs(self) -> bool:
        [share] = self.till.sql(
            "select sum(s.amount_minor) from job_shares s join jobs j on j.id = s.job_id where j.order_id = :id",
            id=self.order_id,
        )
        return bool(share)

    def books(self) -> Books:
        """What the customer has back counts, by whichever way it came."""
        payment = self.till.payment(self.order_id)
        captured, refunded, *rest = super().books()
        return captured, refunded + payment.charged_back_minor, payment.disputed_minor, *rest


@pytest.fixture
def sellers(till: Till) -> list[Person]:
    return sorted((till.seller(), till.seller()), key=lambda each: each.organisation_id)


@pytest.mark.parametrize(
    ("verdict", "minor", "steps"),
    [
        ("win", None, NATURAL),
        ("lose", None, NATURAL),
        ("lose", 4_001, tuple(each for each in NATURAL if each != "partial_refund")),
    ],
    ids=["won", "lost", "lost in part"],
)
def test_m3_disputes_in_any_order_end_in_the_balances_of_the_natural_order(
    till: Till, sellers: list[Person], staff: Person, verdict: str, minor: int | None, steps: tuple[str, ...]
) -> None:
    def books(order: Sequence[str]) -> Any:
        return Disputed(till, sellers, staff, verdict=verdict, minor=minor).run_through(order)

    natural = books(steps)
    assert natural[2] == 0, "nothing is contested in the end"

    for order in (tuple(reversed(steps)), *Random(f"{verdict} {minor}").sample(list(permutations(steps)), EACH)):
        assert books(order) == natural, order
    assert_books_agree(till)


def seen_then(till: Till, dispute_id: str) -> DisputeSeen:
    with till.app.app_context():
        return till.stripe.desk.dispute(dispute_id)


def taken_in(till: Till, seen: DisputeSeen) -> Outcome:
    with till.app.app_context(), transaction():
        return disputing.take_in(seen)


@pytest.mark.parametrize("verdict", ["win", "lose"])
def test_what_was_fetched_before_and_comes_after_changes_nothing(till: Till, verdict: str) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    dispute_id = open_dispute(till, order_id)
    earlier = seen_then(till, dispute_id)
    till.stripe.control(f"disputes/{dispute_id}/{verdict}")
    later = seen_then(till, dispute_id)

    assert taken_in(till, later) is Outcome.APPLIED
    after = till.payment(order_id)
    assert taken_in(till, earlier) is Outcome.REPEATED
    assert taken_in(till, later) is Outcome.REPEATED

    [dispute] = till.rows(Dispute)
    assert dispute.state is (DisputeState.WON if verdict == "win" else DisputeState.LOST)
    assert till.payment(order_id).charged_back_minor == after.charged_back_minor
    assert_books_agree(till)


def test_money_that_comes_back_after_the_loss_is_posted_and_kept_for_a_person(till: Till) -> None:
    """An appeal at the provider's dashboard may succeed; who gets it is then a person's decision."""
    order_id = till.paid({None: 800, till.seller(): 9_200})
    dispute_id = open_dispute(till, order_id)
    won = _with_the_money_back(till, dispute_id)
    till.stripe.control(f"disputes/{dispute_id}/lose")
    assert taken_in(till, seen_then(till, dispute_id)) is Outcome.APPLIED

    assert taken_in(till, won) is Outcome.DIFFERENT
    assert taken_in(till, won) is Outcome.REPEATED
    assert till.balance("dispute") == -10_000
    assert till.broken() == []


def _with_the_money_back(till: Till, dispute_id: str) -> DisputeSeen:
    """The dispute as it would be seen after an appeal: its movements, and their mirror."""
    seen = seen_then(till, dispute_id)
    [taken] = seen.movements
    back = replace(taken, id="txn_given_back", gross=-taken.gross, fee=-taken.fee)
    return replace(seen, state=DisputeState.WON, movements=[taken, back])


def test_a_refund_in_flight_when_the_bank_takes_the_money_is_made_once(till: Till) -> None:
    """The provider has made it, and its answer was lost: the dispute is about the rest alone."""
    order_id = till.paid({None: 800, till.seller(): 9_200})
    till.give_back(order_id, 3_000)
    [refund] = [each for each in till.operations() if each.kind is OperationKind.REFUND]
    till.stripe.fail("drop_after", "POST", "/v1/refunds")
    with pytest.raises(Exception, match="did not answer"):
        till.run(refund.id)

    dispute_id = open_dispute(till, order_id)
    till.stripe.control(f"disputes/{dispute_id}/lose")
    taken_in(till, seen_then(till, dispute_id))
    till.run(refund.id)

    [refund] = [each for each in till.operations() if each.kind is OperationKind.REFUND]
    assert refund.state is OperationState.DONE
    payment = till.payment(order_id)
    assert (payment.refunded_minor, payment.charged_back_minor) == (3_000, 7_000)
    assert_books_agree(till)
