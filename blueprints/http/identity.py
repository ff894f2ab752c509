"""Who is asking, worked out once a request through flask-login: a session cookie or a bearer token gives one `Actor`.

An Authorization header wins over the cookie: a request that says who it is is taken at its word or refused.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import Flask, Request, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from blueprints.http.ports import settings
from marketplace.accounts import recognition
from marketplace.kernel.actor import Actor, Credential, Hat, Role, ScopeMissing
from marketplace.kernel.errors import Forbidden, Unauthenticated

ORGANISATION_HEADER: Final = "Commonforge-Organisation"
MACHINES: Final = "machines"
"""The scope of tokens that machines have."""
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class CrossSiteRefused(Forbidden):
    """A page of another site made a browser send this."""

    code = "cross_site_refused"


class OrganisationNeeded(Forbidden):
    """The person acts for no organisation, for several and named none, or named one that is not theirs."""

    code = "organisation_needed"


class HatMissing(Forbidden):
    """The organisation does not come to the marketplace in this part; `needs` names the hat."""

    code = "hat_missing"


class SessionNeeded(Forbidden):
    """An API token does not reach this; only a person who is logged in does."""

    code = "session_needed"


class CredentialRefused(Unauthenticated):
    """A session or token that is malformed, unknown, expired or revoked: nobody learns which."""

    code = "credential_refused"


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
    app.config["SESSION_REFRESH_EACH_REQUEST"] = (
        False  # the row ends at a fixed time; the cookie need not be signed anew
    )
    login.init_app(app, add_context_processor=False)


def remember(secret: str) -> None:
    """Keep the secret of a new session in a cookie that holds nothing else."""
    session.clear()
    session.permanent = True
    login_user(Visitor(Actor(), secret))


def forget() -> None:
    """Let the cookie go."""
    logout_user()
    session.clear()


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
    if visitor.is_authenticated:
        found: Actor = visitor.actor
        return found
    if "Authorization" in request.headers or "_user_id" in session:
        raise CredentialRefused("This session or token does not count (any more): log in again, or make a new token.")
    raise Unauthenticated("Log in at POST /v1/account/session, or send an API token.")


def known() -> None:
    """The guard of a person's own rooms: logged in, with no token in between, and not by another site's page."""
    who = actor()
    if who.credential is not Credential.SESSION:
        raise SessionNeeded("An API token does not reach this; log in.")
    same_site(who)


def member() -> None:
    """The guard of rooms for people who act for an organisation."""
    known()
    _acting(actor())


def wearing(hat: Hat) -> None:
    """The guard of an audience: someone acting for an organisation that wears the hat, with a scope that covers it.

    Viewers only look; what else needs more than an operator, the services say.
    """
    who = actor()
    same_site(who)
    _acting(who)
    if hat not in who.hats:
        raise HatMissing(f"Your organisation is no {hat} here; add the hat in its settings.", needs=hat)
    scoped(who, hat)
    if request.method not in SAFE:
        who.needs(Role.OPERATOR)


def speaking_for_machines() -> None:
    """The guard of machines: a factory's own person, or its token with the scope `machines` or that of a factory."""
    who = actor()
    same_site(who)
    _acting(who)
    if Hat.FACTORY not in who.hats:
        raise HatMissing(f"Your organisation is no {Hat.FACTORY} here.", needs=Hat.FACTORY)
    if Hat.FACTORY not in who.scopes:
        scoped(who, MACHINES)
    who.needs(Role.OPERATOR)


def staff() -> None:
    """The guard of the admins' rooms: only people, only staff."""
    who = actor()
    same_site(who)
    if not who.is_staff or who.credential is not Credential.SESSION:
        raise Forbidden("This is for the staff of this marketplace.")


def scoped(who: Actor, scope: str) -> None:
    """A token does what its scopes say: `customer` all of it, `customer:read` only looking. Raises ScopeMissing."""
    if who.credential is not Credential.TOKEN or scope in who.scopes:
        return
    if request.method in SAFE and f"{scope}:read" in who.scopes:
        return
    raise ScopeMissing(f"This token has not the scope {scope}.", needs=scope, scopes=sorted(who.scopes))


def same_site(who: Actor) -> None:
    """A cookie counts only for requests from our own pages or from programs; a GET changes nothing."""
    if who.credential is Credential.SESSION:
        from_here()


def from_here() -> None:
    """Refuse what another site's page makes a browser send. Raises CrossSiteRefused.

    OWASP cheat sheet "Cross-Site Request Forgery Prevention", Fetch Metadata; Origin where a browser lacks it.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        foreign = origin not in (None, request.host_url.rstrip("/"), settings().public_url)
    if foreign:
        raise CrossSiteRefused("A page of another site may not act for you here.")


def _acting(who: Actor) -> None:
    """Refuse who acts for no organisation, or names another than their token is for. Raises OrganisationNeeded."""
    if who.organisation_id is None or _chosen_organisation() not in (None, who.organisation_id):
        raise OrganisationNeeded(
            f"You act for no organisation, or for several: name one of yours by its id in the header "
            f"{ORGANISATION_HEADER}."
        )
