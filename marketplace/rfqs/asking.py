"""The customer's verbs on a request: ask, invite, extend, take back."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.rfqs import answering, rules
from marketplace.rfqs.deciding import refuse_unless_undecided
from marketplace.rfqs.errors import (
    AudienceUnclear,
    DeadlineNotLater,
    FactoryNotCleared,
    FactoryUnknown,
    NobodyEligible,
    QuantitiesRepeat,
)
from marketplace.rfqs.models import (
    Audience,
    Deadline,
    DeadlineMove,
    Opening,
    Rfq,
    RfqInvitation,
)
from marketplace.rfqs.queries import verbs
from marketplace.rfqs.states import InvitationState

Box = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Guests:
    """Who is invited: those named, or every factory that is eligible."""

    audience: Audience
    factories: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be made, under which terms it is shown, and until when bids are taken."""

    revision_id: UUID
    title: str
    material: str
    quantities: Sequence[int]
    currency: str
    delivery_country: str
    closes_in_hours: int
    audience: Audience
    factories: Sequence[UUID] = ()
    processes: Sequence[str] = ()
    tolerance: str = "standard"
    inspection: str = "standard"
    thickness_um: int | None = None
    finish: str = ""
    certificates: Sequence[str] = ()
    is_controlled: bool = False
    notes: str = ""
    wanted_on: date | None = None
    hides_customer: bool = False
    hides_factories: bool = False
    nda_text: str | None = None
    opens: Opening = Opening.VIEW

    @property
    def guests(self) -> Guests:
        return Guests(self.audience, self.factories)


def ask(wanted: Request, *, box_mm: Box, by: Actor) -> Rfq:
    """Write a request down and invite whom it is for.

    The part fits the box. Raises QuantitiesRepeat, DayOutOfReach, AudienceUnclear, FactoryUnknown, FactoryNotCleared,
    NobodyEligible.
    """
    if len(set(wanted.quantities)) < len(wanted.quantities):
        raise QuantitiesRepeat("Name each quantity once.")
    now = clock.now()
    if wanted.wanted_on is not None:
        rules.check_day(wanted.wanted_on, now=now)
    rfq = Rfq(
        id=new_id(),
        created_at=now,
        organisation_id=by.organisation,
        revision_id=wanted.revision_id,
        asked_by=by.user_id,
        title=wanted.title,
        processes=list(dict.fromkeys(wanted.processes)),
        material=wanted.material,
        quantities=sorted(wanted.quantities),
        tolerance=wanted.tolerance,
        inspection=wanted.inspection,
        thickness_um=wanted.thickness_um,
        finish=wanted.finish,
        certificates=sorted(set(wanted.certificates)),
        is_controlled=wanted.is_controlled,
        notes=wanted.notes,
        currency=wanted.currency,
        wanted_on=wanted.wanted_on,
        delivery_country=wanted.delivery_country,
        audience=wanted.audience,
        hides_customer=wanted.hides_customer,
        hides_factories=wanted.hides_factories,
        nda_text=wanted.nda_text,
        nda_sha256=None if wanted.nda_text is None else nda_hash(wanted.nda_text),
        opens=wanted.opens,
        closes_at=now + timedelta(hours=wanted.closes_in_hours),
    )
    rfq.deadlines = [Deadline(why=DeadlineMove.ASKED, closes_at=rfq.closes_at, moved_by=by.user_id)]
    rfq.offer = None
    session().add(rfq)
    session().flush()
    audit.record(by, "rfq.asked", rfq, audience=rfq.audience, closes_at=rfq.closes_at)
    invite(rfq, wanted.guests, box_mm=box_mm, by=by)
    return rfq


