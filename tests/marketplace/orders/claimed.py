"""Claims in random lives of orders: what a plain model says may be done to one, and what comes of it."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from marketplace.claims import answering, queries, remeasuring
from marketplace.claims import claiming as verbs
from marketplace.claims.errors import RemeasurementNotFound
from marketplace.claims.models import Remedy
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM
from marketplace.orders.models import Side
from marketplace.workflows.ordering import claiming
from tests.worlds import Person

QUANTITY = 10
OPEN = {"raised", "offered", "rejected", "in_decision"}
IN = {
    "reject": {"raised"},
    "offer": {"raised"},
    "accept": {"raised"},
    "disagree": {"offered", "rejected"},
    "agree": {"offered"},
    "ask re-measurement": {"in_decision"},
    "decide": {"in_decision"},
    "withdraw": OPEN,
}
"""In which states of a claim what may be done to it; what leads on comes first, as hypothesis draws that most."""
LATE = timedelta(days=15)
"""Later than any window that began today."""


@dataclass(frozen=True)
class Act:
    """Something that somebody does about the goods of a job."""

    verb: str
    remedy: str | None
    amount: int | None
    pieces: int
    conforming: int
    factory: int
    """Who is named to measure again: one of the three shops, or (3) the customer."""
    is_late: bool


@dataclass(eq=False)
class Claim:
    """What the model knows of a claim."""

    pieces: int
    wanted: tuple[str | None, int | None]
    state: str = "raised"
    remedy: tuple[str | None, int | None] = (None, None)
    measured: str | None = None

    @property
    def told(self) -> tuple[Any, ...]:
        return (self.state, *self.remedy, self.measured)


def sound(act: Act) -> Act:
    """Only a decision may be that there is nothing to put right: a claim and an offer name a remedy."""
    return replace(act, remedy="remake") if act.remedy is None and act.verb in ("claim", "offer") else act


ANY_ACT = st.builds(
    Act,
    verb=st.sampled_from(["claim", *IN, "name", "report", "time passes"]),
    remedy=st.sampled_from([*Remedy, None]).map(lambda each: each and each.value),
    amount=st.none() | st.integers(1, 5_000),
    pieces=st.integers(1, QUANTITY + 1),
    conforming=st.integers(0, QUANTITY),
    factory=st.integers(0, 3),
    is_late=st.booleans(),
).map(sound)


def acts(job: Any) -> st.SearchStrategy[Act]:
    """Whatever anybody may try about a job that was shipped or claimed: half of it what may well be done now."""
    refund = st.tuples(st.just("part_refund"), st.integers(1, max(1, job.total - 1)))
    remedies = st.one_of(st.just(("remake", None)), refund, st.just((None, None)), st.just(("return", None)))
    likely = st.builds(
        lambda verb, how, act: sound(replace(act, verb=verb, remedy=how[0], amount=how[1], is_late=False)),
        st.sampled_from(likely_verbs(job)),
        remedies,
        ANY_ACT,
    )
    return st.one_of(likely, ANY_ACT)


def likely_verbs(job: Any) -> list[str]:
    """What may be done about a job in its state."""
    if job.state == "shipped":
        return ["claim"]
    claim = job.claims[-1]
    measuring = {"asked": ["name"], "named": ["report"]}.get(claim.measured, [])
    return [*measuring, *(verb for verb, states in IN.items() if claim.state in states), "time passes"]


def is_fit(act: Act, total: int) -> bool:
    """A part refund is less than what the job costs; nothing else has an amount."""
    if act.remedy == "part_refund":
        return act.amount is not None and act.amount < total
    return act.amount is None


def expects(job: Any, act: Act) -> bool:
    """Whether the model lets this happen."""
    if act.verb == "claim":
        is_claimable = job.state == "shipped" and not act.is_late and act.pieces <= QUANTITY
        return is_claimable and is_fit(act, job.total)
    if not job.claims:
        return False
    claim = job.claims[-1]
    if act.verb == "name":
        return claim.measured == "asked" and act.factory not in (job.factory, 3)
    if act.verb == "report":
        return claim.measured == "named" and act.conforming <= act.pieces <= QUANTITY
    if act.verb == "time passes":
        return True
    if claim.state not in IN[act.verb]:
        return False
    if act.verb == "offer":
        return is_fit(act, job.total) and (act.remedy, act.amount) != claim.wanted
    if act.verb == "decide":
        return is_fit(act, job.total)
    return act.verb != "ask re-measurement" or claim.measured is None


def do(job: Any, act: Act, *, customer: Person, shops: Sequence[Person]) -> None:
    """The same with what is stored: a loaded job, its order locked."""
    by_customer, by_factory = customer.actor, shops[0].actor
    remedy = None if act.remedy is None else Remedy(act.remedy)
    if act.verb == "claim":
        with clock.moved_by(LATE) if act.is_late else nullcontext():
            claiming.raise_claim(
                job, by=by_customer, text="Off.", pieces=act.pieces, remedy=remedy, amount_minor=act.amount
            )
        return
    claim = queries.numbered(job, max((each.number for each in queries.of_job(job)), default=1))
    if act.verb == "accept":
        claiming.accept(claim, by=by_factory)
    elif act.verb == "offer":
        answering.offer(claim, by=by_factory, answer="Less.", remedy=remedy, amount_minor=act.amount)
    elif act.verb == "reject":
        answering.reject(claim, by=by_factory, answer="All is well.")
    elif act.verb == "agree":
        claiming.agree(claim, by=by_customer)
    elif act.verb == "disagree":
        verbs.disagree(claim, by=by_customer, reason="It is not.")
    elif act.verb == "withdraw":
        claiming.withdraw(claim, by=by_customer)
    elif act.verb == "ask re-measurement":
        remeasuring.ask(claim, side=Side.CUSTOMER, by=by_customer, why="We differ.")
    elif act.verb == "name":
        remeasuring.name(claim, [*shops, customer][act.factory].organisation_id, by=by_factory)
    elif act.verb == "report":
        if claim.remeasurement is None:
            raise RemeasurementNotFound("Nobody was named.")
        found = {"pieces": act.pieces, "conforming": act.conforming, "result": "So."}
        remeasuring.report(claim.remeasurement, by=by_factory, **found)
    elif act.verb == "decide":
        claiming.decide(claim, by=by_factory, reason="So be it.", remedy=remedy, amount_minor=act.amount)
    else:
        assert act.verb == "time passes"
        counts_instead = {"raised": claiming.accept, "offered": claiming.agree, "rejected": claiming.let_lapse}
        if claim.state in counts_instead:
            counts_instead[claim.state](claim, by=SYSTEM)


def happens(model: Any, job: Any, act: Act) -> None:
    """What comes of it."""
    if act.verb == "claim":
        job.claims.append(Claim(act.pieces, (act.remedy, act.amount)))
        job.state = "claimed"
        return
    claim = job.claims[-1]
    if act.verb == "name":
        claim.measured = "named"
    elif act.verb == "report":
        claim.measured = "reported"
    elif act.verb == "ask re-measurement":
        claim.measured = "asked"
    elif act.verb == "offer":
        claim.state, claim.remedy = "offered", (act.remedy, act.amount)
    elif act.verb == "reject":
        claim.state = "rejected"
    elif act.verb == "disagree":
        claim.state, claim.remedy = "in_decision", (None, None)
    elif act.verb == "accept" or (act.verb == "time passes" and claim.state == "raised"):
        ends(model, job, "settled", claim.wanted)
    elif act.verb == "agree" or (act.verb == "time passes" and claim.state == "offered"):
        ends(model, job, "settled", claim.remedy)
    elif act.verb == "decide":
        ends(model, job, "settled" if act.remedy else "dismissed", (act.remedy, act.amount))
    elif act.verb == "withdraw":
        ends(model, job, "withdrawn", (None, None))
    elif claim.state == "rejected":
        ends(model, job, "lapsed", (None, None))


def ends(model: Any, job: Any, state: str, remedy: tuple[str | None, int | None]) -> None:
    """The claim has come to its end, and its remedy is carried out."""
    claim = job.claims[-1]
    claim.state, claim.remedy = state, remedy
    if claim.measured in ("asked", "named"):
        claim.measured = "called_off"
    how, amount = remedy
    if how == "remake":
        job.state, job.remade = "in_production", job.remade + claim.pieces
    elif how == "return":
        job.state = "cancelled"
        model.back += job.total
    else:
        job.state = "shipped"
        job.total -= amount or 0
        model.back += amount or 0
    model.follow()
