"""Who is invited to a request, how far the file is open to them, and who has looked."""

from typing import Any
from uuid import UUID

from blueprints.customer.rfqs.routes import rfqs
from blueprints.customer.rfqs.schemas import (
    InvitationPage,
    InviteFactories,
    LookPage,
    NameFactory,
    OpenFile,
    ShowInvitation,
    ShowWholeRfq,
)
from blueprints.http.identity import actor
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.parts.models import FileAccess
from marketplace.rfqs import asking, granting
from marketplace.rfqs.asking import Guests
from marketplace.rfqs.models import Rfq, RfqInvitation
from marketplace.rfqs.queries import customers
from marketplace.workflows.pricing import tendering


@rfqs.post("/<uuid:rfq_id>/invitations")
@rfqs.arguments(InviteFactories)
@rfqs.response(200, ShowWholeRfq)
def invite(guests: Guests, rfq_id: UUID) -> Rfq:
    """Invite more factories; whoever is invited already stays so, whoever declined is asked again."""
    with transaction():
        rfq = customers.for_customer_to_change(actor(), rfq_id)
        tendering.invite(rfq, guests, by=actor())
    return rfq


@rfqs.get("/<uuid:rfq_id>/invitations")
@rfqs.arguments(Query, location="query")
@rfqs.response(200, InvitationPage)
def browse_invitations(page: PageRequest, rfq_id: UUID) -> Page[RfqInvitation]:
    """List whom you invited, newest first, by name: who may have your file is never hidden from you."""
    return customers.page_of_invitations(customers.for_customer(actor(), rfq_id), page)


@rfqs.post("/<uuid:rfq_id>/invitations/withdraw")
@rfqs.arguments(NameFactory)
@rfqs.response(200, ShowInvitation)
def uninvite(sent: dict[str, Any], rfq_id: UUID) -> RfqInvitation:
    """Take one factory's invitation back: the file closes to it at once, and its open bids end."""
    with transaction():
        invitation = customers.invitation_of(customers.for_customer_to_change(actor(), rfq_id), sent["factory_id"])
        asking.uninvite(invitation, by=actor())
    return invitation


@rfqs.post("/<uuid:rfq_id>/access/open")
@rfqs.arguments(OpenFile)
@rfqs.response(200, ShowInvitation)
def open_file(sent: dict[str, Any], rfq_id: UUID) -> RfqInvitation:
    """Open the pictures, or the file itself, to one factory that has agreed to your terms."""
    with transaction():
        invitation = customers.invitation_of(customers.for_customer_to_change(actor(), rfq_id), sent["factory_id"])
        granting.grant(invitation, sent["reach"], by=actor())
    return invitation


@rfqs.post("/<uuid:rfq_id>/access/revoke")
@rfqs.arguments(NameFactory)
@rfqs.response(200, ShowInvitation)
def revoke(sent: dict[str, Any], rfq_id: UUID) -> RfqInvitation:
    """Close pictures and file to one factory; its next look is told that there is nothing."""
    with transaction():
        invitation = customers.invitation_of(customers.for_customer_to_change(actor(), rfq_id), sent["factory_id"])
        granting.revoke(invitation, by=actor())
    return invitation


@rfqs.get("/<uuid:rfq_id>/accesses")
@rfqs.arguments(Query, location="query")
@rfqs.response(200, LookPage)
def browse_accesses(page: PageRequest, rfq_id: UUID) -> Page[FileAccess]:
    """List who looked at what of the part because of this request, and when, newest first."""
    return customers.accesses(customers.for_customer(actor(), rfq_id), page)
