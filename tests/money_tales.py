"""Random tales of money: what happens to one order, in its natural order and in others, with repeats, on a paper bank.

Each tale is a basket (currency of 0, 2 or 3 decimals, shares of the platform, a factory and further payees), up to six
facts, and orders of them; every order has to end as the natural one did. The seed is all that a tale depends on.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from uuid import UUID

from flask import Flask

from marketplace.disputes.states import DisputeState
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.money import CHARGE_LIMITS
from marketplace.kernel.transaction import transaction
from marketplace.orders.models import ShareKind
from marketplace.payments import receipts
from marketplace.payments.errors import ProviderUnavailable
from marketplace.payments.models import Operation, OperationKind, OperationState, PayoutAccount
from marketplace.workflows.money import disputing, settlement
from tests.marketplace.workflows.test_money_in_any_order import AFTER, Story
from tests.money import Till
from tests.paper_bank import PaperBank
from tests.worlds import Person, World

NATURAL: Final = (
    "charge", "release", "transfer", "payout", "payout_failed", "partial_refund", "reversal", "full_refund",
    "refund_failed", "opened", "won", "lost",
)  # fmt: skip
MOST: Final = 6
DISPUTED: Final = ("opened", "won", "lost")
DISPUTES: Final = 0.3
"""In which part of the tales the customer goes to the bank."""
TOLD: Final = 0.3
"""After which part of the steps all news come again; what a step is about is always told."""
CURRENCIES: Final = ("JPY", "EUR", "KWD")
FURTHER: Final = (ShareKind.ROYALTY, ShareKind.SUPPLY, ShareKind.DELIVERY)
TRIES: Final = 100
"""How often what was left lying is taken up again; with one answer of five lost, a dozen is many."""
ENDED: Final = "select count(*) from provider_operations where state = 'ready' and payment_id = :payment"
RESTS: Final = """
    select a.kind || ' ' || coalesce(a.party_id::text, '') || ' ' || sum(p.amount_minor)
    from journals j join postings p on p.journal_id = j.id join ledger_accounts a on a.id = p.account_id
    where j.order_id = :id group by a.kind, a.party_id order by 1
"""
SENT: Final = """
    select party_id || ' ' || sum(case when kind = 'transfer' then amount_minor else -amount_minor end)
    from provider_operations where payment_id = :payment and kind in ('transfer', 'reversal') and state = 'done'
    group by party_id
