import pytest
from sqlalchemy import select

from marketplace.accounts.models import Member, User
from marketplace.kernel.database import session

PASSWORD = "nine countersunk rivets"


@pytest.fixture
def make_admin(app, monkeypatch):
    def run(*arguments, password=PASSWORD, typed=None):
        if password is None:
            monkeypatch.delenv("ADMIN_PASSWORD", raising=False)
        else:
            monkeypatch.setenv("ADMIN_PASSWORD", password)
        return app.test_cli_runner().invoke(args=["make-admin", *arguments], input=typed)

    return run


def staff(app):
    with app.app_context():
        return session().scalars(select(User.email).where(User.is_staff)).all()


def test_the_first_admin_is_made_once_and_logs_in(app, make_admin, client):
    made = make_admin("Root@Example.com", "--name", "Grace")

    assert (made.exit_code, made.output) == (0, "Grace <root@example.com> runs this marketplace now.\n")
    assert staff(app) == ["root@example.com"]
    reply = client.post("/v1/account/session", json={"email": "root@example.com", "password": PASSWORD})
    assert reply.json["user"]["is_staff"] is True
    with app.app_context():
        assert session().scalars(select(Member)).all() == []


def test_a_second_one_must_be_meant(app, make_admin):
    make_admin("a@example.com", "--name", "A")

    refused = make_admin("b@example.com", "--name", "B")
    meant = make_admin("b@example.com", "--name", "B", "--another")

    assert refused.exit_code == 1
    assert "--another" in refused.output
    assert meant.exit_code == 0
    assert sorted(staff(app)) == ["a@example.com", "b@example.com"]


def test_the_password_may_be_typed_and_is_not_shown(app, make_admin):
    made = make_admin("a@example.com", "--name", "A", password=None, typed=f"{PASSWORD}\n{PASSWORD}\n")

    assert made.exit_code == 0
    assert PASSWORD not in made.output


@pytest.mark.parametrize(
    ("email", "name", "password"),
    [("nobody", "A", PASSWORD), ("a@example.com", "", PASSWORD), ("a@example.com", "A", "1234567890")],
)
def test_what_would_be_refused_over_http_is_refused_here(app, make_admin, email, name, password):
    refused = make_admin(email, "--name", name, password=password)

    assert refused.exit_code == 1
    assert password not in refused.output
    assert staff(app) == []


def test_an_address_that_is_taken_stays_what_it_is(app, make_admin, make_organisation):
    owner = make_organisation()

    assert make_admin(owner.email, "--name", "Eve").exit_code == 1
    assert staff(app) == []