def invite(rfq: Rfq, guests: Guests, *, box_mm: Box, by: Actor) -> None:
    """Invite more factories; those invited stay as they are, and who declined is asked again only by name.

    The request comes locked. Raises RfqOver, AudienceUnclear, FactoryUnknown, FactoryNotCleared, NobodyEligible.
    """
    refuse_unless_undecided(rfq)
    factories = _guests(rfq, guests, box_mm)
    known = verbs.invited(rfq, factories)
    for earlier in known:
        if guests.factories and earlier.state in (InvitationState.DECLINED, InvitationState.WITHDRAWN):
            _ask_again(earlier, by=by)
            notifications.tell(earlier.factory_id, NoticeKind.RFQ_INVITED, rfq, text=rfq.title)
    fresh = factories - {each.factory_id for each in known}
    session().add_all(RfqInvitation(rfq_id=rfq.id, factory_id=each) for each in sorted(fresh))
    session().flush()
    rfq.invited = verbs.how_many_invited(rfq.id)
    audit.record(by, "rfq.invited", rfq, audience=guests.audience, factories=len(fresh))
    notifications.tell_each(sorted(fresh), NoticeKind.RFQ_INVITED, rfq, text=rfq.title)


def extend(rfq: Rfq, *, hours: int, by: Actor) -> None:
    """Take bids for so many hours from now, also after the deadline has passed. The request comes locked.

    Raises RfqOver, DeadlineNotLater.
    """
    refuse_unless_undecided(rfq)
    later = clock.now() + timedelta(hours=hours)
    if later <= rfq.closes_at:
        raise DeadlineNotLater("Bids are taken for longer than that already.", closes_at=rfq.closes_at)
    rfq.closes_at = later
    rfq.deadlines.append(Deadline(why=DeadlineMove.EXTENDED, closes_at=later, moved_by=by.user_id))
    audit.record(by, "rfq.extended", rfq, closes_at=later)


def uninvite(invitation: RfqInvitation, *, by: Actor) -> None:
    """Take an invitation back: the file closes, the factory's open bids are withdrawn. The request comes locked.

    Raises RfqOver, IllegalMove.
    """
    refuse_unless_undecided(invitation.rfq)
    invitation.move(InvitationState.WITHDRAWN, by=by)
    answering.leave(invitation, by=by, reason="The customer has taken the invitation back.")
    audit.record(by, "rfq.uninvited", invitation, factory_id=invitation.factory_id)


def nda_hash(text: str) -> str:
    """By which a text is known that somebody agrees to: SHA-256 of its UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _guests(rfq: Rfq, guests: Guests, box_mm: Box) -> set[UUID]:
    if (guests.audience is Audience.CHOSEN) != bool(guests.factories):
        raise AudienceUnclear("Name the factories that you choose; to ask every eligible one, name none.")
    if guests.audience is Audience.ELIGIBLE:
        return _some(verbs.eligible_factories(rfq, box_mm))
    return _cleared(rfq, _listing(set(guests.factories)))


def _some(factories: set[UUID]) -> set[UUID]:
    if not factories:
        raise NobodyEligible("No live listing fits; ask for more processes or another material, or choose factories.")
    return factories


def _listing(named: Collection[UUID]) -> set[UUID]:
    unknown = set(named) - verbs.listing_factories(named)
    if unknown:
        raise FactoryUnknown("Only factories with a live listing can be asked.", unknown=sorted(map(str, unknown)))
    return set(named)


def _cleared(rfq: Rfq, named: set[UUID]) -> set[UUID]:
    barred = named - verbs.listing_factories(named, controlled=True) if rfq.is_controlled else set()
    if barred:
        raise FactoryNotCleared("Some may not see controlled files.", barred=sorted(map(str, barred)))
    return named


def _ask_again(invitation: RfqInvitation, *, by: Actor) -> None:
    """As if for the first time: it must agree to the terms again."""
    invitation.move(InvitationState.INVITED, by=by)
    invitation.declined_because = None
    invitation.agreed_at = invitation.agreed_by = invitation.nda_sha256 = None
    invitation.revoked_at = None
