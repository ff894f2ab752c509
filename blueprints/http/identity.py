"""Who is asking, worked out once a request through flask-login: a session cookie or a bearer token gives one `Actor`.

An Authorization header wins over the cookie: a request that says who it is is taken at its word or refused.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import Flask, Request, request
from flask_login import LoginManager, UserMixin, current_user

from marketplace.accounts import recognition
from marketplace.kernel.actor import Actor, Credential, Hat
from marketplace.kernel.errors import Forbidden, Rejected, Unauthenticated

ORGANISATION_HEADER: Final = "Commonforge-Organisation"


class CrossSiteRefused(Forbidden):
    code = "cross_site_refused"


class OrganisationNeeded(Rejected):
    code = "organisation_needed"


class HatMissing(Forbidden):
    code = "hat_missing"


@dataclass(frozen=True)
class Visitor(UserMixin):  # type: ignore[misc]
    """What flask-login carries: an actor, and the session secret that the cookie keeps."""

    actor: Actor
    secret: str = ""

    def get_id(self) -> str:
        return self.secret


login = LoginManager()
login.session_protection = None  # sessions are server-side and revocable; an address that changes is not a theft


def register(app: Flask) -> None:
    login.init_app(app)


@login.user_loader  # type: ignore[untyped-decorator]
def _by_cookie(secret: str) -> Visitor | None:
    if "Authorization" in request.headers:
        return None
    actor = recognition.by_session(secret, organisation_id=_chosen_organisation())
    return Visitor(actor, secret) if actor else None


@login.request_loader  # type: ignore[untyped-decorator]
def _by_token(req: Request) -> Visitor | None:
    authorization = req.authorization
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        return None
    actor = recognition.by_token(authorization.token)
    return Visitor(actor) if actor else None


def _chosen_organisation() -> UUID | None:
    """The organisation that a person with several acts for, from a header."""
    text = request.headers.get(ORGANISATION_HEADER)
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise OrganisationNeeded(f"{ORGANISATION_HEADER} is not the id of an organisation.") from None


def actor() -> Actor:
    """Who is asking. Raises Unauthenticated."""
    visitor: Any = current_user
    if not visitor.is_authenticated:
        raise Unauthenticated("Log in at POST /v1/account/session, or send an API token that is valid.")
    found: Actor = visitor.actor
    return found


def session_secret() -> str:
    secret: str = current_user.get_id() or ""
    return secret


def known() -> None:
    """The guard of rooms for anyone we know: logged in, and not by another site's page."""
    same_site(actor())


def wearing(hat: Hat) -> None:
    """The guard of an audience: someone acting for an organisation that wears the hat, with a scope that covers it."""
    who = actor()
    same_site(who)
    if who.organisation_id is None:
        raise OrganisationNeeded(
            f"You act for no organisation, or for several: name one by its id in the header {ORGANISATION_HEADER}."
        )
    if hat not in who.hats:
        raise HatMissing(f"Your organisation is no {hat} here; add the hat in its settings.", needs=hat)
    scoped(who, hat)


def staff() -> None:
    """The guard of the admins' rooms: only people, only staff."""
    who = actor()
    same_site(who)
    if not who.is_staff or who.credential is not Credential.SESSION:
        raise Forbidden("This is for the staff of this marketplace.")


def scoped(who: Actor, scope: str) -> None:
    """A token does what its scopes say: `customer` all of it, `customer:read` only looking. Raises Forbidden."""
    if who.credential is not Credential.TOKEN or scope in who.scopes:
        return
    if request.method in ("GET", "HEAD") and f"{scope}:read" in who.scopes:
        return
    raise Forbidden(f"This token has not the scope {scope}.", scopes=sorted(who.scopes))


def same_site(who: Actor) -> None:
    """A cookie counts only for requests from our own pages or from programs; a GET changes nothing.

    OWASP cheat sheet "Cross-Site Request Forgery Prevention", Fetch Metadata; Origin where a browser lacks it.
    """
    if who.credential is not Credential.SESSION or request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        foreign = origin is not None and origin != request.host_url.rstrip("/")
    if foreign:
        raise CrossSiteRefused("A page of another site may not act for you here.")
