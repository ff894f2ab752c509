"""Orders to be paid, a local Stripe to pay them at, and hands that do the jobs left behind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import stripe
import urllib3
from flask import Flask
from sqlalchemy import text

from marketplace.adapters.stripe import StripeGateway
from marketplace.adapters.stripe_books import StripeBooks
from marketplace.adapters.stripe_client import Connection
from marketplace.adapters.stripe_disputes import StripeDisputes
from marketplace.capability.models import WorkCentre
from marketplace.capacity.models import Hold
from marketplace.disputes import invariants as dispute_invariants
from marketplace.geometry.values import FileKind
from marketplace.invoicing import invariants as document_invariants
from marketplace.jobs.queue import Task
from marketplace.kernel import clock
from marketplace.kernel import transaction as transaction_rows
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.kernel.invariants import Invariant
from marketplace.kernel.money import Money
from marketplace.kernel.transaction import transaction
from marketplace.ledger import invariants as ledger_invariants
from marketplace.listings.models import Listing
from marketplace.orders import placing
from marketplace.orders import queries as orders
from marketplace.orders.models import Order, Share, ShareKind
from marketplace.orders.states import OrderState
from marketplace.parts.models import Part, Revision, StoredFile
from marketplace.payments import inbox
from marketplace.payments import invariants as payment_invariants
from marketplace.payments import queries as payment_rows
from marketplace.payments import service as payments
from marketplace.payments.models import Method, Operation, Payment, PayoutAccount, WayState, WayToPay
from marketplace.payments.ports import EventSeen, Gateway
from marketplace.payouts import invariants as payout_invariants
from marketplace.quoting.models import Offer, Quote, QuoteState, RankBy
from marketplace.workflows.money import (
    choosing,
    disputing,
    listening,
    opening_payments,
    paying,
    payout_accounts,
    refunding,
    releasing,
    resuming,
    sending,
    settlement,
    showing_payments,
)
from marketplace.workflows.ordering.buying import bought
from stripe_sandbox.calls import Call
from stripe_sandbox.faults import Fault
from stripe_sandbox.resources import accounts
from stripe_sandbox.serving import Served
from stripe_sandbox.world import PLATFORM
from tests import market
from tests.worlds import Person, World

INVARIANTS: Sequence[Invariant] = (
    *ledger_invariants.INVARIANTS,
    *payment_invariants.INVARIANTS,
    *payout_invariants.INVARIANTS,
    *dispute_invariants.INVARIANTS,
    *document_invariants.INVARIANTS,
)


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Crash(BaseException):
    """The process is gone: nothing catches it."""


@dataclass
class Stumbling:
    """A gateway whose process dies before or after a call; it can only be hit once."""

    gateway: Gateway
    method: str
    moment: str
    hits: int = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.gateway, name)
        return partial(self._call, found) if name == self.method else found

    def _call(self, found: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self.moment == "before call":
            raise Crash
        answer = found(*args, **kwargs)
        self.hits += 1
        if self.moment == "after call":
            raise Crash
        return answer


@dataclass
class Stripe:
    """The local Stripe, seen as the platform, as a customer, and as a witness."""

    served: Served
    connection: Connection
    gateway: StripeGateway
    books: StripeBooks
    client: stripe.StripeClient

    @property
    def desk(self) -> StripeDisputes:
        """Where disputes are seen and answered."""
        return StripeDisputes(self.connection)

    def pay(self, intent_id: str, card: str = "pm_card_visa") -> None:
        """The customer pays on their side."""
        self.client.v1.payment_intents.confirm(intent_id, {"payment_method": card})

    def events(self, kind: str) -> list[dict[str, Any]]:
        found = self.served.sandbox.api.world.kind("event")
        return [dict(each.shown) for each in found if each.shown["type"] == kind]

    def count(self, kind: str) -> int:
        return len(self.served.sandbox.api.world.kind(kind))

    def requests(self, method: str, path: str) -> list[dict[str, Any]]:
        made = self.served.sandbox.api.requests
        return [each for each in made if each["method"] == method and each["path"] == path]

    def page(self, url: str | None, **given: str) -> str:
        """The customer fills in a hosted page, as a browser would; where it leads them."""
        assert url is not None
        answer = urllib3.request("POST", url, body=urlencode(given), headers=FORM, redirect=False)
        assert answer.status in (200, 302, 303), answer.data
        return answer.headers.get("Location", "")

    def fail(self, kind: str, method: str, path: str, times: int = 1) -> None:
        self.served.sandbox.api.faults.order(Fault(kind, method, path, times))

    def later(self, seconds: int) -> None:
        self.served.sandbox.api.world.seconds_ahead += seconds

    def onboard(self, account_id: str) -> None:
        """The seller tells Stripe everything it wants to know."""
        world = self.served.sandbox.api.world
        with world.lock:
            accounts.complete(
                Call(world, PLATFORM, False, None, self.served.url), world.find("account", account_id, PLATFORM)
            )

    def empty(self, account_id: str, currency: str = "eur") -> None:
        """Days pass, and the seller's whole balance is paid out to their bank: no transfer can be taken back."""
        self.control("clock", seconds=3 * 24 * 60 * 60)
        self.control(f"accounts/{account_id}/payout", currency=currency)

    def fail_refund(self, refund_id: str) -> None:
        """The customer's bank sends a refund back."""
        self.control(f"refunds/{refund_id}/fail")

    def control(self, what: str, **given: Any) -> None:
        answer = urllib3.request("POST", f"{self.served.url}/_sandbox/{what}", json=given)
        assert answer.status == 200, answer.data

    def balance_transactions(self) -> int:
        """The sum of everything in the platform's books at Stripe, in minor units."""
        return sum(each.net for each in self.client.v1.balance_transactions.list({"limit": 100}).auto_paging_iter())


