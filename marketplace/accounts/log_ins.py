"""Logging in and out: server-side sessions that their owner sees and can end."""

from datetime import timedelta
from typing import Final

from marketplace.accounts import secrets
from marketplace.accounts.models import LogIn, User
from marketplace.kernel import clock, transaction
from marketplace.kernel.database import session

LASTS: Final = timedelta(days=14)


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
