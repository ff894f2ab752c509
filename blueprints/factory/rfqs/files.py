"""The part of a request: pictures and file, as far as its owner has opened them; every look is written down."""

from typing import Any
from uuid import UUID

from flask import Response

from blueprints.factory.rfqs.routes import rfqs
from blueprints.factory.rfqs.schemas import RequestFile, ShowInvitedRfq
from blueprints.http.downloads import BYTES, attachment
from blueprints.http.identity import actor
from blueprints.http.pictures import GLTF, MODEL, PNG, THUMBNAIL, glimpse
from blueprints.http.ports import ports
from marketplace.kernel.transaction import transaction
from marketplace.rfqs import granting
from marketplace.rfqs.models import RfqInvitation
from marketplace.rfqs.queries import factories
from marketplace.workflows import showing


@rfqs.post("/<uuid:rfq_id>/access/request")
@rfqs.arguments(RequestFile)
@rfqs.response(200, ShowInvitedRfq)
def request_file(sent: dict[str, Any], rfq_id: UUID) -> RfqInvitation:
    """Ask the owner to open the pictures, or the file itself."""
    with transaction():
        invitation = factories.for_factory_to_change(actor(), rfq_id)
        granting.request(invitation, sent["reach"], by=actor())
    return invitation


@rfqs.get("/<uuid:rfq_id>/thumbnail")
@rfqs.response(200)
@rfqs.doc(responses=THUMBNAIL)
def thumbnail(rfq_id: UUID) -> Response:
    """Show a small picture of the part; the owner sees that you looked."""
    with transaction():
        drawn = showing.thumbnail(rfq_id, by=actor())
    return glimpse(drawn, PNG)


@rfqs.get("/<uuid:rfq_id>/model")
@rfqs.response(200)
@rfqs.doc(responses=MODEL)
def model(rfq_id: UUID) -> Response:
    """Show a model of the part in a viewer: its shape, coarser than the file; the owner sees that you looked."""
    with transaction():
        drawn = showing.model(rfq_id, by=actor())
    return glimpse(drawn, GLTF)


@rfqs.get("/<uuid:rfq_id>/file")
@rfqs.response(200)
@rfqs.doc(responses={200: {"content": BYTES}})
def download(rfq_id: UUID) -> Response:
    """Download the file of the part; the owner sees that you did."""
    return attachment(*showing.file(rfq_id, store=ports().files, by=actor()))
