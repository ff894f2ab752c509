"""Everybody to whom an estate does not belong, and what each of them is told at which door (A1)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from flask.testing import FlaskClient

from marketplace.accounts import organisations, queries
from marketplace.accounts.tokens import Scope
from marketplace.kernel.actor import Role
from marketplace.kernel.transaction import transaction
from tests.estate import BOTH, EVERYTHING, Estate
from tests.tries import Try
from tests.worlds import Person

OWN = frozenset({"account", "developer"})


@dataclass(frozen=True)
class Foreigner:
    """How somebody asks, which doors they pass, and what they are told at the others."""

    browser: FlaskClient
    headers: dict[str, str] = field(default_factory=dict)
    passes: frozenset[str] = frozenset()
    """Audiences that they belong to; nothing of the estate is theirs there."""
    at_home: frozenset[str] = frozenset()
    """Audiences in which they have a right to the estate."""
    at_doors: int = 403
    only_looks: bool = False
    """Whether their role or scope covers no writing."""

    def refused_with(self, tried: Try) -> int | None:
        """The status of their refusal; None where it is their own affair."""
        if tried.audience not in self.passes | self.at_home:
            return self.at_doors
        if self.only_looks and tried.is_write and tried.audience in BOTH:
            return 403
        if tried.audience in self.passes and tried.names_something:
            return 404
        return None

    def ask(self, tried: Try) -> Any:
        return tried.ask(self.browser, headers=self.headers)


def anonymous(there: Estate) -> Foreigner:
    return Foreigner(there.world.app.test_client(), at_doors=401)


def owner_elsewhere(there: Estate, *hats: str) -> Foreigner:
    person = there.world.make_organisation(hats=hats)
    return Foreigner(there.world.as_user(person), passes=OWN | {*hats})


def viewer_elsewhere(there: Estate) -> Foreigner:
    viewer = there.world.make_member(there.world.make_organisation(hats=BOTH), Role.VIEWER)
    return Foreigner(there.world.as_user(viewer), passes=OWN | {*BOTH}, only_looks=True)


def viewer_inside(there: Estate) -> Foreigner:
    """May look at everything of the organisation, and write nothing of it."""
    viewer = there.world.make_member(there.owner, Role.VIEWER)
    return Foreigner(there.world.as_user(viewer), at_home=OWN | {*BOTH}, only_looks=True)


def former_member(there: Estate) -> Foreigner:
    """Their session goes on; they even name the organisation."""
    manager = there.world.make_member(there.owner, Role.MANAGER)
    browser = there.world.as_user(manager)
    _remove(there, manager)
    asks = {"Commonforge-Organisation": str(there.owner.organisation_id)}
    return Foreigner(browser, headers=asks, passes=frozenset({"account"}))


def token_of_former_member(there: Estate) -> Foreigner:
    manager = there.world.make_member(there.owner, Role.MANAGER)
    secret = there.token(manager, *EVERYTHING)
    _remove(there, manager)
    return _bearer(there, secret, at_doors=401)


def token_for_one_audience(there: Estate, scope: Scope, *, only_looks: bool = False) -> Foreigner:
    """The owner's own token, at the doors for which it is not."""
    home = frozenset({scope.value.partition(":")[0]})
    return _bearer(there, there.token(there.owner, scope), at_home=home, only_looks=only_looks)


def revoked_token(there: Estate) -> Foreigner:
    return _bearer(there, there.revoke(there.token(there.owner, *EVERYTHING)), at_doors=401)


def expired_token(there: Estate) -> Foreigner:
    return _bearer(there, there.token(there.owner, *EVERYTHING, ends_in=timedelta(seconds=-1)), at_doors=401)


def staff(there: Estate) -> Foreigner:
    """Examines everything behind the admins' door; elsewhere they are a person like others."""
    return Foreigner(there.world.as_user(there.staff), passes=frozenset({"account"}), at_home=frozenset({"admin"}))


def owner(there: Estate) -> Foreigner:
    """Owns the estate, but does not run the marketplace."""
    return Foreigner(there.world.as_user(there.owner), at_home=OWN | {*BOTH})


def _bearer(there: Estate, secret: str, **more: Any) -> Foreigner:
    return Foreigner(there.world.app.test_client(), {"Authorization": f"Bearer {secret}"}, **more)


def _remove(there: Estate, person: Person) -> None:
    with there.world.app.app_context(), transaction():
        place = queries.membership(there.owner.actor, there.owner.organisation_id, held_still=True)
        organisations.remove(place, person.user_id, by=there.owner.actor)


FOREIGNERS: dict[str, Callable[[Estate], Foreigner]] = {
    "anonymous": anonymous,
    "another customer": lambda there: owner_elsewhere(there, "customer"),
    "another factory": lambda there: owner_elsewhere(there, "factory"),
    "viewer of another organisation": viewer_elsewhere,
    "viewer of the organisation": viewer_inside,
    "former member": former_member,
    "token of a former member": token_of_former_member,
    "token for customers' rooms": partial(token_for_one_audience, scope=Scope.CUSTOMER),
    "token for factories' rooms": partial(token_for_one_audience, scope=Scope.FACTORY),
    "token that only looks": partial(token_for_one_audience, scope=Scope.CUSTOMER_READ, only_looks=True),
    "revoked token": revoked_token,
    "expired token": expired_token,
    "staff": staff,
    "owner, who is no staff": owner,
}
