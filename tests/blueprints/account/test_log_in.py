from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts import passwords, secrets
from marketplace.accounts.models import LogIn, throttles
from marketplace.kernel import clock
from marketplace.kernel.database import session


@pytest.fixture
def ada(make_organisation):
    return make_organisation()


def log_in(client, person, password=None, **headers):
    sent = {"email": person.email, "password": password or person.password}
    return client.post("/v1/account/session", json=sent, headers=headers)


def cookie_of(client):
    return client.get_cookie("session")


def test_logging_in_sets_a_cookie_that_scripts_cannot_read_and_other_sites_do_not_send(client, ada):
    reply = log_in(client, ada)

    assert reply.status_code == 200
    assert reply.json["user"]["id"] == str(ada.user_id)
    header = reply.headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert client.get("/v1/account/session").json == reply.json


def test_unknown_address_and_wrong_password_get_the_same_answer(client, ada):
    wrong = log_in(client, ada, "not the password")
    unknown = client.post("/v1/account/session", json={"email": "nobody@example.com", "password": ada.password})

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json == unknown.json
    assert wrong.json["code"] == "credentials_wrong"
    assert dict(wrong.headers) == dict(unknown.headers)
    assert "Set-Cookie" not in wrong.headers


def test_an_unknown_address_costs_a_slow_hash_too(client, ada, monkeypatch):
    verified = []
    slow = passwords._hasher.verify

    class Counting:
        def verify(self, kept, password):
            verified.append(kept)
            return slow(kept, password)

    passwords._nobodys()
    monkeypatch.setattr(passwords, "_hasher", Counting())
    log_in(client, ada, "not the password")
    client.post("/v1/account/session", json={"email": "nobody@example.com", "password": "not the password"})

    assert len(verified) == 2
    assert verified[0][:30] == verified[1][:30]  # the same work: m, t and p


@pytest.mark.parametrize("password", ["", None, True, [], {}, 0])
def test_an_empty_or_malformed_password_never_logs_in(client, ada, password):
    reply = client.post("/v1/account/session", json={"email": ada.email, "password": password})

    assert reply.status_code == 422
    assert client.get("/v1/account/session").status_code == 401


def test_the_password_that_fills_in_for_nobody_logs_nobody_in(client):
    reply = client.post(
        "/v1/account/session", json={"email": "nobody@example.com", "password": "the password of nobody"}
    )

    assert reply.status_code == 401


def test_a2_each_log_in_has_a_new_secret_and_only_its_hash_is_kept(app, client, ada):
    secrets_seen = []
    for _ in range(2):
        log_in(client, ada)
        with client.session_transaction() as cookie:
            secrets_seen.append(cookie["_user_id"])

    with app.app_context():
        kept = session().scalars(select(LogIn.secret_hash).order_by(LogIn.id)).all()
    assert len(set(secrets_seen)) == 2
    assert kept == [secrets.digest(secret) for secret in secrets_seen]


def test_a_cookie_planted_before_the_log_in_is_not_the_one_after(client, ada, world):
    with client.session_transaction() as cookie:
        cookie["_user_id"] = planted = secrets.fresh_code()
        cookie["note"] = "planted"
    log_in(client, ada)

    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != planted
        assert "note" not in cookie
    thief = client.application.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = planted
    assert thief.get("/v1/account/session").json["code"] == "credential_refused"


def test_logging_out_ends_the_session_for_copied_cookies_too(app, client, ada):
    log_in(client, ada)
    copied = cookie_of(client).value

    assert client.delete("/v1/account/session").status_code == 204

    assert client.get("/v1/account/session").json["code"] == "unauthenticated"
    thief = app.test_client()
    thief.set_cookie("session", copied)
    assert thief.get("/v1/account/session").json["code"] == "credential_refused"


def test_a_session_ends_after_fourteen_days(as_user, ada):
    browser = as_user(ada)

    with clock.moved_by(timedelta(days=13, hours=23)):
        assert browser.get("/v1/account/session").status_code == 200
    with clock.moved_by(timedelta(days=14, seconds=1)):
        assert browser.get("/v1/account/session").status_code == 401


def test_tries_at_one_address_are_slowed_down_and_then_allowed_again(client, ada):
    for _ in range(10):
        assert log_in(client, ada, "not the password").status_code == 401

    refused = log_in(client, ada)

    assert (refused.status_code, refused.json["code"]) == (429, "too_many_tries")
    assert 0 < refused.json["retry_after_s"] <= 30
    with clock.moved_by(timedelta(seconds=refused.json["retry_after_s"])):
        assert log_in(client, ada).status_code == 200


def test_unknown_addresses_are_slowed_down_alike(client):
    sent = {"email": "nobody@example.com", "password": "not the password"}
    statuses = [client.post("/v1/account/session", json=sent).status_code for _ in range(11)]

    assert statuses == [401] * 10 + [429]


def test_tries_from_one_client_at_many_addresses_are_slowed_down(client, monkeypatch):
    monkeypatch.setattr(passwords, "matches", lambda password, kept: False)  # 31 slow hashes would test nothing more
    statuses = [
        client.post("/v1/account/session", json={"email": f"n{n}@example.com", "password": "x"}).status_code
        for n in range(31)
    ]

    assert statuses == [401] * 30 + [429]


def test_another_client_is_not_slowed_down_by_it(app, client, ada, monkeypatch):
    monkeypatch.setattr(passwords, "matches", lambda password, kept: False)
    for n in range(31):
        client.post("/v1/account/session", json={"email": f"n{n}@example.com", "password": "x"})
    monkeypatch.undo()

    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    sent = {"email": ada.email, "password": ada.password}
    assert client.post("/v1/account/session", json=sent, environ_overrides=elsewhere).status_code == 200


def test_what_counts_tries_holds_no_address_in_the_clear(app, client, ada):
    log_in(client, ada)

    with app.app_context():
        keys = session().scalars(select(throttles.c.key)).all()
    assert len(keys) == 2
    assert not any(ada.email in key or "127.0.0.1" in key for key in keys)


def test_another_sites_page_cannot_log_anybody_in(client, ada):
    reply = log_in(client, ada, **{"Sec-Fetch-Site": "cross-site"})

    assert (reply.status_code, reply.json["code"]) == (403, "cross_site_refused")


def test_sessions_are_listed_and_ended_one_by_one(as_user, ada):
    here, there = as_user(ada), as_user(ada)
    mine = here.get("/v1/account/session").json["session_id"]
    listed = here.get("/v1/account/sessions").json["items"]
    [other] = [item["id"] for item in listed if item["id"] != mine]

    assert here.delete(f"/v1/account/sessions/{other}").status_code == 204

    assert there.get("/v1/account/session").status_code == 401
    assert [item["id"] for item in here.get("/v1/account/sessions").json["items"]] == [mine]
    assert here.delete(f"/v1/account/sessions/{other}").status_code == 404


def test_a_foreign_session_is_not_there(as_user, ada, make_organisation):
    eve, mine = as_user(make_organisation()), as_user(ada)
    session_id = mine.get("/v1/account/session").json["session_id"]

    assert eve.delete(f"/v1/account/sessions/{session_id}").status_code == 404
    assert mine.get("/v1/account/session").status_code == 200
    assert eve.get("/v1/account/sessions").json["items"][0]["id"] != session_id
