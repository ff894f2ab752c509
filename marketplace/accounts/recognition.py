"""From a credential to an actor: one query, on every request, so columns and no entities."""

from collections.abc import Iterable
from uuid import UUID

from marketplace.accounts import queries, secrets
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor, Credential, Hat
from marketplace.kernel.database import straight

HATS = {hat.value: hat for hat in Hat}


def by_session(secret: str, *, organisation_id: UUID | None) -> Actor | None:
    """Who holds this session secret, acting for the organisation named, or for the only one they have.

    Acts for none if they are no member of the one named, or have several and named none.
    """
    if not secrets.is_code(secret):
        return None
    known_by = {"secret_hash": secrets.digest(secret), "now": clock.now()}
    if organisation_id is None:
        rows = straight(queries.LOG_IN, known_by).all()
    else:
        rows = straight(queries.LOG_IN_FOR_ONE, {**known_by, "organisation_id": organisation_id}).all()
    if not rows:
        return None
    log_in_id, user_id, is_staff, organisation, role, hats = rows[0]
    is_one = len(rows) == 1
    return Actor(
        user_id=user_id,
        organisation_id=organisation if is_one else None,
        role=role if is_one else None,
        hats=_hats(hats or ()) if is_one else frozenset(),
        credential=Credential.SESSION,
        credential_id=log_in_id,
        is_staff=is_staff,
    )


def by_token(token: str) -> Actor | None:
    """Whose API token this is; the role and the hats are today's, the person must still be a member."""
    if not secrets.is_token(token):
        return None
    row = straight(queries.TOKEN, {"secret_hash": secrets.digest(token), "now": clock.now()}).one_or_none()
    if row is None:
        return None
    token_id, user_id, organisation_id, role, hats, scopes = row
    return Actor(
        user_id=user_id,
        organisation_id=organisation_id,
        role=role,
        hats=_hats(hats),
        credential=Credential.TOKEN,
        credential_id=token_id,
        scopes=frozenset(scopes),
    )


def _hats(names: Iterable[str]) -> frozenset[Hat]:
    return frozenset(HATS[name] for name in names)
