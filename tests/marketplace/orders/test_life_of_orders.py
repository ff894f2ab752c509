"""Random lives of orders against a plain model: every verb in every state is either in the model's table or refused.

The model knows states, prices, who may still be asked, parcels, claims, and money in, back and released; nothing of the
code's tables.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from marketplace.claims import queries as claims
from marketplace.kernel.database import session
from marketplace.kernel.errors import Refusal
from marketplace.kernel.money import Money
from marketplace.kernel.transaction import transaction
from marketplace.orders import making, queries
from marketplace.orders.models import IfDeclined, Side
from marketplace.orders.packing import Packed
from marketplace.payments.ports import ChargeSeen, IntentSeen, Movement
from marketplace.workflows import checking
from marketplace.workflows.money import settlement
from marketplace.workflows.ordering import amending, cancelling, checkout, fulfilment
from tests.bare_quotes import bare_quote
from tests.marketplace.orders import claimed

QUANTITY = 10
OPEN = {"offered", "countered", "accepted", "in_production"}
MADE = {"accepted", "in_production"}
LEFT = {"shipped", "claimed"}
ALLOWED = {
    "accept": {"offered"},
    "decline": {"offered", "countered"},
    "give_up": OPEN,
    "cancel": OPEN,
    "report": MADE,
    "ship": MADE,
    "ship in parcels": MADE,
    "ship in wrong parcels": set(),
    "take": {"shipped"},
    "change by factory": {"offered", "accepted", "in_production"},
    "change by customer": MADE,
}
BACK = {"offered": 100, "countered": 100, "accepted": 90, "in_production": 50}
"""Per cent of what has not left that goes back when the customer gives up."""


@dataclass(eq=False)
class Job:
    """What the model knows of a job."""

    line: "Line"
    factory: int
    total: int
    state: str = "waiting"
    made: int = 0
    shipped: int = 0
    counters: int = 0
    change: tuple[str, int, str] | None = None
    """Who proposed, the new total, and whether it is proposed or agreed."""
    of_order: int = 0
    """How much of its total comes out of the order's own payment."""
    remade: int = 0
    """How many pieces were claimed and are made once more."""
    claims: list[claimed.Claim] = field(default_factory=list)
    parcels: list[list[int]] = field(default_factory=list)
    """Of each shipment, how many pieces each parcel holds."""

    def __post_init__(self) -> None:
        self.of_order = self.total

    @property
    def left(self) -> int:
        """Pieces still to be shipped."""
        return QUANTITY + self.remade - self.shipped

    @property
    def is_remade(self) -> bool:
        return self.state == "in_production" and self.remade > 0


@dataclass(eq=False)
class Line:
    """One line: what each factory would ask, and the jobs there were."""

    prices: list[int]
    jobs: list[Job] = field(default_factory=list)

    @property
    def job(self) -> Job:
        return self.jobs[-1]


@dataclass(eq=False)
class Model:
    """One order."""

    id: UUID
    next_best: bool
    lines: list[Line]
    state: str = "awaiting_payment"
    paid: int = 0
    back: int = 0
    released: int = 0

    def follow(self) -> None:
        living = [line.job.state for line in self.lines if line.job.state not in ("declined", "cancelled")]
        if not living:
            self.state = "cancelled"
        elif set(living) == {"done"}:
            self.state = "accepted"
        elif set(living) <= {"shipped", "claimed", "done"}:
            self.state = "shipped"
        elif set(living) <= {"offered", "countered"}:
            self.state = "paid"
        else:
            self.state = "in_production"

    def end(self, job: Job, state: str) -> None:
        """The factory is out: the next best one that costs no more is asked, or the money goes back."""
        job.state, job.change = state, None
        line = job.line
        tried = {each.factory for each in line.jobs}
        left = [at for at, price in enumerate(line.prices) if at not in tried and price <= job.of_order]
        if self.next_best and left:
            following = Job(line, left[0], line.prices[left[0]], "offered")
            self.back += job.total - following.total
            line.jobs.append(following)
        else:
            self.back += job.total
        self.follow()

    def settle(self, job: Job, total: int) -> None:
        """New terms hold."""
        if total < job.total:
            self.back += job.total - total
            job.of_order -= max(0, job.total - total - (job.total - job.of_order))
        job.total, job.change = total, None
        if job.state == "countered":
            job.state = "accepted"
        self.follow()


def packed(number: int) -> list[int]:
    """So many pieces in two parcels, or one in one."""
    return [1, number - 1] if number > 1 else [1]


