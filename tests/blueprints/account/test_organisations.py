from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from marketplace.accounts.models import Member
from marketplace.kernel.actor import Role
from marketplace.kernel.database import session

ORGANISATIONS = "/v1/account/organisations"


@pytest.fixture
def owner(make_organisation):
    return make_organisation(hats=("customer", "factory"))


def of(person):
    return f"{ORGANISATIONS}/{person.organisation_id}"


def roles(app, person):
    with app.app_context():
        rows = session().execute(
            select(Member.user_id, Member.role).where(Member.organisation_id == person.organisation_id)
        )
        return dict(rows.all())


def test_one_person_founds_a_second_organisation_and_names_which_one_acts(as_user, owner):
    browser = as_user(owner)
    terms = {"name": "Second", "kind": "individual", "country": "FR", "hats": ["customer", "customer"]}

    founded = browser.post(ORGANISATIONS, json=terms)

    assert founded.status_code == 201
    assert founded.json["hats"] == ["customer"]
    assert len(browser.get(ORGANISATIONS).json["items"]) == 2
    assert browser.get("/v1/account/session").json["organisation_id"] is None
    chosen = browser.get("/v1/account/session", headers={"Commonforge-Organisation": founded.json["id"]})
    assert chosen.json["organisation_id"] == founded.json["id"]


def test_founding_twice_under_one_key_founds_once(as_user, owner):
    browser = as_user(owner)
    terms = {"name": "Second", "kind": "company", "country": "FR", "hats": ["customer"]}

    first, second = (browser.post(ORGANISATIONS, json=terms, headers={"Idempotency-Key": "k"}) for _ in range(2))

    assert first.json == second.json
    assert len(browser.get(ORGANISATIONS).json["items"]) == 2


def test_the_list_costs_the_same_however_long_it_is(app, as_user, owner, statements):
    browser = as_user(owner)
    terms = {"name": "More", "kind": "company", "country": "FR", "hats": ["customer"]}
    with statements() as few:
        browser.get(ORGANISATIONS)
    for _ in range(5):
        browser.post(ORGANISATIONS, json=terms)
    with statements() as many:
        browser.get(ORGANISATIONS)

    assert len(many) == len(few) == 2


def test_owners_and_managers_change_it_if_nobody_else_just_did(as_user, owner, make_member):
    manager = as_user(make_member(owner, Role.MANAGER))
    etag = manager.get(of(owner)).headers["ETag"]

    changed = manager.patch(of(owner), json={"name": "New", "hats": ["factory"]}, headers={"If-Match": etag})

    assert (changed.status_code, changed.json["name"], changed.json["hats"]) == (200, "New", ["factory"])
    assert changed.headers["ETag"] != etag
    late = as_user(owner).patch(of(owner), json={"name": "Newer"}, headers={"If-Match": etag})
    assert (late.status_code, late.json["code"]) == (412, "edited_meanwhile")
    blind = as_user(owner).patch(of(owner), json={"name": "Newer"})
    assert (blind.status_code, blind.json["code"]) == (428, "if_match_needed")
    assert manager.get(of(owner)).json["name"] == "New"


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
def test_smaller_roles_only_look(as_user, owner, make_member, role):
    browser = as_user(make_member(owner, role))

    assert browser.get(of(owner)).status_code == 200
    reply = browser.patch(of(owner), json={"name": "Mine"}, headers={"If-Match": '"1"'})
    assert (reply.status_code, reply.json["code"]) == (403, "role_too_small")


@pytest.mark.parametrize(
    "change",
    [
        {"country": "FR"},
        {"kind": "individual"},
        {"id": "x"},
        {"version": 9},
        {"hats": []},
        {"hats": None},
        {"name": ""},
    ],
)
def test_what_a_member_may_not_change_is_refused(as_user, owner, change):
    assert as_user(owner).patch(of(owner), json=change, headers={"If-Match": '"1"'}).status_code == 422


