from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update

from marketplace.accounts import organisations, recognition
from marketplace.accounts.models import LogIn, OrganisationKind
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor, Credential, Hat, Role
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction


@pytest.fixture
def owner(make_organisation):
    return make_organisation(hats=("customer", "factory"))


def found_another(person, hats=(Hat.CUSTOMER,)):
    terms = organisations.Founding(name="Second", kind=OrganisationKind.COMPANY, country="FR", hats=list(hats))
    with transaction():
        return organisations.found(terms, by=Actor(user_id=person.user_id)).id


def test_a_session_secret_is_its_person_acting_for_their_only_organisation(in_app, world, owner):
    actor = recognition.by_session(world.log_in(owner), organisation_id=None)

    assert actor.user_id == owner.user_id
    assert actor.organisation_id == owner.organisation_id
    assert actor.role is Role.OWNER
    assert actor.hats == {Hat.CUSTOMER, Hat.FACTORY}
    assert actor.credential is Credential.SESSION
    assert not actor.is_staff


def test_with_several_organisations_the_one_named_is_acted_for(in_app, world, owner):
    second, secret = found_another(owner), world.log_in(owner)

    assert recognition.by_session(secret, organisation_id=None).organisation_id is None
    assert recognition.by_session(secret, organisation_id=None).role is None
    assert recognition.by_session(secret, organisation_id=second).organisation_id == second


def test_naming_a_foreign_organisation_or_none_that_exists_acts_for_none(in_app, world, owner, make_organisation):
    stranger, secret = make_organisation(), world.log_in(owner)

    for foreign in (stranger.organisation_id, uuid4()):
        actor = recognition.by_session(secret, organisation_id=foreign)
        assert (actor.user_id, actor.organisation_id, actor.role, actor.hats) == (
            owner.user_id,
            None,
            None,
            frozenset(),
        )


def test_staff_without_an_organisation_are_known(in_app, world, staff):
    actor = recognition.by_session(world.log_in(staff), organisation_id=None)

    assert actor.is_staff
    assert actor.organisation_id is None


def test_an_expired_or_revoked_session_is_nobody(in_app, world, owner):
    secret = world.log_in(owner)
    with clock.moved_by(timedelta(days=14, seconds=1)):
        assert recognition.by_session(secret, organisation_id=None) is None
    with clock.moved_by(timedelta(days=13, hours=23)):
        assert recognition.by_session(secret, organisation_id=None) is not None
    with transaction():
        session().execute(update(LogIn).values(revoked_at=clock.now()))
    assert recognition.by_session(secret, organisation_id=None) is None


@pytest.mark.parametrize("secret", ["", " ", "x", "a" * 43, "é" * 43, "\ud800" * 43, None, 7, "a" * 100_000])
def test_a2_an_empty_or_malformed_secret_is_nobody(in_app, owner, world, secret):
    world.log_in(owner)

    assert recognition.by_session(secret, organisation_id=None) is None


def test_who_is_asking_costs_one_query(in_app, world, owner, statements):
    secret = world.log_in(owner)

    with statements() as sent:
        recognition.by_session(secret, organisation_id=None)

    assert len(sent) == 1
