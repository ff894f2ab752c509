import pytest

from marketplace.accounts import log_ins, passwords, queries
from marketplace.accounts.errors import CredentialsWrong
from marketplace.kernel.transaction import transaction

NEW = "eleven loose grub screws"


@pytest.fixture
def ada(make_organisation):
    return make_organisation()


def change(browser, current, new=NEW):
    return browser.put("/v1/account/password", json={"current_password": current, "new_password": new})


def test_a_new_password_ends_every_other_session_and_every_token(app, as_user, ada):
    here, there = as_user(ada), as_user(ada)
    asked = {"name": "t", "scopes": ["customer"], "expires_in_days": 1}
    here.post("/v1/developer/tokens", json=asked)

    assert change(here, ada.password).status_code == 204

    assert here.get("/v1/account/session").status_code == 200
    assert there.get("/v1/account/session").status_code == 401
    assert here.get("/v1/developer/tokens").json["items"] == []
    old, new = (
        app.test_client().post("/v1/account/session", json={"email": ada.email, "password": password}).status_code
        for password in (ada.password, NEW)
    )
    assert (old, new) == (401, 200)


def test_the_old_password_must_be_right(as_user, ada):
    here, there = as_user(ada), as_user(ada)

    reply = change(here, "not the password")

    assert (reply.status_code, reply.json["code"]) == (401, "credentials_wrong")
    assert there.get("/v1/account/session").status_code == 200


@pytest.mark.parametrize("new", ["too short", "qwertyuiop"])
def test_the_new_password_must_be_fit(as_user, ada, new):
    reply = change(as_user(ada), ada.password, new)

    assert (reply.status_code, reply.json["code"]) == (422, "password_unfit")


def test_guessing_the_old_password_is_slowed_down(as_user, ada):
    browser = as_user(ada)
    statuses = [change(browser, "not the password").status_code for _ in range(11)]

    assert statuses == [401] * 10 + [429]


def test_a_log_in_with_a_password_that_changes_meanwhile_is_refused(app, ada):
    with app.app_context():
        with transaction():
            kept = queries.password_at(ada.email)
        verified = log_ins.verify(kept, ada.password)
        with app.app_context(), transaction():
            queries.for_change(ada.user_id).password_hash = passwords.hashed(NEW)
        with pytest.raises(CredentialsWrong), transaction():
            log_ins.admit(verified, user_agent="tests")
