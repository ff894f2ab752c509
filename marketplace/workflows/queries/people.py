"""Whom somebody is, and what is theirs, across domains."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    or_,
    select,
)

from marketplace.accounts.models import Member, Organisation, User
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.orders.models import Job
from marketplace.orders.states import TAKEN_ON
from marketplace.parts.models import Part, Revision


def country_and_email(who: Actor) -> tuple[str, str]:
    """Where the actor's organisation is, and how to write to the person who acts for it."""
    query = (
        select(Organisation.country, User.email)
        .join(Member, Member.organisation_id == Organisation.id)
        .join(User, User.id == Member.user_id)
        .where(Organisation.id == who.organisation, User.id == who.user_id)
    )
    return session().execute(query).one()


def revisions_of_own_or_made(who: Actor, revision_ids: Sequence[UUID]) -> dict[UUID, Revision]:
    """Those of these revisions that are of the organisation's own parts, or of jobs that it took as a factory."""
    if not revision_ids:
        return {}
    taken = select(Job.revision_id).where(Job.factory_id == who.organisation, Job.state.in_(TAKEN_ON))
    query = (
        select(Revision)
        .join(Part, Part.id == Revision.part_id)
        .where(Revision.id.in_(revision_ids), or_(Part.organisation_id == who.organisation, Revision.id.in_(taken)))
    )
    return {revision.id: revision for revision in session().scalars(query)}


def staff_addresses() -> Sequence[tuple[UUID, str]]:
    """(person, e-mail) of those who run the marketplace."""
    rows = session().execute(select(User.id, User.email).where(User.is_staff).order_by(User.id))
    return [(user_id, email) for user_id, email in rows]
