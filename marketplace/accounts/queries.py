from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, func, select
from sqlalchemy.orm import joinedload

from marketplace.accounts.errors import OrganisationNotFound, VerificationNotFound
from marketplace.accounts.models import ApiToken, Invitation, LogIn, Member, Organisation, User, Verification, throttles
from marketplace.accounts.passwords import Kept
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.database import session, table_of
from marketplace.kernel.errors import NotFound
from marketplace.kernel.paging import Page, PageRequest, newest_first

Row = TypeVar("Row")
SECRET_HASH = bindparam("secret_hash", type_=LogIn.secret_hash.type)
NOW = bindparam("now", type_=LogIn.expires_at.type)


def _kept_password(whose: ColumnElement[bool]) -> Kept | None:
    """What is kept of a person's password; columns, so that finding somebody takes no longer than finding nobody."""
    row = session().execute(select(User.id, User.email, User.password_hash).where(whose)).one_or_none()
    return None if row is None else Kept(*row)


def password_at(email: str) -> Kept | None:
    """The password behind an address (given in lower case)."""
    return _kept_password(User.email == email)


def password_of(who: Actor) -> Kept | None:
    """The actor's own password."""
    return _kept_password(User.id == who.user_id)


def any_staff() -> bool:
    return session().scalar(select(User.id).where(User.is_staff).limit(1)) is not None


def staff() -> Sequence[User]:
    """Everybody who runs this marketplace."""
    return session().scalars(select(User).where(User.is_staff).order_by(User.id)).all()


LOG_INS, USERS, MEMBERS, ORGANISATIONS, TOKENS = map(table_of, (LogIn, User, Member, Organisation, ApiToken))


def _log_in_with(membership: ColumnElement[bool]) -> Select[Any]:
    """Session, person, whether staff, and of at most two memberships the organisation, the role and the hats."""
    return (
        select(
            LOG_INS.c.id, USERS.c.id, USERS.c.is_staff, MEMBERS.c.organisation_id, MEMBERS.c.role, ORGANISATIONS.c.hats
        )
        .join(USERS, USERS.c.id == LOG_INS.c.user_id)
        .outerjoin(MEMBERS, and_(MEMBERS.c.user_id == USERS.c.id, membership))
        .outerjoin(ORGANISATIONS, ORGANISATIONS.c.id == MEMBERS.c.organisation_id)
        .where(LOG_INS.c.secret_hash == SECRET_HASH, LOG_INS.c.revoked_at.is_(None), LOG_INS.c.expires_at > NOW)
        .limit(2)
    )


LOG_IN: Final = _log_in_with(MEMBERS.c.user_id == USERS.c.id)
"""Who holds a session; two rows mean that they have several organisations and named none."""
LOG_IN_FOR_ONE: Final = _log_in_with(MEMBERS.c.organisation_id == bindparam("organisation_id", type_=Uuid))
"""Who holds a session, acting for the organisation they named, if they are its member."""
TOKEN: Final[Select[Any]] = (
    select(
        TOKENS.c.id, TOKENS.c.user_id, TOKENS.c.organisation_id, MEMBERS.c.role, ORGANISATIONS.c.hats, TOKENS.c.scopes
    )
    .join(MEMBERS, and_(MEMBERS.c.organisation_id == TOKENS.c.organisation_id, MEMBERS.c.user_id == TOKENS.c.user_id))
    .join(ORGANISATIONS, ORGANISATIONS.c.id == TOKENS.c.organisation_id)
    .where(TOKENS.c.secret_hash == SECRET_HASH, TOKENS.c.revoked_at.is_(None), TOKENS.c.expires_at > NOW)
)
"""Whose token this is: only a member's, with the role they have today."""


def throttled_until(key: str) -> Select[datetime]:
    return select(throttles.c.next_at).where(throttles.c.key == key)


def by_id(user_id: UUID | None) -> User:
    return session().get_one(User, user_id)


