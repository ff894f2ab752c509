"""Claims of your customers: answer them in time, or they count as accepted."""

from typing import Any
from uuid import UUID

from blueprints.factory.claims.schemas import OfferRemedy, RejectClaim
from blueprints.factory.door import door
from blueprints.http.claims import AskRemeasurement, ShowClaim, ShowClaims
from blueprints.http.identity import actor
from marketplace.claims import answering, queries, remeasuring
from marketplace.claims.models import Claim
from marketplace.kernel.transaction import transaction
from marketplace.orders import queries as orders
from marketplace.orders.models import Side
from marketplace.workflows.ordering import claiming

claims = door.room(
    "claims", "What customers say is wrong with your work, and your answer.", path="/jobs/<uuid:job_id>/claims"
)


def _locked(job_id: UUID, number: int) -> Claim:
    return queries.numbered(orders.for_factory_to_change(actor(), job_id), number)


@claims.get("")
@claims.response(200, ShowClaims)
def browse(job_id: UUID) -> dict[str, Any]:
    """Show all claims of a job."""
    return {"items": queries.of_job(orders.for_factory(actor(), job_id))}


@claims.post("/<int:number>/accept")
@claims.response(200, ShowClaim)
def accept(job_id: UUID, number: int) -> Claim:
    """Do what the customer wants; no answer in time counts as this."""
    with transaction():
        claim = _locked(job_id, number)
        claiming.accept(claim, by=actor())
    return claim


@claims.post("/<int:number>/offer")
@claims.arguments(OfferRemedy)
@claims.response(200, ShowClaim)
def offer(told: dict[str, Any], job_id: UUID, number: int) -> Claim:
    """Offer something else; the customer agrees, which silence counts as, or has it decided."""
    with transaction():
        claim = _locked(job_id, number)
        answering.offer(claim, by=actor(), **told)
    return claim


@claims.post("/<int:number>/reject")
@claims.arguments(RejectClaim)
@claims.response(200, ShowClaim)
def reject(why: dict[str, Any], job_id: UUID, number: int) -> Claim:
    """Say that there is nothing to put right, and why; the customer lets it be or has it decided."""
    with transaction():
        claim = _locked(job_id, number)
        answering.reject(claim, by=actor(), answer=why["answer"])
    return claim


@claims.post("/<int:number>/remeasurement")
@claims.arguments(AskRemeasurement)
@claims.response(201, ShowClaim)
def ask_remeasurement(asked: dict[str, Any], job_id: UUID, number: int) -> Claim:
    """Ask, once a claim, that a third factory measures the pieces before it is decided."""
    with transaction():
        claim = _locked(job_id, number)
        remeasuring.ask(claim, side=Side.FACTORY, by=actor(), why=asked["why"])
    return claim
