"""Who is asking: cookies and headers, other sites' pages, organisations, hats, roles and scopes.

The rooms used here are any room of the audience: the guard of the door answers first.
"""

from base64 import b64encode

import pytest

from marketplace.accounts import organisations, secrets
from marketplace.accounts.models import OrganisationKind
from marketplace.kernel.actor import Actor, Hat, Role
from marketplace.kernel.transaction import transaction

SELF = "/v1/account/session"
CUSTOMER = "/v1/customer/parts"


@pytest.fixture
def owner(make_organisation):
    return make_organisation(hats=("customer",))


@pytest.fixture
def token(as_user):
    def make(person, *scopes):
        asked = {"name": "t", "scopes": list(scopes or ("customer",)), "expires_in_days": 1}
        return as_user(person).post("/v1/developer/tokens", json=asked).json["secret"]

    return make


def bearing(secret):
    return {"Authorization": f"Bearer {secret}"}


def code(reply):
    return reply.json.get("code")


def test_a_stranger_is_told_how_to_become_known(client):
    reply = client.get(SELF)

    assert (reply.status_code, code(reply)) == (401, "unauthenticated")
    assert reply.headers["WWW-Authenticate"] == "Bearer"
    assert reply.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer null",
        "Bearer undefined",
        "Bearer cf_",
        "Bearer " + "a" * 10_000,
        "Bearer cf_" + "0" * 36,
        "Basic " + b64encode(b"ada@example.com:").decode(),
        "Basic ",
        "Digest x",
        "cf_" + "0" * 36,
        "Bearer é",
    ],
)
@pytest.mark.parametrize("url", [SELF, CUSTOMER, "/v1/developer/tokens", "/v1/admin/cases", "/v1/factory/listings"])
def test_an_empty_or_malformed_header_is_nobody_even_beside_a_good_cookie(app, as_user, owner, authorization, url):
    for browser in (app.test_client(), as_user(owner)):
        reply = browser.get(url, headers={"Authorization": authorization})
        assert (reply.status_code, code(reply)) == (401, "credential_refused")


@pytest.mark.parametrize("planted", ["", "x", None, 7, True, [], {"a": 1}, "a" * 43])
def test_a_cookie_of_ours_with_anything_but_a_live_secret_is_nobody(client, owner, planted):
    with client.session_transaction() as cookie:
        cookie["_user_id"] = planted

    assert client.get(SELF).status_code == 401


def test_a_forged_cookie_is_nobody(client):
    client.set_cookie("session", "eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")

    assert code(client.get(SELF)) == "unauthenticated"


def test_the_header_wins_over_the_cookie(as_user, owner, make_organisation, token):
    other = make_organisation()
    browser = as_user(owner)

    assert browser.get(CUSTOMER, headers=bearing(token(other))).status_code == 200
    assert code(browser.get(SELF, headers=bearing(token(other)))) == "session_needed"  # though the cookie is a session


def test_a_hash_or_a_session_secret_is_no_token_and_a_token_no_session(app, owner, world, token):
    bearer, secret = token(owner), world.log_in(owner)
    for wrong in (secrets.digest(bearer), secret):
        assert code(app.test_client().get(CUSTOMER, headers=bearing(wrong))) == "credential_refused"
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = bearer
    assert code(browser.get(SELF)) == "credential_refused"


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "http://127.0.0.1:8000"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://localhost.evil.example"}, False),
    ],
)
def test_a_cookie_counts_only_for_our_own_pages_and_for_programs(as_user, owner, headers, is_let_in):
    browser = as_user(owner)

    reply = browser.delete(SELF, headers=headers)

    assert reply.status_code == (204 if is_let_in else 403)
    assert is_let_in or code(reply) == "cross_site_refused"
    assert browser.get(SELF).status_code == (401 if is_let_in else 200)


def test_a_token_counts_from_anywhere_and_looking_is_no_act(app, as_user, owner, token):
    cross = {"Sec-Fetch-Site": "cross-site"}

    assert as_user(owner).get(SELF, headers=cross).status_code == 200
    reply = app.test_client().post(CUSTOMER, headers={**bearing(token(owner)), **cross})
    assert reply.status_code not in (401, 403)


def test_a_person_with_several_organisations_names_one(app, as_user, owner):
    with app.app_context(), transaction():
        terms = organisations.Founding(
            name="Two", kind=OrganisationKind.COMPANY, country="FR", hats=[Hat.CUSTOMER, Hat.FACTORY]
        )
        second = organisations.found(terms, by=Actor(user_id=owner.user_id)).id
    browser = as_user(owner)

    def naming(chosen):
        return browser.get(CUSTOMER, headers={"Commonforge-Organisation": str(chosen)})

    reply = browser.get(CUSTOMER)
    assert (reply.status_code, code(reply)) == (403, "organisation_needed")
    assert naming(second).status_code == naming(owner.organisation_id).status_code == 200


@pytest.mark.parametrize("chosen", ["", "x", "01a20756-2ec8-7569-8a16-cf59b20d649b"])
def test_naming_what_is_not_ones_own_organisation_is_refused(app, as_user, owner, token, chosen):
    named = {"Commonforge-Organisation": chosen}

    for reply in (
        as_user(owner).get(CUSTOMER, headers=named),
        app.test_client().get(CUSTOMER, headers={**named, **bearing(token(owner))}),
    ):
        assert (reply.status_code, code(reply)) == (403, "organisation_needed")


def test_an_organisation_goes_only_where_it_wears_the_hat(as_user, make_organisation):
    factory = as_user(make_organisation(hats=("factory",)))

    reply = factory.get(CUSTOMER)

    assert (reply.status_code, code(reply), reply.json["needs"]) == (403, "hat_missing", "customer")


def test_a_viewer_looks_and_does_nothing(as_user, owner, make_member):
    viewer = as_user(make_member(owner, Role.VIEWER))

    assert viewer.get(CUSTOMER).status_code == 200
    assert code(viewer.post(CUSTOMER)) == "role_too_small"
    assert code(as_user(make_member(owner, Role.OPERATOR)).post(CUSTOMER)) != "role_too_small"


@pytest.mark.parametrize(
    ("scopes", "looks", "acts"),
    [
        (("customer",), True, True),
        (("customer:read",), True, False),
        (("factory",), False, False),
        (("factory:read", "customer:read"), True, False),
    ],
)
def test_a_token_does_what_its_scopes_say(app, make_organisation, token, scopes, looks, acts):
    program, secret = app.test_client(), token(make_organisation(hats=("customer", "factory")), *scopes)

    assert (code(program.get(CUSTOMER, headers=bearing(secret))) != "scope_missing") == looks
    assert (code(program.post(CUSTOMER, headers=bearing(secret))) != "scope_missing") == acts


def test_staff_rooms_are_for_sessions_of_staff(app, as_user, owner, staff, token):
    admin = next(
        rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/v1/admin") and "<" not in rule.rule
    )
    for browser in (as_user(owner), app.test_client()):
        assert browser.get(admin).status_code in (401, 403)
    assert app.test_client().get(admin, headers=bearing(token(owner))).status_code == 403
    assert as_user(staff).get(admin).status_code not in (401, 403)


def test_the_cookie_is_not_signed_anew_for_each_request(as_user, owner):
    assert "Set-Cookie" not in as_user(owner).get(SELF).headers