def for_change(user_id: UUID | None) -> User:
    """The person as they are now, held still until the transaction ends."""
    found = (
        select(User).where(User.id == user_id).with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    return session().scalars(found).one()


def log_ins(who: Actor, request: PageRequest) -> Page[LogIn]:
    """Where a person is logged in, newest first."""
    return newest_first(select(LogIn).where(*_live_log_ins(who)), LogIn.id, request)


def log_in(who: Actor, log_in_id: UUID) -> LogIn:
    """One of a person's own live sessions. Raises NotFound."""
    found = session().scalars(select(LogIn).where(*_live_log_ins(who), LogIn.id == log_in_id)).one_or_none()
    return _there(found, "You have no such session.")


def own_log_in(who: Actor) -> LogIn | None:
    """The session by which the actor is known, if it is by one."""
    query = select(LogIn).where(*_live_log_ins(who), LogIn.id == who.credential_id)
    return session().scalars(query).one_or_none()


def _live_log_ins(who: Actor) -> tuple[ColumnElement[bool], ...]:
    return LogIn.user_id == who.user_id, LogIn.revoked_at.is_(None), LogIn.expires_at > clock.now()


def end_of_oldest_log_ins(ended_before: datetime, limit: int) -> datetime | None:
    """When the last of so many long ended sessions ended; None if none ended before."""
    ended = LogIn.expires_at
    oldest = select(ended).where(ended < ended_before).order_by(ended).limit(limit).subquery()
    end: datetime | None = session().scalar(select(func.max(oldest.c.expires_at)))
    return end


def memberships(who: Actor) -> Sequence[Member]:
    """Where a person belongs, oldest first."""
    found = select(Member).where(Member.user_id == who.user_id).options(joinedload(Member.organisation))
    return session().scalars(found.order_by(Member.organisation_id)).all()


def membership(who: Actor, organisation_id: UUID, *, held_still: bool = False) -> Member:
    """A person's place in an organisation, with it; `held_still` while its members change. Raises NotFound."""
    if held_still:
        session().execute(
            select(Organisation.id).where(Organisation.id == organisation_id).with_for_update(key_share=True)
        )
    found = session().scalars(
        select(Member)
        .where(Member.user_id == who.user_id, Member.organisation_id == organisation_id)
        .options(joinedload(Member.organisation))
        .execution_options(populate_existing=True)
    )
    return _there(found.one_or_none(), "You belong to no such organisation.")


def members(organisation_id: UUID) -> Sequence[Member]:
    """Everybody in an organisation, oldest first."""
    found = select(Member).where(Member.organisation_id == organisation_id).options(joinedload(Member.user))
    return session().scalars(found.order_by(Member.joined_at, Member.user_id)).all()


def member(organisation_id: UUID, user_id: UUID) -> Member:
    """One person in an organisation. Raises NotFound."""
    found = select(Member).where(Member.organisation_id == organisation_id, Member.user_id == user_id)
    return _there(session().scalars(found.options(joinedload(Member.user))).one_or_none(), "There is no such member.")


def owners(organisation_id: UUID) -> int:
    found = select(func.count()).where(Member.organisation_id == organisation_id, Member.role == Role.OWNER)
    return session().scalars(found).one()


def open_invitations(organisation_id: UUID) -> Sequence[Invitation]:
    """Invitations that could still be accepted, newest first."""
    found = select(Invitation).where(Invitation.organisation_id == organisation_id, *_open_invitation())
    return session().scalars(found.order_by(Invitation.id.desc()).limit(100)).all()


def open_invitation(organisation_id: UUID, invitation_id: UUID) -> Invitation:
    """One of them. Raises NotFound."""
    found = select(Invitation).where(
        Invitation.organisation_id == organisation_id, Invitation.id == invitation_id, *_open_invitation()
    )
    return _there(session().scalars(found.with_for_update()).one_or_none(), "There is no such open invitation.")


def invitation_for(user: User, code_hash: str) -> Invitation | None:
    """The open invitation of this address under this code, from somebody who is still an owner; locked."""
    inviter = select(Member.user_id).where(
        Member.organisation_id == Invitation.organisation_id,
        Member.user_id == Invitation.invited_by,
        Member.role == Role.OWNER,
    )
    found = select(Invitation).where(
        Invitation.code_hash == code_hash, Invitation.email == user.email, *_open_invitation(), inviter.exists()
    )
    return session().scalars(found.with_for_update(of=Invitation)).one_or_none()


def _open_invitation() -> tuple[ColumnElement[bool], ...]:
    return Invitation.accepted_at.is_(None), Invitation.expires_at > clock.now()


def tokens(who: Actor, request: PageRequest) -> Page[ApiToken]:
    """Tokens that are not revoked, as far as an actor may see them: their own; an owner, all of the organisation."""
    return newest_first(select(ApiToken).where(*_tokens_of(who)), ApiToken.id, request)


def token(who: Actor, token_id: UUID) -> ApiToken:
    """One of them. Raises NotFound."""
    found = session().scalars(select(ApiToken).where(*_tokens_of(who), ApiToken.id == token_id)).one_or_none()
    return _there(found, "There is no such token.")


def _tokens_of(who: Actor) -> tuple[ColumnElement[bool], ...]:
    seen = [ApiToken.organisation_id == who.organisation, ApiToken.revoked_at.is_(None)]
    if who.role is not Role.OWNER:
        seen.append(ApiToken.user_id == who.user_id)
    return tuple(seen)


def organisation_to_judge(organisation_id: UUID) -> Organisation:
    """Any organisation, locked, for the staff. Raises OrganisationNotFound."""
    query = select(Organisation).where(Organisation.id == organisation_id).with_for_update()
    found = session().scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise OrganisationNotFound("There is no such organisation.")
    return found


def verification_in_force(organisation_id: UUID) -> Verification | None:
    """What a register says of a business, as long as it holds; to be changed."""
    query = select(Verification).where(
        Verification.organisation_id == organisation_id, Verification.withdrawn_at.is_(None)
    )
    return session().scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def verification_to_withdraw(organisation_id: UUID) -> Verification:
    """The same. Raises VerificationNotFound."""
    found = verification_in_force(organisation_id)
    if found is None:
        raise VerificationNotFound("This organisation is not verified, so there is nothing to withdraw.")
    return found


def verification(verification_id: UUID) -> Verification:
    """One verification, in force or withdrawn."""
    return session().get_one(Verification, verification_id)


def verifications(organisation_id: UUID, request: PageRequest) -> Page[Verification]:
    """All that was found of a business, the newest first."""
    found = select(Verification).where(Verification.organisation_id == organisation_id)
    return newest_first(found, Verification.id, request)


def known(organisation_id: UUID) -> UUID:
    """The id of an organisation that there is. Raises OrganisationNotFound."""
    found = session().scalar(select(Organisation.id).where(Organisation.id == organisation_id))
    if found is None:
        raise OrganisationNotFound("There is no such organisation.")
    return found


def _there(row: Row | None, otherwise: str) -> Row:
    if row is None:
        raise NotFound(otherwise)
    return row
