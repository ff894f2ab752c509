"""Opening the file of a part to an invited factory, and closing it again: view and download are apart."""

from enum import StrEnum

from marketplace.audit import service as audit
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.parts.models import FileAccess, Seen
from marketplace.rfqs.deciding import refuse_unless_undecided
from marketplace.rfqs.errors import FileNotOpen, TermsNotAgreed
from marketplace.rfqs.models import Opening, RfqInvitation
from marketplace.rfqs.queries import verbs
from marketplace.rfqs.states import InvitationState


class Reach(StrEnum):
    """How far a file is open."""

    VIEW = "view"
    """Its pictures: thumbnail and model."""
    DOWNLOAD = "download"
    """The file itself."""


def open_at_once(invitation: RfqInvitation) -> None:
    """Open what the owner opens to everyone who has agreed to the terms."""
    now = clock.now()
    if invitation.rfq.opens is not Opening.NOTHING:
        invitation.view_from = now
    if invitation.rfq.opens is Opening.DOWNLOAD:
        invitation.download_from = now


def request(invitation: RfqInvitation, reach: Reach, *, by: Actor) -> None:
    """The factory asks the owner to open the file; asking for what is open changes nothing.

    Raises RfqOver, TermsNotAgreed.
    """
    _refuse_unless_agreed(invitation)
    now = clock.now()
    if reach is Reach.VIEW:
        invitation.view_asked_at = invitation.view_asked_at or now
    else:
        invitation.download_asked_at = invitation.download_asked_at or now
    audit.record(by, "rfq.file_requested", invitation, reach=reach)


def grant(invitation: RfqInvitation, reach: Reach, *, by: Actor) -> None:
    """The owner opens the file to one factory. Whoever may download may view, too. Raises RfqOver, TermsNotAgreed."""
    _refuse_unless_agreed(invitation)
    now = clock.now()
    invitation.revoked_at = None
    invitation.view_from = invitation.view_from or now
    if reach is Reach.DOWNLOAD:
        invitation.download_from = invitation.download_from or now
    audit.record(by, "rfq.file_opened", invitation, reach=reach, factory_id=invitation.factory_id)


def revoke(invitation: RfqInvitation, *, by: Actor) -> None:
    """The owner closes the file to one factory, from this instant, whatever the state of the request."""
    close(invitation)
    audit.record(by, "rfq.file_closed", invitation, factory_id=invitation.factory_id)


def close(invitation: RfqInvitation) -> None:
    """Nothing of the file is open, and what was asked for is to be asked for again."""
    invitation.view_from = invitation.download_from = None
    invitation.view_asked_at = invitation.download_asked_at = None
    invitation.revoked_at = clock.now()


def look(invitation: RfqInvitation, what: Seen, *, by: Actor) -> None:
    """Write down that the factory is given something of the part, if it is open to it. Raises FileNotOpen."""
    refuse_unless_open(invitation, what)
    session().add(
        FileAccess(
            revision_id=invitation.rfq.revision_id,
            user_id=by.user_id,
            organisation_id=by.organisation_id,
            what=what,
            rfq_id=invitation.rfq_id,
        )
    )


def refuse_unless_open(invitation: RfqInvitation, what: Seen) -> None:
    """Whatever the owner has opened, it is shown only to a factory that still lists something. Raises FileNotOpen."""
    opened = invitation.may_download if what is Seen.FILE else invitation.may_view
    factory, is_controlled = {invitation.factory_id}, invitation.rfq.is_controlled
    if not opened or not verbs.listing_factories(factory, controlled=is_controlled):
        raise FileNotOpen("This is not open to you: agree to the terms, then ask the owner for it.")


def _refuse_unless_agreed(invitation: RfqInvitation) -> None:
    refuse_unless_undecided(invitation.rfq)
    if invitation.state is not InvitationState.ACCEPTED:
        raise TermsNotAgreed(
            "The factory has not agreed to the terms of this request.", invitation_state=invitation.state
        )
