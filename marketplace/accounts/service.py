"""People: signing up, staff, passwords."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from marketplace.accounts import log_ins, organisations, queries, tokens
from marketplace.accounts.errors import AddressTaken, CredentialsWrong, StaffExists
from marketplace.accounts.models import User
from marketplace.accounts.passwords import Kept
from marketplace.audit import service as audit
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SignUp:
    """What a stranger sends: who they are, and the organisation they come with."""

    email: str
    password: str
    name: str
    organisation: organisations.Founding


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PasswordChange:
    """The password as it is and as it shall be; never printed."""

    current_password: str
    new_password: str


def sign_up(terms: SignUp, *, password_hash: str) -> None:
    """Make the person and their organisation; for an address that is known nothing happens, and nobody learns it.

    The same work is then done for an address that nobody has, and undone, so that the time tells nothing either.
    """
    try:
        _settle(terms, email=terms.email, password_hash=password_hash)
    except AddressTaken:
        trial = session().begin_nested()
        _settle(terms, email=f"{new_id().hex}@example.invalid", password_hash=password_hash)
        trial.rollback()


def _settle(terms: SignUp, *, email: str, password_hash: str) -> None:
    user = enrol(email=email, name=terms.name, password_hash=password_hash)
    organisations.found(terms.organisation, by=Actor(user_id=user.id))
    transaction.write_noted()


def enrol(*, email: str, name: str, password_hash: str, is_staff: bool = False) -> User:
    """Make a person who can log in. Raises AddressTaken, also when two arrive at once."""
    transaction.inside()
    made: UUID | None = session().scalar(
        insert(User)
        .values(
            id=new_id(),
            created_at=clock.now(),
            email=email.lower(),
            name=name,
            password_hash=password_hash,
            is_staff=is_staff,
        )
        .on_conflict_do_nothing(index_elements=[User.email])
        .returning(User.id)
    )
    if made is None:
        raise AddressTaken("Somebody has signed up with this address.")
    user = session().get_one(User, made)
    audit.record(Actor(user_id=user.id), "user.enrolled", user, is_staff=is_staff)
    return user


def appoint_staff(*, email: str, name: str, password_hash: str, another: bool) -> User:
    """Make the person who runs this marketplace. Raises StaffExists unless `another` is wanted, AddressTaken."""
    if queries.any_staff() and not another:
        raise StaffExists("This marketplace has staff already; say --another to add to them.")
    user = enrol(email=email, name=name, password_hash=password_hash, is_staff=True)
    audit.record(SYSTEM, "staff.appointed", user)
    return user


def change_password(verified: Kept, *, password_hash: str, by: Actor) -> None:
    """Take a new password; every other session and every API token of the person ends (ASVS 5.0, 7.4.3).

    Raises CredentialsWrong if the password that was verified is no longer theirs.
    """
    user = queries.for_change(verified.user_id)
    if user.password_hash != verified.password_hash:
        raise CredentialsWrong("The password was changed meanwhile; log in again.")
    user.password_hash = password_hash
    log_ins.end_others(user.id, but=by.credential_id)
    tokens.revoke_all(user.id)
    audit.record(by, "password.changed", user)
