from enum import StrEnum
from itertools import product
from typing import Any, ClassVar
from uuid import UUID

import pytest
from sqlalchemy import text

from marketplace.capacity.models import Hold
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.database import Base, session
from marketplace.kernel.ids import new_id
from marketplace.kernel.lifecycle import IllegalMove, Lifecycle, Stateful, StateMove
from marketplace.kernel.transaction import transaction
from marketplace.orders.models import Job
from marketplace.orders.states import JobState
from marketplace.payouts.models import BankPayment, BankPaymentState, Batch, BatchState


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"
    BLACK = "black"


class Lamp(Stateful):
    """A thing with states and no table, to move without a domain."""

    __tablename__ = "lamps"
    lifecycle: ClassVar = Lifecycle(Colour.RED, {Colour.RED: frozenset({Colour.GREEN})})

    def __init__(self) -> None:
        self.id: UUID = new_id()
        self.state: Any = Colour.RED


def test_a_move_is_made_once_and_written_down(in_app):
    lamp = Lamp()
    with transaction():
        lamp.move(Colour.GREEN, by=SYSTEM, reason="because")
        with pytest.raises(IllegalMove) as refusal:
            lamp.move(Colour.GREEN, by=SYSTEM)

    assert refusal.value.details == {"state": "green", "wanted": "green"}
    (history,) = session().query(StateMove).all()
    assert (history.from_state, history.to_state, history.reason) == ("red", "green", "because")
    assert history.subject_id == lamp.id


def test_an_impossible_move_names_what_can_follow(in_app):
    lamp = Lamp()
    with transaction():
        with pytest.raises(IllegalMove, match="it cannot become black: only green can follow"):
            lamp.move(Colour.BLACK, by=SYSTEM)
        lamp.move(Colour.GREEN, by=SYSTEM)
        with pytest.raises(IllegalMove, match="it cannot become red: that is final"):
            lamp.move(Colour.RED, by=SYSTEM)


def test_an_impossible_move_is_told_in_words(in_app):
    batch, payment = Batch(id=new_id(), state=BatchState.CALLED_OFF), BankPayment(id=new_id())
    payment.state = BankPaymentState.PLANNED
    with transaction():
        with pytest.raises(IllegalMove, match=r"^This payout batch is called off; it cannot become approved: what was"):
            batch.move(BatchState.APPROVED, by=SYSTEM)
        with pytest.raises(IllegalMove, match="two persons have to approve its batch first"):
            payment.move(BankPaymentState.CONFIRMED, by=SYSTEM)
        job = Job(id=new_id(), state=JobState.ACCEPTED)
        with pytest.raises(IllegalMove, match=r"This job is accepted; it cannot become offered: only .*in production"):
            job.move(JobState.OFFERED, by=SYSTEM)


def test_every_pair_of_states_is_in_the_table_or_refused(in_app):
    with_lifecycle = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Stateful)]
    assert Hold in with_lifecycle
    with transaction():
        for stateful in with_lifecycle:
            states = type(stateful.lifecycle.start)
            for before, after in product(states, states):
                row = stateful(id=new_id())
                row.state = before
                if stateful.lifecycle.allows(before, after):
                    row.move(after, by=SYSTEM)
                    assert row.state is after
                else:
                    with pytest.raises(IllegalMove):
                        row.move(after, by=SYSTEM)
                    assert row.state is before


CALLED = {
    "bank_payments": "bank payment",
    "bids": "bid",
    "calibrations": "calibration",
    "cases": "case",
    "claims": "claim",
    "disputes": "dispute",
    "first_articles": "first article",
    "holds": "hold",
    "job_changes": "job change",
    "jobs": "job",
    "listings": "listing",
    "orders": "order",
    "payment_ways": "way to pay",
    "payments": "payment",
    "payout_batches": "payout batch",
    "quotes": "quote",
    "reconciliation_differences": "difference",
    "remeasurements": "remeasurement",
    "revisions": "revision",
    "rfq_invitations": "invitation",
    "rfq_questions": "question",
    "rfqs": "request for quotation",
    "spare_slots": "spare slot",
    "staff_refunds": "staff refund",
    "subcontracts": "subcontract",
}
"""What a refusal calls a thing, by its table. Whoever adds a lifecycle says here how it reads."""


def test_a_refused_move_calls_each_thing_by_its_name(in_app):
    told = {}
    for stateful in (each.class_ for each in Base.registry.mappers if issubclass(each.class_, Stateful)):
        states = type(stateful.lifecycle.start)
        row = stateful(id=new_id())
        row.state = before = next(state for state in states if not stateful.lifecycle.allows(state, state))
        with transaction(), pytest.raises(IllegalMove) as refusal:
            row.move(before, by=SYSTEM)
        told[stateful.__tablename__] = refusal.value.message.removeprefix("This ").partition(" is ")[0]

    assert told == CALLED


@pytest.mark.parametrize("statement", ["update state_moves set reason = 'x'", "delete from state_moves"])
def test_history_is_only_added_to(in_app, statement):
    with transaction():
        Lamp().move(Colour.GREEN, by=SYSTEM)
    with pytest.raises(Exception, match="append-only"), transaction():
        session().execute(text(statement))
