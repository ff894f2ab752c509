"""M3: whatever is told or done first, the balances end as in the natural order; what has a parent waits for it."""

from collections import deque
from collections.abc import Sequence
from itertools import combinations, permutations
from random import Random
from typing import Any

import pytest

from marketplace.kernel.transaction import transaction
from marketplace.payments.errors import MoreThanCaptured, NotPaid, RefundedAlready
from marketplace.payments.models import OperationKind, OperationState, PaymentState
from marketplace.workflows.money import retrying
from tests.money import Till
from tests.worlds import Person

Books = tuple[Any, ...]


class Story:
    """One order whose steps are tried in some order; a step whose parent is not there yet says so, and comes again."""

    def __init__(self, till: Till, sellers: Sequence[Person], staff: Person) -> None:
        self.till, self.staff = till, staff
        self.before = till.stripe.count("event")
        self.order_id = till.order({None: 801, sellers[0]: 6_000, sellers[1]: 3_199})
        self.intent_id = till.pay(self.order_id)
        self.copies = 0

    def charge(self) -> bool:
        self.tell("payment_intent.succeeded")
        return True

    def partial_refund(self) -> bool:
        return self.refund(3_001, "claim")

    def full_refund(self) -> bool:
        return self.refund(None, "all")

    def refund(self, minor: int | None, reason: str) -> bool:
        try:
            if minor is None:
                self.till.give_back_the_rest(self.order_id, reason)
            else:
                self.till.give_back(self.order_id, minor, reason)
        except NotPaid:
            return False
        except MoreThanCaptured:
            return True  # all of it goes back already
        return True

    def refund_failed(self) -> bool:
        """The bank sends back the first refund, and a person has it given again."""
        self.run(OperationKind.REFUND)
        done = self.operations(OperationKind.REFUND, OperationState.DONE)
        if not done:
            return False
        self.till.stripe.fail_refund(done[0].provider_id or "")
        self.tell("refund.failed")
        with self.till.app.app_context(), transaction():
            retrying.retry(done[0].id, reason="The customer has a new card.", by=self.staff.actor)
        return True

    def release(self) -> bool:
        try:
            self.till.release(self.order_id)
        except NotPaid:
            return False
        except RefundedAlready:
            return True
        return True

    def transfer(self) -> bool:
        return self.run(OperationKind.TRANSFER)

    def reversal(self) -> bool:
        return self.run(OperationKind.REVERSAL)

    def run(self, kind: OperationKind) -> bool:
        ready = self.operations(kind, OperationState.READY)
        for each in ready:
            self.till.run(each.id)
        return bool(ready)

    def operations(self, kind: OperationKind, state: OperationState) -> list[Any]:
        payment_id = self.till.payment(self.order_id).id
        return [
            each
            for each in self.till.operations()
            if (each.kind, each.state, each.payment_id) == (kind, state, payment_id)
        ]

    def tell(self, *kinds: str) -> None:
        """The provider's events so far, each twice, the newest first."""
        news = [dict(each.shown) for each in self.till.stripe.served.sandbox.api.world.kind("event")[self.before :]]
        for event in reversed([each for each in news if each["type"] in kinds]):
            for _ in range(2):
                self.copies += 1
                copy = event | {"id": f"{event['id']}_{self.order_id.hex}_{self.copies}"}
                self.till.deliver(copy)
                self.till.handle(copy["id"])

    def run_through(self, steps: Sequence[str]) -> Books:
        """Try the steps until none can be done any more, then do what is due; where the money rests."""
        waiting, stuck = deque(steps), 0
        while waiting and stuck < len(waiting):
            step = waiting.popleft()
            if getattr(self, step)():
                stuck = 0
                if self.till.payment(self.order_id).state is PaymentState.CAPTURED:
                    self.tell(*AFTER)
            else:
                waiting.append(step)
                stuck += 1
        self.finish()
        return self.books()

    def finish(self) -> None:
        """Everything that is due is done."""
        self.till.work()
        self.till.resume()
        self.till.work()

    def books(self) -> Books:
        payment = self.till.payment(self.order_id)
        rests = self.till.sql(
            "select a.kind || ' ' || coalesce(a.party_id::text, '') || ' ' || sum(p.amount_minor)"
            " from journals j join postings p on p.journal_id = j.id join ledger_accounts a on a.id = p.account_id"
            " where j.order_id = :id group by a.kind, a.party_id having sum(p.amount_minor) <> 0 order by 1",
            id=self.order_id,
        )
        at_sellers = payment.transferred_minor - payment.reversed_minor
        return payment.captured_minor, payment.refunded_minor, at_sellers, tuple(rests)


AFTER = ("payment_intent.succeeded", "transfer.created", "transfer.reversed", "refund.created", "refund.failed")
"""What is told again, out of order, after every step."""
NATURAL = ("charge", "release", "transfer", "partial_refund", "reversal", "full_refund", "refund_failed")
SETS = [each for each in combinations(NATURAL, 5) if "charge" in each]
EACH = 2
"""Orders tried of each set of five, drawn by a seed; all of them take minutes."""


@pytest.fixture
def sellers(till: Till) -> list[Person]:
    return sorted((till.seller(), till.seller()), key=lambda each: each.organisation_id)


@pytest.mark.parametrize("steps", SETS, ids=["-".join(each[1:]) for each in SETS])
def test_m3_any_order_of_five_steps_ends_in_the_balances_of_the_natural_order(
    till: Till, sellers: list[Person], staff: Person, steps: tuple[str, ...]
) -> None:
    natural = Story(till, sellers, staff).run_through(steps)
    orders = Random(repr(steps)).sample(list(permutations(steps)), EACH)

    for order in orders:
        assert Story(till, sellers, staff).run_through(order) == natural, order
    assert till.broken() == []