@dataclass
class Till:
    """Makes orders that are to be paid, straight as rows: how they came about is not this world's matter."""

    world: World
    stripe: Stripe
    customer: Person = field(init=False)
    kinds: dict[Person | None, ShareKind] = field(default_factory=dict)
    """What further payees get their part for; whoever is not named makes the goods."""

    def __post_init__(self) -> None:
        self.customer = self.world.make_organisation("Customer")

    @property
    def app(self) -> Flask:
        return self.world.app

    def seller(self, *, able: bool = True) -> Person:
        """A factory with an account at the local Stripe; money may be sent to it unless told otherwise."""
        person = self.world.make_organisation(hats=("factory",))
        with self.app.app_context():
            account = payout_accounts.open_account(self.stripe.gateway, by=person.actor)
            if able:
                assert account.provider_id is not None
                self.stripe.onboard(account.provider_id)
                payout_accounts.look(account.provider_id, self.stripe.gateway)
        return person

    def order(self, shares: Mapping[Person | None, int], *, currency: str = "EUR", minutes: int = 60) -> UUID:
        """An order that awaits its payment, divided as told; None is the platform."""
        with self.app.app_context(), transaction():
            return self._order(shares, currency, clock.now() + timedelta(minutes=minutes))

    def open(self, order_id: UUID, gateway: Gateway | None = None) -> paying.PaymentOpened:
        with self.app.app_context():
            return paying.open_payment(order_id, gateway or self.stripe.gateway, by=self.customer.actor)

    def choose(self, order_id: UUID, method: Method | None = None, gateway: Any = None) -> paying.PaymentOpened:
        """The customer opens the payment by a method of their choice."""
        with self.app.app_context():
            return opening_payments.open_payment(
                order_id,
                method,
                gateway or self.stripe.gateway,
                by=self.customer.actor,
                return_to="http://market.example/pay",
            )

    def told(self, order_id: UUID) -> showing_payments.PaymentTold:
        """What the customer sees of the payment."""
        with self.app.app_context(), transaction():
            return showing_payments.told(order_id, by=self.customer.actor)

    def ways(self) -> list[WayToPay]:
        return sorted(self.rows(WayToPay), key=lambda each: each.id)

    def look(self, way: WayToPay, gateway: Any = None) -> WayState:
        """The customer comes back, or the schedule looks."""
        with self.app.app_context():
            return choosing.look(way.id, gateway or self.stripe.gateway)

    def hear(self, *kinds: str) -> None:
        """Every event that Stripe has had for us so far arrives, of these kinds or of all that we handle."""
        for each in self.stripe.served.sandbox.api.world.kind("event"):
            if each.shown["type"] in (kinds or inbox.HANDLED):
                self.deliver(dict(each.shown))
        self.work()

    def pay(self, order_id: UUID) -> str:
        """The customer opens the payment and pays; nobody has told us yet. The intent's id."""
        intent_id = self.open(order_id).intent_id
        self.stripe.pay(intent_id)
        return intent_id

    def deliver(self, event: dict[str, Any]) -> None:
        """An event arrives; its signature has been checked."""
        with self.app.app_context(), transaction():
            inbox.receive(EventSeen(event["id"], event["type"], event["api_version"], True, event))

    def paid(self, shares: Mapping[Person | None, int], **more: Any) -> UUID:
        """An order that was paid, all the way."""
        order_id = self.order(shares, **more)
        intent_id = self.pay(order_id)
        event = next(
            e for e in self.stripe.events("payment_intent.succeeded") if e["data"]["object"]["id"] == intent_id
        )
        self.deliver(event)
        self.work()
        assert self.order_state(order_id) is OrderState.PAID
        return order_id

    def release(self, order_id: UUID) -> None:
        """The customer has taken the goods."""
        with self.app.app_context(), transaction():
            (job,) = orders.to_change(order_id).jobs
            settlement.release(job)
            self._end(order_id, "accepted", "done")

    def refund(self, order_id: UUID, reason: str = "declined") -> None:
        with self.app.app_context(), transaction():
            (job,) = orders.to_change(order_id).jobs
            refunding.refund_all(job, reason=reason, by=self.customer.actor)
            self._end(order_id, "cancelled", "declined")

    def give_back(self, order_id: UUID, minor: int, reason: str = "claim") -> None:
        """So much of an order goes back, released or not; its life goes on."""
        with self.app.app_context(), transaction():
            (job,) = orders.to_change(order_id).jobs
            refunding.refund(job, minor, reason=reason, by=self.customer.actor)

    def give_back_the_rest(self, order_id: UUID, reason: str) -> None:
        """All that is left of an order goes back."""
        with self.app.app_context(), transaction():
            (job,) = orders.to_change(order_id).jobs
            refunding.refund_all(job, reason=reason, by=self.customer.actor)

    def _end(self, order_id: UUID, state: str, of_job: str) -> None:
        """Money is tried here, not the ways to an end."""
        session().flush()
        session().execute(text("update orders set state = :state where id = :id"), {"state": state, "id": order_id})
        session().execute(
            text("update jobs set state = :state where order_id = :id"), {"state": of_job, "id": order_id}
        )

    def cancel(self, order_id: UUID) -> None:
        """The order is given up before it was paid."""
        with self.app.app_context(), transaction():
            order = orders.to_change(order_id)
            order.move(OrderState.CANCELLED, by=self.customer.actor)
            payments.call_off(payment_rows.locked_of_order(order_id))

    def work(self, gateway: Gateway | None = None) -> int:
        """Do the jobs that wait, one after another, as a worker would; how many."""
        hands = handlers(gateway or self.stripe.gateway, self.others(gateway))
        done = 0
        while (job := self._next_job()) is not None:
            with self.app.app_context():
                hands[job[1]](**job[2])
            self._forget_job(job[0])
            done += 1
        return done

    def run(self, operation_id: UUID, gateway: Gateway | None = None) -> None:
        with self.app.app_context():
            sending.run_operation(operation_id, gateway or self.stripe.gateway)

    def handle(self, event_id: str, gateway: Gateway | None = None) -> None:
        with self.app.app_context():
            listening.handle_event(event_id, gateway or self.stripe.gateway, self.others(gateway))

    def others(self, gateway: Gateway | None = None) -> Mapping[str, listening.Follow]:
        """How events are followed up that are about none of the gateway's own things."""
        return disputing.fetchers(self.stripe.desk, gateway or self.stripe.gateway)

    def resume(self) -> None:
        with self.app.app_context():
            resuming.resume_money(self.stripe.gateway)

    def order_state(self, order_id: UUID) -> OrderState:
        with self.app.app_context():
            return session().get_one(Order, order_id).state

    def payment(self, order_id: UUID) -> Payment:
        with self.app.app_context():
            return self.rows(Payment, order_id=order_id)[0]

    def operations(self) -> list[Operation]:
        return sorted(self.rows(Operation), key=lambda each: each.id)

    def account(self, person: Person) -> PayoutAccount:
        return self.rows(PayoutAccount, organisation_id=person.organisation_id)[0]

    def rows(self, model: Any, **having: Any) -> list[Any]:
        with self.app.app_context():
            return session().query(model).filter_by(**having).all()

    def sql(self, statement: str, **values: Any) -> list[Any]:
        with self.app.app_context(), transaction():
            result = session().execute(text(statement), values)
            return list(result.scalars()) if result.returns_rows else []

    def broken(self) -> list[tuple[str, str, Any]]:
        """Every row that breaks a stored invariant of money."""
        return [(each.id, each.says, row) for each in INVARIANTS for row in self.sql(each.broken)]

    def balance(self, kind: str) -> int:
        """What rests in all accounts of a kind, whatever their currency."""
        return self.sql(
            "select coalesce(sum(amount_minor), 0) from postings p join ledger_accounts a on a.id = p.account_id"
            " where a.kind = :kind",
            kind=kind,
        )[0]

    def jobs(self) -> list[Any]:
        return self.sql("select task_name from procrastinate_jobs where status = 'todo' order by id")

    def _next_job(self) -> Any:
        with self.app.app_context():
            return session().execute(text(NEXT_JOB), {"known": list(DONE_HERE)}).one_or_none()

    def _forget_job(self, job_id: int) -> None:
        self.sql("delete from procrastinate_jobs where id = :id", id=job_id)

    def _order(self, shares: Mapping[Person | None, int], currency: str, pay_by: Any) -> UUID:
        """An order of one line and one job, which is the first seller's."""
        quote, offer = self._quote(shares, currency, pay_by)
        hold = Hold(id=new_id(), work_centre_id=offer.work_centre_id, minutes=1, expires_at=pay_by)
        session().add(hold)
        session().flush()
        payment_id = new_id()
        order = placing.place(
            [bought(quote, offer, hold.id)],
            placing.Terms(),
            by=self.customer.actor,
            payment_id=payment_id,
            pay_by=pay_by,
        )
        payments.expect(order.id, Money(order.total_minor, currency), payment_id=payment_id)
        transaction_rows.write_noted()
        self._share_out(order.jobs[0].id, payment_id, shares)
        return order.id

    def _share_out(self, job_id: UUID, payment_id: UUID, shares: Mapping[Person | None, int]) -> None:
        """Divide the job as told, in place of what its offer says."""
        session().execute(text("alter table job_shares disable trigger append_only"))
        session().execute(text("delete from job_shares where job_id = :id"), {"id": job_id})
        session().execute(text("alter table job_shares enable trigger append_only"))
        session().add_all(
            self._share(job_id, payment_id, number, each, minor)
            for number, (each, minor) in enumerate(shares.items(), 1)
        )

    def _share(self, job_id: UUID, payment_id: UUID, number: int, person: Person | None, minor: int) -> Share:
        kind = ShareKind.PLATFORM_FEE if person is None else self.kinds.get(person, ShareKind.FACTORY)
        party_id = None if person is None else person.organisation_id
        return Share(
            job_id=job_id, number=number, payment_id=payment_id, kind=kind, party_id=party_id, amount_minor=minor
        )

    def _quote(self, shares: Mapping[Person | None, int], currency: str, pay_by: Any) -> tuple[Quote, Offer]:
        who, total = self.customer, sum(shares.values())
        factory = next((each for each in shares if each is not None), who)
        centre = WorkCentre(
            id=new_id(),
            organisation_id=factory.organisation_id,
            name=f"Centre {new_id()}",
            process="cnc_milling",
            machines=1,
            envelope_mm=[1, 1, 1],
            materials=["aluminium_6061"],
            time_zone="UTC",
        )
        session().add(centre)
        session().flush()
        card = market.card(centre.id, factory)
        listing = Listing(
            id=new_id(),
            organisation_id=factory.organisation_id,
            work_centre_id=centre.id,
            process="cnc_milling",
            title="Mills",
            terms="",
        )
        file = StoredFile(sha256=new_id().hex * 2, size_bytes=1, kind=FileKind.STEP)
        part = Part(id=new_id(), organisation_id=who.organisation_id, name="Bracket", created_by=who.user_id)
        session().add_all([card, listing, file, part])
        session().flush()
        revision = Revision(id=new_id(), part_id=part.id, number=1, sha256=file.sha256, file_name="bracket.step")
        session().add(revision)
        session().flush()
        quote = Quote(
            id=new_id(),
            organisation_id=who.organisation_id,
            revision_id=revision.id,
            requested_by=who.user_id,
            process="cnc_milling",
            material="aluminium_6061",
            quantity=1,
            currency=currency,
            rank_by=RankBy.PRICE,
            number=1,
            expires_at=pay_by,
            eligible=1,
            findings=[],
            explanation={},
            state=QuoteState.TAKEN,
        )
        session().add(quote)
        session().flush()
        to_factory = shares.get(factory, 0)
        offer = Offer(
            id=new_id(),
            quote_id=quote.id,
            position=1,
            listing_id=listing.id,
            work_centre_id=centre.id,
            factory_id=factory.organisation_id,
            rate_card_id=card.id,
            total_minor=total,
            factory_minor=to_factory,
            fee_minor=total - to_factory,
            machine_min=1,
            finish_by=pay_by.date(),
            ships_on=pay_by.date(),
            figures=[total],
        )
        session().add(offer)
        session().flush()
        return quote, offer


