from typing import Any
from uuid import UUID

from flask import request

from blueprints.account.door import door
from blueprints.account.sessions.schemas import LogInAsked, Me, Session
from blueprints.http import identity
from blueprints.http.identity import actor
from blueprints.http.schemas import Query, page_of
from marketplace.accounts import log_ins, queries, throttling
from marketplace.accounts.log_ins import Credentials
from marketplace.accounts.models import LogIn
from marketplace.kernel.actor import Actor
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction

here = door.room("session", "Logging in and out.")
sessions = door.room("sessions", "Everywhere one is logged in.")


@here.post("")
@here.arguments(LogInAsked)
@here.response(200, Me)
@here.doc(security=[])
def log_in(asked: Credentials) -> dict[str, Any]:
    """Log in: sets a session cookie for 14 days. Unknown addresses and wrong passwords get the same answer."""
    throttling.count(throttling.LOG_IN_FROM_IP, throttling.client(request.remote_addr))
    throttling.count(throttling.LOG_IN_OF_ADDRESS, asked.email)
    with transaction():
        kept = queries.password_at(asked.email)
    verified = log_ins.verify(kept, asked.password)
    with transaction():
        log_in, secret = log_ins.admit(verified, user_agent=request.headers.get("User-Agent", ""))
        shown = _me(log_ins.holder(log_in))
    identity.remember(secret)
    return shown


@here.get("")
@here.response(200, Me)
def who_am_i() -> dict[str, Any]:
    """Who is logged in, and their organisations."""
    return _me(actor())


@here.delete("")
@here.response(204)
def log_out() -> None:
    """Log out: the session ends at once, here and for whoever copied its cookie."""
    who = actor()
    with transaction():
        log_ins.end(queries.log_in(who, log_ins.current(who)), by=who)
    identity.forget()


@sessions.get("")
@sessions.arguments(Query, location="query")
@sessions.response(200, page_of(Session))
def list_sessions(asked: PageRequest) -> Page[LogIn]:
    """Where you are logged in, newest first."""
    return queries.log_ins(actor(), asked)


@sessions.delete("/<uuid:session_id>")
@sessions.response(204)
def end_session(session_id: UUID) -> None:
    """Log out somewhere else."""
    who = actor()
    with transaction():
        log_ins.end(queries.log_in(who, session_id), by=who)


def _me(who: Actor) -> dict[str, Any]:
    places = queries.memberships(who)
    alone = places[0].organisation_id if len(places) == 1 else None
    return {
        "session_id": who.credential_id,
        "user": queries.by_id(who.user_id),
        "organisation_id": who.organisation_id or alone,
        "organisations": places,
    }
