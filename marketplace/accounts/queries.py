from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, select

from marketplace.accounts.models import ApiToken, LogIn, Member, Organisation, User
from marketplace.kernel.actor import Role
from marketplace.kernel.database import session

SECRET_HASH = bindparam("secret_hash", type_=LogIn.secret_hash.type)
NOW = bindparam("now", type_=LogIn.expires_at.type)


def by_email(email: str) -> User | None:
    """The person with this address (given in lower case)."""
    return session().scalars(select(User).where(User.email == email)).one_or_none()


def any_staff() -> bool:
    return session().scalar(select(User.id).where(User.is_staff).limit(1)) is not None


def _log_in_with(
    membership: ColumnElement[bool],
) -> Select[UUID, UUID, bool, UUID | None, Role | None, list[str] | None]:
    return (
        select(LogIn.id, User.id, User.is_staff, Member.organisation_id, Member.role, Organisation.hats)
        .join(User, User.id == LogIn.user_id)
        .outerjoin(Member, and_(Member.user_id == User.id, membership))
        .outerjoin(Organisation, Organisation.id == Member.organisation_id)
        .where(LogIn.secret_hash == SECRET_HASH, LogIn.revoked_at.is_(None), LogIn.expires_at > NOW)
        .limit(2)
    )


LOG_IN = _log_in_with(Member.user_id == User.id)
"""Who holds a session; two rows mean that they have several organisations and named none."""
LOG_IN_FOR_ONE = _log_in_with(Member.organisation_id == bindparam("organisation_id", type_=Organisation.id.type))
"""Who holds a session, acting for the organisation they named, if they are its member."""
TOKEN = (
    select(ApiToken.id, ApiToken.user_id, ApiToken.organisation_id, Member.role, Organisation.hats, ApiToken.scopes)
    .join(Member, and_(Member.organisation_id == ApiToken.organisation_id, Member.user_id == ApiToken.user_id))
    .join(Organisation, Organisation.id == ApiToken.organisation_id)
    .where(ApiToken.secret_hash == SECRET_HASH, ApiToken.revoked_at.is_(None), ApiToken.expires_at > NOW)
)
"""Whose token this is: only a member's, with the role they have today."""
