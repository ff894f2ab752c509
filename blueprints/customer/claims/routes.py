"""Claims: what is wrong with the goods of a job, and how it is put right."""

from typing import Any
from uuid import UUID

from blueprints.customer.claims.schemas import Disagree, RaiseClaim
from blueprints.customer.door import door
from blueprints.http.claims import AskRemeasurement, ShowClaim, ShowClaims
from blueprints.http.identity import actor
from marketplace.claims import claiming as verbs
from marketplace.claims import queries, remeasuring
from marketplace.claims.models import Claim
from marketplace.kernel.transaction import transaction
from marketplace.orders import queries as orders
from marketplace.orders.models import Job, Side
from marketplace.workflows.ordering import claiming

claims = door.room(
    "claims",
    "Goods that are not as they were ordered: say so while you have time to look.",
    path="/orders/<uuid:order_id>/jobs/<uuid:job_id>/claims",
)


def _locked(order_id: UUID, job_id: UUID) -> Job:
    return orders.job_of(orders.for_customer_to_change(actor(), order_id), job_id)


@claims.get("")
@claims.response(200, ShowClaims)
def browse(order_id: UUID, job_id: UUID) -> dict[str, Any]:
    """Show all claims of a job."""
    return {"items": queries.of_job(orders.job_of(orders.for_customer(actor(), order_id), job_id))}


@claims.post("")
@claims.arguments(RaiseClaim)
@claims.response(201, ShowClaim)
def raise_claim(told: dict[str, Any], order_id: UUID, job_id: UUID) -> Claim:
    """Say what is wrong with goods that have all left, and what you want; your time to look stands still.

    The factory answers within the time that /v1/terms publishes; if it does not, you get what you want.
    """
    with transaction():
        return claiming.raise_claim(_locked(order_id, job_id), by=actor(), **told)


@claims.post("/<int:number>/agree")
@claims.response(200, ShowClaim)
def agree(order_id: UUID, job_id: UUID, number: int) -> Claim:
    """Agree to what the factory offers; it is carried out at once."""
    with transaction():
        claim = queries.numbered(_locked(order_id, job_id), number)
        claiming.agree(claim, by=actor())
    return claim


@claims.post("/<int:number>/disagree")
@claims.arguments(Disagree)
@claims.response(200, ShowClaim)
def disagree(why: dict[str, Any], order_id: UUID, job_id: UUID, number: int) -> Claim:
    """Do not agree to the factory's offer or refusal: the staff of the marketplace decides."""
    with transaction():
        claim = queries.numbered(_locked(order_id, job_id), number)
        verbs.disagree(claim, by=actor(), reason=why["reason"])
    return claim


@claims.post("/<int:number>/withdraw")
@claims.response(200, ShowClaim)
def withdraw(order_id: UUID, job_id: UUID, number: int) -> Claim:
    """Let the goods be as they are; your time to look runs on."""
    with transaction():
        claim = queries.numbered(_locked(order_id, job_id), number)
        claiming.withdraw(claim, by=actor())
    return claim


@claims.post("/<int:number>/remeasurement")
@claims.arguments(AskRemeasurement)
@claims.response(201, ShowClaim)
def ask_remeasurement(asked: dict[str, Any], order_id: UUID, job_id: UUID, number: int) -> Claim:
    """Ask, once a claim, that a third factory measures the pieces before it is decided."""
    with transaction():
        claim = queries.numbered(_locked(order_id, job_id), number)
        remeasuring.ask(claim, side=Side.CUSTOMER, by=actor(), why=asked["why"])
    return claim