"""


@dataclass(frozen=True)
class Plot:
    """What is to happen to which basket."""

    seed: str
    currency: str
    amounts: Sequence[int]
    """The platform's, the factory's, and those of further payees."""
    kinds: Sequence[ShareKind]
    back: int
    """The partial refund."""
    steps: Sequence[str]

    @classmethod
    def drawn(cls, seed: str) -> "Plot":
        draw = Random(seed)
        currency = draw.choice(CURRENCIES)
        step = CHARGE_LIMITS[currency].step
        amounts = [draw.randint(1, 10 ** draw.randint(1, 6)) * step for _ in range(draw.randint(2, 5))]
        amounts[1] += 1_000 * step
        kinds = [draw.choice(FURTHER) for _ in amounts[2:]]
        back = draw.randint(1, sum(amounts) // step) * step
        return cls(seed, currency, amounts, kinds, back, _steps(draw))

    def orders(self, count: int) -> Iterator[tuple[str, ...]]:
        """So many orders of the steps, some of them twice."""
        draw = Random(f"{self.seed} orders")
        for _ in range(count):
            steps = [*self.steps, *draw.sample(self.steps, min(len(self.steps), draw.randint(0, 2)))]
            draw.shuffle(steps)
            yield tuple(steps)


def _steps(draw: Random) -> tuple[str, ...]:
    """Up to six facts in their natural order: what needs another comes with it, and a dispute is decided one way."""
    plain = [each for each in NATURAL[1:] if each not in DISPUTED]
    chosen = {"charge", *draw.sample(plain, draw.randint(2, MOST - 1))}
    if draw.random() < DISPUTES:
        chosen |= {"opened", draw.choice(["won", "lost"])}
    if "payout_failed" in chosen:
        chosen.add("payout")
    needed = {"charge", *DISPUTED, "payout", "payout_failed"}
    spare = [each for each in NATURAL if each in chosen and each not in needed]
    chosen -= set(draw.sample(spare, max(0, len(chosen) - MOST)))
    return tuple(each for each in NATURAL if each in chosen)


class Tale(Story):
    """A plot, played in one order."""

    def __init__(self, stage: "Stage", plot: Plot) -> None:
        self.till, self.staff, self.bank, self.plot = stage.till, stage.staff, stage.bank, plot
        self.sellers = stage.cast(len(plot.amounts) - 1)
        self.till.kinds = dict(zip(self.sellers[1:], plot.kinds, strict=True))
        shares: Mapping[Person | None, int] = dict(zip([None, *self.sellers], plot.amounts, strict=True))
        self.order_id = self.till.order(shares, currency=plot.currency)
        self.intent_id = self._patiently_paid()
        self.payment_id = self.till.payment(self.order_id).id
        self.has_failed, self.dispute_id = False, ""
        self.draw = Random(plot.seed)

    def run_through(self, steps: Sequence[str]) -> tuple[Any, ...]:
        self.draw = Random(f"{self.plot.seed} {steps}")
        return super().run_through(steps)

    def _patiently_paid(self) -> str:
        for _ in range(TRIES):
            try:
                return self.till.pay(self.order_id)
            except ProviderUnavailable:
                continue
        raise AssertionError("nothing arrives at all")

    def partial_refund(self) -> bool:
        return self.refund(self.plot.back, "claim")

    def refund_failed(self) -> bool:
        if not self.has_failed:
            self.has_failed = super().refund_failed()
        return self.has_failed

    def payout(self) -> bool:
        for each in self.sellers:
            self.bank.pay_out(_account(each), self.plot.currency)
        return True

    def payout_failed(self) -> bool:
        for each in self.sellers:
            self.bank.fail_payout(_account(each), self.plot.currency)
        return True

    def opened(self) -> bool:
        if not self.dispute_id:
            self.dispute_id = self.bank.contest(self.intent_id) or "of nothing"
        return True

    def won(self) -> bool:
        return self._decided(DisputeState.WON)

    def lost(self) -> bool:
        return self._decided(DisputeState.LOST)

    def _decided(self, verdict: DisputeState) -> bool:
        if self.dispute_id in self.bank.disputes:
            if self.bank.disputes[self.dispute_id].state is DisputeState.NEEDS_ANSWER:
                self.bank.decide(self.dispute_id, verdict)
            self.tell()
        return bool(self.dispute_id)

    def run(self, kind: OperationKind) -> bool:
        ready = self.operations(kind, OperationState.READY)
        for each in ready:
            try:
                self.till.run(each.id)
            except ProviderUnavailable:
                continue  # its job comes again
        return bool(ready)

    def operations(self, kind: OperationKind, state: OperationState) -> list[Any]:
        return [each for each in self._all_operations() if (each.kind, each.state) == (kind, state)]

    def _all_operations(self) -> list[Any]:
        return sorted(self.till.rows(Operation, payment_id=self.payment_id), key=lambda each: each.id)

    def tell(self, *kinds: str) -> None:
        """All that the bank has of the order, each once or twice, the newest kinds of news first."""
        bank, copies = self.bank, self.draw.randint(1, 2)
        if kinds == AFTER and self.draw.random() > TOLD:
            return
        with self.till.app.app_context():
            if self.dispute_id in bank.disputes:
                for _ in range(copies):
                    taking = disputing.fetch(self.dispute_id, desk=bank, gateway=bank)  # type: ignore[arg-type]
                    with transaction():
                        taking()
            news = [
                *((receipts.refunded, each) for each in bank.refunds.values()),
                *((receipts.taken_back, each) for each in bank.reversals.values()),
                *((receipts.transferred, each) for each in bank.transfers.values()),
            ]
            ours = [(take, each) for take, each in news if bank.orders[each.id] == self.order_id]
            for take, each in ours:
                with transaction():
                    for _ in range(copies):
                        take(each.operation_id, each)  # type: ignore[operator]
            with transaction():
                for _ in range(copies):
                    settlement.capture(bank.intents[self.intent_id])

    def finish(self) -> None:
        """Everything that is due is done, however often an answer is lost."""
        for _ in range(TRIES):
            try:
                self.till.work()
                return
            except ProviderUnavailable:
                continue
        raise AssertionError("nothing arrives at all")

    def books(self) -> tuple[Any, ...]:
        """Where the money rests, party by party, numbered: by their shares, not by their names.

        A payout decides whether a reversal succeeds or is a debt: then what a seller has and what they owe are one
        figure. Where the customer's bank may take what would be refunded else, what the customer has is one, too.
        """
        payment = self.till.payment(self.order_id)
        numbers = {str(each.organisation_id): number for number, each in enumerate(self.sellers)}
        rests: Counter[tuple[str, int]] = Counter()
        for row in self.till.sql(RESTS, id=self.order_id):
            kind, party, minor = row.split(" ")
            rests[kind, numbers.get(party, -1)] += int(minor)
        if "payout" in self.plot.steps:
            for row in self.till.sql(SENT, payment=self.payment_id):
                party, minor = row.split(" ")
                rests["payable", numbers[party]] -= int(minor)
                rests["stripe", -1] += int(minor)
        if "opened" in self.plot.steps:
            rests["stripe", -1] += rests.pop(("stripe_fees", -1), 0)
        under_way = self.till.sql(ENDED, payment=self.payment_id)[0]
        back = payment.refunded_minor + payment.charged_back_minor
        where = sorted((kind, number, minor) for (kind, number), minor in rests.items() if minor)
        return payment.captured_minor, back, payment.disputed_minor, under_way, tuple(where)


@dataclass
class Stage:
    """One application and one paper bank, on which tales are played."""

    till: Till
    staff: Person
    bank: PaperBank
    orderings: int = 0
    tales: int = 0
    differences: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    @classmethod
    def set_up(cls, app: Flask, *, seed: str, lost: float = 0.0) -> "Stage":
        bank = PaperBank(Random(f"{seed} answers"), lost)
        world = World(app)
        return cls(Till(world, bank), world.make_staff(), bank)  # type: ignore[arg-type]

    def cast(self, count: int) -> list[Person]:
        """New sellers for each tale, so that no debt of one is carried by another."""
        people = [self.till.world.make_organisation(hats=("factory",)) for _ in range(count)]
        now = clock.now()
        with self.till.app.app_context(), transaction():
            session().add_all(
                PayoutAccount(
                    organisation_id=each.organisation_id,
                    provider_id=_account(each),
                    may_receive=True,
                    opened_at=now,
                    checked_at=now,
                )
                for each in people
            )
        return sorted(people, key=lambda each: each.organisation_id or UUID(int=0))

    def play(self, seed: str, *, orders: int) -> None:
        """One plot in its natural order and in so many others; what differs is written down."""
        plot = Plot.drawn(seed)
        natural = Tale(self, plot).run_through(plot.steps)
        self.tales += 1
        self.kinds.update(plot.steps)
        if natural[2] or natural[3]:
            self.differences.append(f"{seed}: something is left under way: {natural}")
        for order in plot.orders(orders):
            self.orderings += 1
            ended = Tale(self, plot).run_through(order)
            if ended != natural:
                self.differences.append(f"{seed} {plot}: {order} ended in {ended}, not in {natural}")

    def broken(self) -> list[str]:
        """Stored invariants that do not hold, and currencies in which our books are not the bank's (M6)."""
        found = [f"{each}" for each in self.till.broken()]
        for currency in CURRENCIES:
            ours = self.till.sql(
                "select coalesce(sum(p.amount_minor), 0) from postings p join ledger_accounts a on a.id = p.account_id"
                " where a.kind = 'stripe' and a.currency = :currency",
                currency=currency,
            )[0]
            theirs = self.bank.balance(currency)
            found += [f"M6: {ours} {currency} here, {theirs} there"] if ours != theirs else []
        return found


def _account(person: Person) -> str:
    assert person.organisation_id is not None
    return f"acct_{person.organisation_id.hex}"
