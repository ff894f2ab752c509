"""Requests for quotation in any state, through the services: what HTTP does, quicker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from marketplace.costing.bids import BidLine, Group, Per
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.listings.models import Listing, ListingState
from marketplace.rfqs import answering, asking, deciding, granting
from marketplace.rfqs.asking import Guests, Request
from marketplace.rfqs.bidding import BidTerms
from marketplace.rfqs.granting import Reach
from marketplace.rfqs.models import Audience, Bid, Question, Rfq
from marketplace.rfqs.queries import customers, factories
from marketplace.workflows import checking
from marketplace.workflows.pricing import tendering
from tests.worlds import Person

NDA = "We keep what we see of this part to ourselves, for five years."
FEE_BPS = 800
LINES = (
    BidLine(Group.MATERIAL, "Plate 6061", Per.PIECE, 420, "g", 900),
    BidLine(Group.SETUP, "Two set-ups", Per.LOT, 90, "min", 4_500),
    BidLine(Group.MACHINE, "Milling", Per.PIECE, 4, "min", 6_000),
)
"""A hundred machine minutes for 25 pieces."""


def broken(app: Flask) -> list[str]:
    """The invariants that the database breaks, but for those of moderation: listings of a scene were never examined."""
    with app.app_context():
        return [each.invariant.says for each in checking.check() if each.offenders and each.invariant.id != "D1"]


def in_days(days: int) -> date:
    return clock.now().date() + timedelta(days=days)


@dataclass(frozen=True)
class Tender:
    """Asks for one customer, and acts for the factories."""

    app: Flask
    customer: Person

    def ask(self, revision_id: UUID, *guests: Person, **changes: Any) -> Rfq:
        """A request to these factories, or to every eligible one; it takes bids for five days."""
        terms = {
            "revision_id": revision_id,
            "title": "Bracket for a pump",
            "processes": ["cnc_milling"],
            "material": "aluminium_6061",
            "quantities": [25, 100],
            "currency": "EUR",
            "delivery_country": "DE",
            "closes_in_hours": 120,
            "audience": Audience.CHOSEN if guests else Audience.ELIGIBLE,
            "factories": [each.organisation_id for each in guests],
        }
        with self.app.app_context(), transaction():
            return tendering.ask(Request(**(terms | changes)), by=self.customer.actor)

    def invite(self, rfq: Rfq, *more: Person) -> None:
        guests = Guests(
            Audience.CHOSEN if more else Audience.ELIGIBLE,
            [each.organisation_id for each in more if each.organisation_id],
        )
        with self.app.app_context(), transaction():
            tendering.invite(
                customers.for_customer_to_change(self.customer.actor, rfq.id), guests, by=self.customer.actor
            )

    def agree(self, rfq: Rfq, *guests: Person, nda_sha256: str | None = None) -> None:
        for factory in guests:
            with self.app.app_context(), transaction():
                invitation = factories.for_factory_to_change(factory.actor, rfq.id)
                answering.agree(invitation, nda_sha256=nda_sha256 or rfq.nda_sha256, by=factory.actor)

    def decline(self, rfq: Rfq, factory: Person, reason: str = "We are full.") -> None:
        with self.app.app_context(), transaction():
            invitation = factories.for_factory_to_change(factory.actor, rfq.id)
            answering.decline(invitation, reason=reason, by=factory.actor)

    def question(self, rfq: Rfq, factory: Person, text: str = "May the corners be round?") -> Question:
        with self.app.app_context(), transaction():
            return answering.ask(factories.for_factory_to_change(factory.actor, rfq.id), text=text, by=factory.actor)

    def answer(self, rfq: Rfq, question: Question, text: str = "Yes, 3 mm.") -> None:
        with self.app.app_context(), transaction():
            held = customers.for_customer_to_change(self.customer.actor, rfq.id)
            answering.answer(customers.question_of(held, question.id), text=text, by=self.customer.actor)

    def withdraw_question(self, rfq: Rfq, factory: Person, question: Question) -> None:
        with self.app.app_context(), transaction():
            invitation = factories.for_factory_to_change(factory.actor, rfq.id)
            answering.withdraw(factories.question_of_factory(invitation, question.id), by=factory.actor)

    def open(self, rfq: Rfq, factory: Person, reach: Reach = Reach.DOWNLOAD) -> None:
        with self.app.app_context(), transaction():
            granting.grant(self._place(rfq, factory), reach, by=self.customer.actor)

    def revoke(self, rfq: Rfq, factory: Person) -> None:
        with self.app.app_context(), transaction():
            granting.revoke(self._place(rfq, factory), by=self.customer.actor)

    def uninvite(self, rfq: Rfq, factory: Person) -> None:
        with self.app.app_context(), transaction():
            asking.uninvite(self._place(rfq, factory), by=self.customer.actor)

    def bid(self, rfq: Rfq, factory: Person, **changes: Any) -> Bid:
        """A bid of a hundred minutes, by the factory's newest live listing unless a work centre is named."""
        with self.app.app_context(), transaction():
            terms = {
                "work_centre_id": changes.get("work_centre_id") or work_centre_of(factory),
                "quantity": 25,
                "lines": LINES,
                "margin_bps": 1_500,
                "machine_min": 100,
                "ships_on": in_days(10),
                "valid_days": 14,
            }
            return tendering.bid(rfq.id, BidTerms(**(terms | changes)), by=factory.actor, fee_bps=FEE_BPS)

    def accept(self, rfq: Rfq, bid: Bid) -> Rfq:
        with self.app.app_context(), transaction():
            return tendering.accept(rfq.id, bid.id, by=self.customer.actor, valid_days=7)

    def withdraw(self, rfq: Rfq, reason: str = "The design has changed.") -> None:
        with self.app.app_context(), transaction():
            held = customers.for_customer_to_change(self.customer.actor, rfq.id)
            deciding.withdraw(held, reason=reason, by=self.customer.actor)

    def extend(self, rfq: Rfq, hours: int) -> None:
        with self.app.app_context(), transaction():
            held = customers.for_customer_to_change(self.customer.actor, rfq.id)
            asking.extend(held, hours=hours, by=self.customer.actor)

    def now(self, rfq: Rfq) -> Rfq:
        """The request as it is in the database."""
        with self.app.app_context():
            return customers.for_customer(self.customer.actor, rfq.id)

    def compared(self, rfq: Rfq, **asked: Any) -> Sequence[tendering.Compared]:
        with self.app.app_context():
            terms = {"quantity": None, "sort_by": tendering.SortBy.PRICE} | asked
            return tendering.compare(customers.for_customer(self.customer.actor, rfq.id), **terms)

    def _place(self, rfq: Rfq, factory: Person) -> Any:
        assert factory.organisation_id is not None
        return customers.invitation_of(
            customers.for_customer_to_change(self.customer.actor, rfq.id), factory.organisation_id
        )


def work_centre_of(factory: Person) -> UUID:
    """The work centre of the factory's newest live listing; inside an application context."""
    query = select(Listing.work_centre_id).where(
        Listing.organisation_id == factory.organisation_id, Listing.state == ListingState.LIVE
    )
    return session().scalars(query.order_by(Listing.id.desc())).first()