NEXT_JOB = """
    select id, task_name, args from procrastinate_jobs
    where status = 'todo' and (scheduled_at is null or scheduled_at <= now()) and task_name = any(:known)
    order by id limit 1
"""
DONE_HERE = (Task.HANDLE_EVENT, Task.RUN_OPERATION, Task.RELEASE_JOB)


def handlers(gateway: Gateway, others: Mapping[str, listening.Follow]) -> dict[str, Callable[..., None]]:
    return {
        Task.HANDLE_EVENT: partial(_handle, gateway=gateway, others=others),
        Task.RUN_OPERATION: partial(_run, gateway=gateway),
        Task.RELEASE_JOB: _release,
    }


def _handle(event_id: str, gateway: Gateway, others: Mapping[str, listening.Follow]) -> None:
    listening.handle_event(event_id, gateway, others)


def _run(operation_id: str, gateway: Gateway) -> None:
    sending.run_operation(UUID(operation_id), gateway)


def _release(order_id: str, job_id: str) -> None:
    releasing.release_job(UUID(order_id), UUID(job_id))


OF_KIND = {"transfer": "transferred_minor", "reversal": "reversed_minor", "refund": "refunded_minor"}
RESTORED = (
    "alter table postings disable trigger user",
    "alter table journals disable trigger user",
    "delete from postings where journal_id in (select id from journals where order_id = :order and kind = :kind)",
    "delete from journals where order_id = :order and kind = :kind",
    "alter table postings enable trigger user",
    "alter table journals enable trigger user",
    "update provider_operations"
    " set state = 'ready', provider_id = null, first_sent_at = null, attempts = 0, rail = null"
    " where payment_id in (select id from payments where order_id = :order) and kind = :kind and state = 'done'",
)


def restore(till: Till, order_id: UUID, kind: str) -> None:
    """Our rows are as a backup has them from before the operations of a kind were asked for; the provider's are not."""
    statements = (*RESTORED, f"update payments set {OF_KIND[kind]} = 0 where order_id = :order")
    for statement in statements:
        values = {"order": order_id, "kind": kind}
        till.sql(statement, **{name: value for name, value in values.items() if f":{name}" in statement})
