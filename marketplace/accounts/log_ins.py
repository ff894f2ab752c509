"""Logging in and out: server-side sessions that their owner sees and can end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, update

from marketplace.accounts import passwords, queries, secrets
from marketplace.accounts.errors import CredentialsWrong, SignInNotFresh
from marketplace.accounts.models import LogIn, User
from marketplace.accounts.passwords import Kept
from marketplace.audit import service as audit
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor, Credential
from marketplace.kernel.database import session

LASTS: Final = timedelta(days=14)
FRESH_FOR: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Credentials:
    """What somebody shows who logs in; never printed."""

    email: str
    password: str


def start(user: User, *, user_agent: str) -> tuple[LogIn, str]:
    """A new session and its secret, which only the cookie keeps."""
    transaction.inside()
    secret = secrets.fresh_code()
    log_in = LogIn(
        user_id=user.id,
        secret_hash=secrets.digest(secret),
        expires_at=clock.now() + LASTS,
        revoked_at=None,
        user_agent=user_agent[:300],
    )
    session().add(log_in)
    session().flush()
    return log_in, secret


def verify(kept: Kept | None, password: str) -> Kept:
    """Whoever the password belongs to; slow on purpose, so outside of transactions. Raises CredentialsWrong.

    An address that nobody has takes as long and gets the same answer.
    """
    transaction.outside()
    if not passwords.matches(password, kept.password_hash if kept else None) or kept is None:
        raise CredentialsWrong("The address or the password is not right.")
    return kept


def admit(verified: Kept, *, user_agent: str) -> tuple[LogIn, str]:
    """Log a person in whose password was just verified. Raises CredentialsWrong if it has changed since."""
    user = queries.for_change(verified.user_id)
    if user.password_hash != verified.password_hash:
        raise CredentialsWrong("The address or the password is not right.")
    log_in, secret = start(user, user_agent=user_agent)
    audit.record(holder(log_in), "session.started", log_in)
    return log_in, secret


def end(log_in: LogIn, *, by: Actor) -> None:
    """Log out there, at once."""
    log_in.revoked_at = clock.now()
    audit.record(by, "session.ended", log_in)


def end_others(user_id: UUID, *, but: UUID | None) -> None:
    """Log a person out everywhere else."""
    others = update(LogIn).where(LogIn.user_id == user_id, LogIn.revoked_at.is_(None), LogIn.id != but)
    session().execute(others.values(revoked_at=clock.now()))


def forget(*, ended_before: datetime, most: int) -> bool:
    """Forget the sessions that ended longest ago, about so many at a time; says whether there were any."""
    transaction.inside()
    last = queries.end_of_oldest_log_ins(ended_before, most)
    if last is None:
        return False
    session().execute(delete(LogIn).where(LogIn.expires_at <= last))
    return True


def current(who: Actor) -> UUID:
    """The session by which the actor is known; only asked of people."""
    assert who.credential is Credential.SESSION
    assert who.credential_id is not None
    return who.credential_id


def must_be_fresh(who: Actor, log_in: LogIn | None) -> None:
    """What moves an organisation's money takes a person who has just shown their password. Raises SignInNotFresh.

    `log_in` is the session by which the actor is known; a token has none, and a copied cookie grows old.
    """
    if who.credential is not Credential.SESSION or log_in is None or clock.now() - log_in.created_at > FRESH_FOR:
        raise SignInNotFresh(
            "Log in again, and then send this: it takes a password that was shown a short time ago.",
            fresh_for_s=int(FRESH_FOR.total_seconds()),
        )


def must_be_a_person(who: Actor) -> None:
    """A program does not do this with its token. Raises SignInNotFresh."""
    if who.credential is not Credential.SESSION:
        raise SignInNotFresh("Log in, and then send this: it takes a person, not a token.", fresh_for_s=None)


def holder(log_in: LogIn) -> Actor:
    """The person of a session, acting for nobody yet."""
    return Actor(user_id=log_in.user_id, credential=Credential.SESSION, credential_id=log_in.id)