def test_a_stranger_finds_nothing(app, as_user, owner, make_organisation, staff):
    before = roles(app, owner)
    for stranger in (as_user(make_organisation()), as_user(staff)):
        member = f"{of(owner)}/members/{owner.user_id}"
        replies = [
            stranger.get(of(owner)),
            stranger.patch(of(owner), json={"name": "Mine"}, headers={"If-Match": '"1"'}),
            stranger.get(f"{of(owner)}/members"),
            stranger.patch(member, json={"role": "viewer"}),
            stranger.delete(member),
            stranger.get(f"{of(owner)}/invitations"),
            stranger.post(f"{of(owner)}/invitations", json={"email": "eve@example.com", "role": "owner"}),
        ]
        assert [reply.status_code for reply in replies] == [404] * 7
    assert roles(app, owner) == before


def test_members_see_each_other_with_roles(as_user, owner, make_member):
    viewer = make_member(owner, Role.VIEWER)

    items = as_user(viewer).get(f"{of(owner)}/members").json["items"]

    assert {(item["email"], item["role"]) for item in items} == {(owner.email, "owner"), (viewer.email, "viewer")}


def test_an_owner_changes_roles_and_nobody_else_does(app, as_user, owner, make_member):
    member, manager = make_member(owner, Role.VIEWER), make_member(owner, Role.MANAGER)
    url = f"{of(owner)}/members/{member.user_id}"

    assert as_user(manager).patch(url, json={"role": "owner"}).json["code"] == "role_too_small"
    assert as_user(member).patch(url, json={"role": "owner"}).json["code"] == "role_too_small"
    assert as_user(owner).patch(url, json={"role": "operator"}).json["role"] == "operator"
    assert roles(app, owner)[member.user_id] is Role.OPERATOR


def test_a_removed_member_acts_no_more_from_that_moment(app, as_user, owner, make_member):
    operator = make_member(owner, Role.OPERATOR)
    browser = as_user(operator)
    asked = {"name": "t", "scopes": ["customer"], "expires_in_days": 1}
    token = browser.post("/v1/developer/tokens", json=asked).json["secret"]

    assert as_user(owner).delete(f"{of(owner)}/members/{operator.user_id}").status_code == 204

    assert browser.get(of(owner)).status_code == 404
    assert browser.get("/v1/developer/tokens").json["code"] == "organisation_needed"
    stale = app.test_client().get("/v1/account/session", headers={"Authorization": f"Bearer {token}"})
    assert stale.json["code"] == "credential_refused"
    assert as_user(owner).get("/v1/developer/tokens").json["items"] == []


def test_anybody_may_leave_and_only_owners_remove_others(as_user, owner, make_member):
    viewer, operator = make_member(owner, Role.VIEWER), make_member(owner, Role.OPERATOR)

    assert as_user(viewer).delete(f"{of(owner)}/members/{operator.user_id}").json["code"] == "role_too_small"
    assert as_user(viewer).delete(f"{of(owner)}/members/{viewer.user_id}").status_code == 204
    assert as_user(owner).delete(f"{of(owner)}/members/{viewer.user_id}").status_code == 404


def test_the_last_owner_is_neither_removed_nor_demoted(app, as_user, owner, make_member):
    make_member(owner, Role.MANAGER)
    url = f"{of(owner)}/members/{owner.user_id}"

    removed, demoted = as_user(owner).delete(url), as_user(owner).patch(url, json={"role": "manager"})

    assert (removed.status_code, removed.json["code"]) == (409, "last_owner")
    assert (demoted.status_code, demoted.json["code"]) == (409, "last_owner")
    assert roles(app, owner)[owner.user_id] is Role.OWNER


def test_two_owners_who_demote_each_other_at_once_leave_one(app, as_user, owner, make_member):
    other = make_member(owner, Role.OWNER)
    browsers = [(as_user(owner), other), (as_user(other), owner)]

    def demote(pair):
        browser, whom = pair
        return browser.patch(f"{of(owner)}/members/{whom.user_id}", json={"role": "viewer"}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, browsers)) == [200, 403]
    assert sorted(roles(app, owner).values()) == [Role.OWNER, Role.VIEWER]