def claims_of(job) -> list[tuple[str, str | None, int | None, str | None]]:
    """The claims of a stored job: state, remedy, amount, and how far their re-measurement is."""
    return [
        (
            each.state.value,
            each.remedy and each.remedy.value,
            each.remedy_minor,
            each.remeasurement and each.remeasurement.state.value,
        )
        for each in claims.of_job(job)
    ]


def life(scene, make_organisation, app) -> type[RuleBasedStateMachine]:
    """The state machine over one application; its factories have minutes for every order there will be."""
    shops = [scene.shop(make_organisation(hats=("factory",)), open_min=10**7) for _ in range(3)]
    customer = make_organisation("Customer")
    revision = scene.part(customer)
    numbers = count(1)

    def quote(prices: list[int]) -> checkout.Choice:
        return bare_quote(customer, revision.id, list(zip(shops, prices, strict=True)), quantity=QUANTITY)

    class Life(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.context = app.app_context()
            self.context.push()
            self.orders: list[Model] = []

        def teardown(self) -> None:
            try:
                with transaction():
                    findings = checking.check()
                assert [(each.invariant.says, each.offenders) for each in findings if each.offenders] == [] or {
                    each.invariant.id for each in findings if each.offenders
                } <= {"D1"}
            finally:
                self.context.pop()

        @precondition(lambda self: len(self.orders) < 3)
        @rule(
            prices=st.lists(st.lists(st.integers(500, 5_000), min_size=3, max_size=3), min_size=1, max_size=2),
            next_best=st.booleans(),
        )
        def place(self, prices: list[list[int]], next_best: bool) -> None:
            declined = IfDeclined.NEXT_BEST if next_best else IfDeclined.REFUND
            with transaction():
                basket = checkout.Basket([quote(each) for each in prices], if_declined=declined)
                order_id = checkout.place(basket, by=customer.actor, payment_minutes=60).id
            lines = [Line(each) for each in prices]
            for line in lines:
                line.jobs.append(Job(line, 0, line.prices[0]))
            self.orders.append(Model(order_id, next_best, lines))

        @precondition(lambda self: self.orders)
        @rule(data=st.data())
        def pay(self, data: st.DataObject) -> None:
            """The order itself, or the difference of an agreed change."""
            model = data.draw(st.sampled_from(self.orders))
            if model.state == "awaiting_payment":
                self.pay_for(model)
                self.compare(model)
                return
            waiting = [line.job for line in model.lines if line.job.change and line.job.change[2] == "agreed"]
            if waiting:
                job = waiting[0]
                self.capture(model, self.payment_of(model, job))
                model.paid += job.change[1] - job.total
                model.settle(job, job.change[1])
                self.compare(model)

        def pay_for(self, model: Model) -> None:
            self.capture(model, 1)
            model.paid = sum(line.prices[0] for line in model.lines)
            for line in model.lines:
                line.job.state = "offered"
            model.follow()

        @precondition(lambda self: self.orders)
        @rule(
            data=st.data(),
            verb=st.sampled_from([*ALLOWED, "agree", "refuse", "withdraw", "cancel all", "answer time passes"]),
            number=st.integers(1, QUANTITY),
            side=st.sampled_from(["factory", "customer"]),
            price=st.integers(500, 5_000),
        )
        def act(self, data: st.DataObject, verb: str, number: int, side: str, price: int) -> None:
            model = data.draw(st.sampled_from(self.orders))
            job = data.draw(st.sampled_from([job for line in model.lines for job in line.jobs]))
            told = (verb, number, side, price)
            if self.asked(model, job, verb, self.expects(model, job, *told), lambda *at: self.do(*at, *told)):
                self.happens(model, job, *told)
            self.compare(model)

        @precondition(lambda self: self.orders)
        @rule(data=st.data())
        def deliver(self, data: st.DataObject) -> None:
            """All that may be, in one step: what comes after is otherwise seldom reached."""
            model = data.draw(st.sampled_from(self.orders))
            if model.state == "awaiting_payment":
                self.pay_for(model)
            for line in model.lines:
                for verb in ("accept", "ship"):
                    self.act_on(model, line.job, verb, line.job.left)
            self.compare(model)

        @precondition(lambda self: self.goods())
        @rule(data=st.data(), acts=st.integers(1, 8))
        def complain(self, data: st.DataObject, acts: int) -> None:
            """About goods that have left, and what follows: several acts in a row, or a decision is seldom reached."""
            model, job = data.draw(st.sampled_from(self.goods()))
            parties = {"customer": customer, "shops": [shop.owner for shop in shops]}
            for _ in range(acts):
                if job.state in LEFT:
                    act = data.draw(claimed.acts(job))
                    do = partial(claimed.do, act=act, **parties)
                    if self.asked(model, job, act.verb, claimed.expects(job, act), lambda _, row, do=do: do(row)):
                        claimed.happens(model, job, act)
                    self.compare(model)

        def goods(self) -> list[tuple[Model, Job]]:
            """Jobs that are shipped or claimed."""
            jobs = [(order, line.job) for order in self.orders for line in order.lines]
            return [(order, job) for order, job in jobs if job.state in LEFT]

        def act_on(self, model: Model, job: Job, verb: str, number: int) -> None:
            """One of the acts that need no more than a number, if it may be done now."""
            told = (verb, number, "factory", 0)
            if number and self.expects(model, job, *told):
                assert self.asked(model, job, verb, True, lambda *at: self.do(*at, *told))
                self.happens(model, job, *told)

        def asked(self, model: Model, job: Job, verb: str, expected: bool, do: Callable[..., None]) -> bool:
            """Whether it is done; it must be exactly where the model lets it happen."""
            line = job.line
            try:
                with transaction():
                    order = queries.to_change(model.id)
                    jobs = [each for each in order.jobs if each.line_number == model.lines.index(line) + 1]
                    do(order, jobs[line.jobs.index(job)])
                refused = False
            except Refusal:
                session().rollback()
                refused = True
            assert refused is not expected, f"{verb} of a job that is {job.state}: refused {refused}"
            return expected

        def expects(self, model: Model, job: Job, verb: str, number: int, side: str, price: int) -> bool:
            """Whether the model lets this happen."""
            if verb == "cancel all":
                living = [line.job for line in model.lines if line.job.state not in ("declined", "cancelled")]
                if model.state == "awaiting_payment":
                    return True
                return bool(living) and all(each.state in OPEN for each in living)
            if verb in ("agree", "refuse", "withdraw"):
                if job.change is None:
                    return False
                proposer, _, state = job.change
                if verb == "withdraw":
                    return proposer == side or (side == "customer" and state == "agreed")
                return proposer != side and state == "proposed"
            if verb == "answer time passes":
                return True
            if job.state not in ALLOWED[verb]:
                return False
            if verb == "report":
                return number >= job.made
            if verb in ("ship", "ship in parcels"):
                return number <= job.left
            if verb.startswith("change"):
                if job.is_remade:
                    return False
                if job.change is not None or (0 < price - job.total < 50):
                    return False
                return job.state != "offered" or (job.counters < 3 and price != job.total)
            return True

        def do(self, order, job, verb: str, number: int, side: str, price: int) -> None:
            by = (customer if side == "customer" else shops[0].owner).actor
            latest = max((each.number for each in job.changes), default=1)
            if verb == "accept":
                fulfilment.accept(job, by=by)
            elif verb == "decline":
                fulfilment.decline(job, by=by, reason="No.")
            elif verb == "give_up":
                fulfilment.give_up(job, by=by, reason="No.")
            elif verb == "cancel":
                fulfilment.cancel(job, by=by, reason="No.")
            elif verb == "report":
                making.report(job, by=by, pieces_done=number, note="")
            elif verb == "ship":
                fulfilment.ship(job, by=by, carrier="DHL", tracking_number="1", pieces=number)
            elif verb in ("ship in parcels", "ship in wrong parcels"):
                said = number if verb == "ship in parcels" else number + 1
                parcels = [Packed(each) for each in packed(number)]
                fulfilment.ship(job, by=by, carrier="DHL", tracking_number="1", pieces=said, parcels=parcels)
            elif verb == "take":
                fulfilment.accept_goods(job, by=by)
            elif verb.startswith("change"):
                proposer = Side(verb.removeprefix("change by "))
                amending.propose(job, side=proposer, by=by, what="Other terms.", total_minor=price)
            elif verb == "agree":
                amending.agree(job, latest, side=Side(side), by=by)
            elif verb == "refuse":
                amending.refuse(job, latest, side=Side(side), by=by, answer="No.")
            elif verb == "withdraw":
                amending.withdraw(job, latest, side=Side(side), by=by)
            elif verb == "cancel all":
                cancelling.cancel(order, by=by, reason="No.")
            else:
                assert verb == "answer time passes"
                if job.state in ("offered", "countered"):
                    fulfilment.decline(job, by=by, reason="No answer.")

        def happens(self, model: Model, job: Job, verb: str, number: int, side: str, price: int) -> None:
            if verb == "accept":
                job.state = "accepted"
            elif verb == "decline" or (verb == "answer time passes" and job.state in ("offered", "countered")):
                model.end(job, "declined")
            elif verb == "give_up" and job.shipped:
                self.cancelled(model, job, per_cent=100)
            elif verb == "give_up":
                model.end(job, "cancelled")
            elif verb == "cancel":
                self.cancelled(model, job)
            elif verb == "report":
                job.state, job.made = "in_production", number
            elif verb in ("ship", "ship in parcels"):
                job.shipped += number
                job.parcels.append([number] if verb == "ship" else packed(number))
                job.state = "in_production" if job.left else "shipped"
                if job.state == "shipped":
                    job.change = None
            elif verb == "take":
                job.state = "done"
                model.released += job.total
            elif verb.startswith("change"):
                job.change = (verb.removeprefix("change by "), price, "proposed")
                if job.state == "offered":
                    job.state, job.counters = "countered", job.counters + 1
            elif verb == "agree":
                proposer, total, _ = job.change
                if total > job.total:
                    job.change = (proposer, total, "agreed")
                else:
                    model.settle(job, total)
            elif verb in ("refuse", "withdraw"):
                job.change = None
                if job.state == "countered":
                    job.state = "offered"
            elif verb == "cancel all":
                if model.state == "awaiting_payment":
                    for line in model.lines:
                        line.job.state = "cancelled"
                    model.state = "cancelled"
                    return
                for line in model.lines:
                    if line.job.state in OPEN:
                        self.cancelled(model, line.job)
            if model.state != "awaiting_payment" and model.paid:
                model.follow()

        def cancelled(self, model: Model, job: Job, per_cent: int | None = None) -> None:
            per_cent = 100 if job.is_remade else per_cent or BACK[job.state]
            back = job.total * job.left * per_cent // (QUANTITY * 100)
            model.back += back
            model.released += job.total - back
            job.state, job.change = "cancelled", None

        def payment_of(self, model: Model, job: Job) -> int:
            """The number of the pending payment of a job's change."""
            line = model.lines.index(job.line) + 1
            query = """
                select y.number from payments y join job_changes c on c.payment_id = y.id join jobs j on j.id = c.job_id
                where j.order_id = :order and j.line_number = :line and y.state = 'pending'
            """
            return session().execute(text(query), {"order": model.id, "line": line}).scalar_one()

        def capture(self, model: Model, number: int) -> None:
            query = "select id, amount_minor from payments where order_id = :order and number = :number"
            with transaction():
                row = session().execute(text(query), {"order": model.id, "number": number}).one()
                unique, amount = next(numbers), Money(row.amount_minor, "EUR")
                charge = ChargeSeen(f"ch_{unique}", Movement(f"txn_{unique}", amount, Money(30, "EUR")))
                settlement.capture(IntentSeen(f"pi_{unique}", amount, False, "secret", UUID(str(row.id)), charge))

        def compare(self, model: Model) -> None:
            """What is stored is what the model says."""
            with transaction():
                order = queries.to_change(model.id)
                seen = [(job.line_number, job.state.value, job.total_minor) for job in order.jobs]
                said = [(at, job.state, job.total) for at, line in enumerate(model.lines, 1) for job in line.jobs]
                assert (order.state.value, seen) == (model.state, said)
                for row, job in zip(order.jobs, (job for line in model.lines for job in line.jobs), strict=True):
                    packed_in = [[parcel.pieces for parcel in each.parcels] for each in row.shipments]
                    assert (row.pieces_remade, packed_in) == (job.remade, job.parcels)
                    if job.claims:
                        assert claims_of(row) == [claim.told for claim in job.claims]
                assert self.sums(model) == (model.paid, model.back, model.released)

        def sums(self, model: Model) -> tuple[int, int, int]:
            query = """
                select coalesce(-sum(p.amount_minor) filter (where j.kind = 'charge'), 0),
                       coalesce(sum(p.amount_minor) filter (where j.kind = 'refund_allocation'), 0),
                       coalesce(sum(p.amount_minor) filter (where j.kind = 'release'), 0)
                from journals j join postings p on p.journal_id = j.id join ledger_accounts a on a.id = p.account_id
                where j.order_id = :order and a.kind = 'held'
            """
            return tuple(map(int, session().execute(text(query), {"order": model.id}).one()))  # type: ignore[return-value]

    return Life


@pytest.mark.usefixtures("app")
def test_random_lives_of_orders_go_as_the_model_says(app, scene, make_organisation):
    machine = life(scene, make_organisation, app)

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=60,
            stateful_step_count=40,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
