"""People and organisations for tests, made through the services and committed.

    owner = make_organisation()                       # a customer in DE, and its owner
    shop = make_organisation("Shop", hats=("factory",), country="CN")
    helper = make_member(shop, Role.OPERATOR)         # one more person in the same organisation
    staff                                             # the fixture: somebody who runs the marketplace

    as_user(owner).get("/v1/customer/parts")          # a browser with a real session, without the slow hash
    with app.app_context(), transaction():
        parts.upload(..., by=owner.actor)             # the same person, below HTTP; also actor_of(owner)

Each opens an application context of its own, so all work with and without the fixture `in_app`. Never call a client
inside an open application context (flask-login would remember the first visitor for all): use `app`, not `in_app`, in
tests that make requests.
"""

from dataclasses import dataclass, field
from functools import cache
from itertools import count
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts import log_ins, organisations, passwords, service
from marketplace.accounts.models import Member, NumberKind, OrganisationKind, User
from marketplace.accounts.verifying import Found
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor, Credential, Hat, Role
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.workflows.money import granting

PASSWORD = "correct horse battery staple"
_numbers = count(1)


@cache
def password_hash() -> str:
    """The slow hash of PASSWORD, once for each test process."""
    return passwords.hashed(PASSWORD)


@dataclass(frozen=True)
class Person:
    """Somebody who can log in, and the organisation they came with (none for staff)."""

    user_id: UUID
    email: str
    name: str
    organisation_id: UUID | None = None
    role: Role | None = None
    hats: frozenset[Hat] = field(default_factory=frozenset)
    is_staff: bool = False
    password: str = PASSWORD

    @property
    def actor(self) -> Actor:
        return Actor(
            user_id=self.user_id,
            organisation_id=self.organisation_id,
            role=self.role,
            hats=self.hats,
            credential=Credential.SESSION,
            is_staff=self.is_staff,
        )


def actor_of(person: Person) -> Actor:
    return person.actor


@dataclass(frozen=True)
class World:
    """Makes people in one application."""

    app: Flask

    def make_organisation(
        self,
        name: str | None = None,
        hats: tuple[str, ...] = ("customer",),
        country: str = "DE",
        kind: OrganisationKind = OrganisationKind.COMPANY,
    ) -> Person:
        """A new organisation; returns its owner."""
        number = next(_numbers)
        worn = frozenset(Hat(hat) for hat in hats)
        founding = organisations.Founding(
            name=name or f"Organisation {number}", kind=kind, country=country, hats=sorted(worn)
        )
        with self.app.app_context(), transaction():
            user = self._enrol(number)
            organisation = organisations.found(founding, by=Actor(user_id=user.id))
        return Person(user.id, user.email, user.name, organisation.id, Role.OWNER, worn)

    def make_member(self, colleague: Person, role: Role) -> Person:
        """One more person in a colleague's organisation."""
        with self.app.app_context(), transaction():
            user = self._enrol(next(_numbers))
            assert colleague.organisation_id is not None
            session().add(
                Member(organisation_id=colleague.organisation_id, user_id=user.id, role=role, joined_at=clock.now())
            )
        return Person(user.id, user.email, user.name, colleague.organisation_id, role, colleague.hats)

    def make_staff(self) -> Person:
        with self.app.app_context(), transaction():
            user = self._enrol(next(_numbers), is_staff=True)
        return Person(user.id, user.email, user.name, is_staff=True)

    def verify(self, person: Person) -> None:
        """The staff has found the person's organisation in a register."""
        found = Found(number_kind=NumberKind.VAT, number="DE136695976", country="DE", reason="The register has it.")
        staff = self.make_staff()
        with self.app.app_context(), transaction():
            granting.verify(person.organisation_id, found, by=staff.actor)

    def trust(self, person: Person, *, net_days: int, **limits: int) -> None:
        """The staff has found the person's organisation in a register, and granted it net terms."""
        self.verify(person)
        staff = self.make_staff()
        with self.app.app_context(), transaction():
            granting.grant_terms(
                person.organisation_id, net_days=net_days, limits=limits, reason="Pays as it says.", by=staff.actor
            )

    def as_user(self, person: Person) -> FlaskClient:
        """A browser in which this person is logged in."""
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = self.log_in(person)
        return client

    def log_in(self, person: Person) -> str:
        """The secret of a new session."""
        with self.app.app_context(), transaction():
            _, secret = log_ins.start(session().get_one(User, person.user_id), user_agent="tests")
        return secret

    @staticmethod
    def _enrol(number: int, *, is_staff: bool = False) -> User:
        return service.enrol(
            email=f"person-{number}@example.test",
            name=f"Person {number}",
            password_hash=password_hash(),
            is_staff=is_staff,
        )
