from datetime import timedelta

import pytest
from sqlalchemy import select, update

from marketplace.accounts import secrets
from marketplace.accounts.models import ApiToken, Member
from marketplace.kernel import clock
from marketplace.kernel.actor import Role
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction

TOKENS = "/v1/developer/tokens"


@pytest.fixture
def owner(make_organisation):
    return make_organisation(hats=("customer", "factory"))


@pytest.fixture
def asking(app):
    """A program that looks at the parts with a token."""
    return lambda secret: app.test_client().get("/v1/customer/parts", headers={"Authorization": f"Bearer {secret}"})


def create(browser, scopes=("customer",), days=30, name="Planning"):
    return browser.post(TOKENS, json={"name": name, "scopes": list(scopes), "expires_in_days": days})


def test_a_token_is_shown_once_and_kept_as_a_hash(app, as_user, owner):
    made = create(as_user(owner))

    assert made.status_code == 201
    secret = made.json["secret"]
    assert secrets.is_token(secret)
    assert made.json["token"]["prefix"] == secret[:9]
    listed = as_user(owner).get(TOKENS)
    assert listed.json["items"] == [made.json["token"]]
    assert secret not in listed.text
    with app.app_context():
        kept = session().scalars(select(ApiToken)).one()
    assert kept.secret_hash == secrets.digest(secret)
    assert secret not in str(vars(kept))


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": []},
        {"scopes": ["admin"]},
        {"scopes": ["customer:write"]},
        {"scopes": "customer"},
        {"expires_in_days": 0},
        {"expires_in_days": -1},
        {"expires_in_days": 366},
        {"expires_in_days": True},
        {"expires_in_days": "30"},
        {"expires_in_days": 10**30},
        {"name": ""},
        {"name": "a" * 101},
        {"user_id": "01a20756-2ec8-7569-8a16-cf59b20d649b"},
        {"organisation_id": "01a20756-2ec8-7569-8a16-cf59b20d649b"},
        {"secret": "cf_mine"},
    ],
)
def test_what_no_token_can_be_is_refused(as_user, owner, change):
    asked = {"name": "t", "scopes": ["customer"], "expires_in_days": 30, **change}
    browser = as_user(owner)

    assert browser.post(TOKENS, json=asked).status_code == 422
    assert browser.get(TOKENS).json["items"] == []


def test_a_revoked_token_is_nobody_at_once(as_user, owner, client, asking):
    made = create(as_user(owner)).json
    assert asking(made["secret"]).status_code == 200

    assert as_user(owner).delete(f"{TOKENS}/{made['token']['id']}").status_code == 204

    assert asking(made["secret"]).json["code"] == "credential_refused"
    assert as_user(owner).delete(f"{TOKENS}/{made['token']['id']}").status_code == 404


def test_an_expired_token_is_nobody(as_user, owner, asking):
    secret = create(as_user(owner), days=1).json["secret"]

    with clock.moved_by(timedelta(hours=23)):
        assert asking(secret).status_code == 200
    with clock.moved_by(timedelta(days=1, seconds=1)):
        assert asking(secret).json["code"] == "credential_refused"


def test_owners_see_and_revoke_everybodys_and_others_their_own(as_user, owner, make_member):
    operator, viewer = make_member(owner, Role.OPERATOR), make_member(owner, Role.VIEWER)
    made = create(as_user(operator)).json["token"]

    assert as_user(viewer).get(TOKENS).json["items"] == []
    assert as_user(viewer).delete(f"{TOKENS}/{made['id']}").status_code == 404
    assert as_user(operator).get(TOKENS).json["items"] == [made]
    assert as_user(owner).get(TOKENS).json["items"] == [made]
    assert as_user(owner).delete(f"{TOKENS}/{made['id']}").status_code == 204


def test_a_foreign_token_is_not_there(as_user, owner, make_organisation, asking):
    made, eve = create(as_user(owner)).json, as_user(make_organisation())

    assert eve.get(TOKENS).json["items"] == []
    assert eve.delete(f"{TOKENS}/{made['token']['id']}").status_code == 404
    assert asking(made["secret"]).status_code == 200


def test_without_an_organisation_there_are_no_tokens(as_user, staff):
    reply = create(as_user(staff))

    assert (reply.status_code, reply.json["code"]) == (403, "organisation_needed")


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("get", TOKENS),
        ("post", TOKENS),
        ("get", "/v1/account/session"),
        ("delete", "/v1/account/session"),
        ("get", "/v1/account/organisations"),
        ("post", "/v1/account/organisations"),
        ("put", "/v1/account/password"),
    ],
)
def test_no_token_reaches_a_persons_own_rooms_or_makes_another(as_user, owner, app, method, url):
    every_scope = ("customer", "customer:read", "factory", "factory:read")
    secret = create(as_user(owner), scopes=every_scope).json["secret"]

    reply = getattr(app.test_client(), method)(url, headers={"Authorization": f"Bearer {secret}"})

    assert (reply.status_code, reply.json["code"]) == (403, "session_needed")


def test_a_token_has_the_role_its_person_has_today(app, as_user, owner, make_member):
    from marketplace.accounts import recognition

    manager = make_member(owner, Role.MANAGER)
    secret = create(as_user(manager)).json["secret"]
    with app.app_context():
        assert recognition.by_token(secret).role is Role.MANAGER
    with app.app_context(), transaction():
        session().execute(update(Member).where(Member.user_id == manager.user_id).values(role=Role.VIEWER))
    with app.app_context():
        actor = recognition.by_token(secret)
    assert (actor.role, actor.is_staff, actor.scopes) == (Role.VIEWER, False, {"customer"})
