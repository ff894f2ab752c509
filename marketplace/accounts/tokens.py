"""API tokens: credentials of programs, bound to one organisation and to the person who made them."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import update

from marketplace.accounts import secrets
from marketplace.accounts.models import ApiToken
from marketplace.audit import service as audit
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session

LONGEST_DAYS: Final = 365


class Scope(StrEnum):
    """What a token may do: all of an audience's rooms, or only look."""

    CUSTOMER = "customer"
    CUSTOMER_READ = "customer:read"
    FACTORY = "factory"
    FACTORY_READ = "factory:read"
    MACHINES = "machines"
    """Only to say that machines of the factory are down, or run again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """What a token is for, what it may do, and for how many days (1 to 365)."""

    name: str
    scopes: list[Scope]
    expires_in_days: int


def create(terms: NewToken, *, by: Actor) -> tuple[ApiToken, str]:
    """A token for the organisation acted for, and its secret, which is shown this once."""
    transaction.inside()
    secret = secrets.fresh_token()
    token = ApiToken(
        organisation_id=by.organisation,
        user_id=by.user_id,
        name=terms.name,
        prefix=secret[: secrets.SHOWN_AGAIN],
        secret_hash=secrets.digest(secret),
        scopes=sorted({scope.value for scope in terms.scopes}),
        expires_at=clock.now() + timedelta(days=terms.expires_in_days),
        revoked_at=None,
    )
    session().add(token)
    audit.record(by, "token.created", token, scopes=token.scopes)
    return token, secret


def revoke(token: ApiToken, *, by: Actor) -> None:
    """End a token at once."""
    token.revoked_at = clock.now()
    audit.record(by, "token.revoked", token)


def revoke_all(user_id: UUID, *, organisation_id: UUID | None = None) -> None:
    """End every token of a person, or those for one organisation."""
    ended = update(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    if organisation_id is not None:
        ended = ended.where(ApiToken.organisation_id == organisation_id)
    session().execute(ended.values(revoked_at=clock.now()))
