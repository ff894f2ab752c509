import pytest
from sqlalchemy import func, select

from marketplace.accounts import passwords
from marketplace.accounts.models import Member, Organisation, User
from marketplace.audit.models import AuditEvent
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction

PASSWORD = "seven brass thumbscrews"


def terms(**changes):
    organisation = {"name": "Ada's", "kind": "company", "country": "DE", "hats": ["customer"]}
    return {"email": "ada@example.com", "password": PASSWORD, "name": "Ada", "organisation": organisation, **changes}


def rows(app):
    with app.app_context():
        return {
            table: session().scalar(select(func.count()).select_from(table)) for table in (User, Organisation, Member)
        }


def test_who_signs_up_can_log_in_and_owns_their_organisation(client):
    assert client.post("/v1/account/sign-up", json=terms(email=" Ada@Example.COM ")).status_code == 202

    reply = client.post("/v1/account/session", json={"email": "ADA@example.com", "password": PASSWORD})

    assert reply.status_code == 200
    [place] = reply.json["organisations"]
    assert place["role"] == "owner"
    assert place["organisation"]["hats"] == ["customer"]
    assert reply.json["organisation_id"] == place["organisation"]["id"]
    assert reply.json["user"]["email"] == "ada@example.com"


def test_a_known_address_gets_the_same_answer_and_nothing_changes(app, client):
    first = client.post("/v1/account/sign-up", json=terms())
    before = rows(app)

    second = client.post("/v1/account/sign-up", json=terms(password="another good password", name="Eve"))

    assert (second.status_code, second.json) == (first.status_code, first.json)
    assert dict(second.headers) == dict(first.headers)
    assert rows(app) == before
    old = client.post("/v1/account/session", json={"email": "ada@example.com", "password": PASSWORD})
    new = client.post("/v1/account/session", json={"email": "ada@example.com", "password": "another good password"})
    assert (old.status_code, new.status_code) == (200, 401)


WRONG = [
    ({"country": "XX"}, "validation_failed"),
    ({"country": "de"}, "validation_failed"),
    ({"hats": []}, "validation_failed"),
    ({"hats": ["admin"]}, "validation_failed"),
    ({"hats": [{}]}, "validation_failed"),
    ({"kind": "state"}, "validation_failed"),
    ({"name": ""}, "validation_failed"),
    ({"name": "   "}, "validation_failed"),
    ({"name": "a\x00b"}, "validation_failed"),
    ({"name": "\ud800"}, "validation_failed"),
    ({"name": "a" * 201}, "validation_failed"),
    ({"id": "01a20756-2ec8-7569-8a16-cf59b20d649b"}, "validation_failed"),
]


@pytest.mark.parametrize(("change", "code"), WRONG)
@pytest.mark.parametrize("is_known", [False, True])
def test_a_wrong_organisation_is_refused_alike_for_known_and_unknown_addresses(app, client, change, code, is_known):
    if is_known:
        client.post("/v1/account/sign-up", json=terms())
    before = rows(app)

    reply = client.post("/v1/account/sign-up", json=terms(organisation={**terms()["organisation"], **change}))

    assert (reply.status_code, reply.json["code"]) == (422, code)
    assert rows(app) == before


@pytest.mark.parametrize(
    "email",
    [
        *("", "@", "a@b", "a b@example.com", "a@@example.com", "ä@example.com", "a" * 65 + "@example.com"),
        *("a@" + "b" * 250 + ".com", "a@example.com\x00", "a@example.com\n.b"),
        *(True, 7, None, ["a@example.com"]),
    ],
)
def test_what_is_no_address_is_refused(app, client, email):
    reply = client.post("/v1/account/sign-up", json=terms(email=email))

    assert (reply.status_code, reply.json["code"]) == (422, "validation_failed")
    assert rows(app)[User] == 0


@pytest.mark.parametrize("password", ["", True, 1234567890, None, "a" * 201, "\ud800" * 12])
def test_what_is_no_password_is_refused_without_repeating_it(app, client, password):
    reply = client.post("/v1/account/sign-up", json=terms(password=password))

    assert (reply.status_code, reply.json["code"]) == (422, "validation_failed")
    assert "a" * 201 not in reply.text
    assert rows(app)[User] == 0


@pytest.mark.parametrize("password", ["short 9 c", "1234567890", "PassWord123", "aaaaaaaaaaaa", "ada@example.com"])
def test_a_password_that_is_guessed_first_is_refused(app, client, password):
    reply = client.post("/v1/account/sign-up", json=terms(password=password))

    assert (reply.status_code, reply.json["code"]) == (422, "password_unfit")
    assert password not in reply.text
    assert rows(app)[User] == 0


@pytest.mark.parametrize("field", ["is_staff", "id", "password_hash", "created_at", "role", "hats"])
def test_nobody_gives_themselves_what_is_ours_to_give(app, client, field):
    assert client.post("/v1/account/sign-up", json=terms(**{field: "x"})).status_code == 422
    assert rows(app)[User] == 0


def test_a2_the_password_is_kept_as_an_argon2id_hash_and_nowhere_else(app, client, caplog):
    with caplog.at_level("DEBUG"):
        client.post("/v1/account/sign-up", json=terms())
        client.post("/v1/account/session", json={"email": "ada@example.com", "password": PASSWORD})

    with app.app_context():
        kept = session().scalars(select(User.password_hash)).one()
        details = [str(event.details) for event in session().scalars(select(AuditEvent))]
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(PASSWORD, kept)
    assert PASSWORD not in caplog.text + "".join(details)


def test_a_client_that_signs_up_for_everybody_is_slowed_down(client):
    for _ in range(60):
        client.post("/v1/account/sign-up", json=terms(password="1234567890"))

    reply = client.post("/v1/account/sign-up", json=terms())

    assert (reply.status_code, reply.json["code"]) == (429, "too_many_tries")
    assert int(reply.headers["Retry-After"]) == reply.json["retry_after_s"] == 10


def test_two_sign_ups_of_one_address_at_once_make_one_account(app):
    from concurrent.futures import ThreadPoolExecutor

    def sign_up(number):
        return app.test_client().post("/v1/account/sign-up", json=terms(name=f"Ada {number}")).status_code

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(sign_up, range(6))) == [202] * 6
    assert rows(app) == {User: 1, Organisation: 1, Member: 1}


def test_the_world_makes_what_signing_up_makes(app, make_organisation):
    make_organisation()
    with app.app_context(), transaction():
        assert session().scalars(select(Member.role)).one() == "owner"
