"""Mails of notices: once for each member who wants them, whoever stumbles on the way."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from marketplace.accounts.models import Organisation
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Role
from marketplace.kernel.database import session
from marketplace.notifications import service
from marketplace.notifications.errors import MailRefused, MailUnavailable
from marketplace.notifications.kinds import NoticeKind
from marketplace.notifications.models import NoticeMail
from marketplace.notifications.ports import Mail
from marketplace.workflows import notifying

URL = "https://forge.example"


@dataclass
class Postman:
    """Takes mails, or stumbles over those to some people."""

    taken: list[Mail] = field(default_factory=list)
    troubles: dict[str, Exception] = field(default_factory=dict)
    dies_after: int | None = None

    def send(self, mail: Mail) -> None:
        transaction.outside()
        if mail.to in self.troubles:
            raise self.troubles[mail.to]
        self.taken.append(mail)
        if self.dies_after == len(self.taken):
            raise KeyboardInterrupt


@pytest.fixture
def postman():
    return Postman()


@pytest.fixture
def shop(make_organisation, make_member):
    """An organisation of two."""
    owner = make_organisation("Shop", hats=("factory",))
    return [owner, make_member(owner, Role.VIEWER)]


@pytest.fixture
def tell(app, shop):
    def say(text="The spindle is down.", kind=NoticeKind.JOB_DECLINED):
        with app.app_context(), transaction.transaction():
            subject = session().get_one(Organisation, shop[0].organisation_id)
            service.tell(shop[0].organisation_id, kind, subject, text=text)

    return say


@pytest.fixture
def send(app, postman):
    def run(later=timedelta()):
        with app.app_context(), clock.moved_by(later):
            notifying.send_mails(post=postman, public_url=URL)

    return run


def test_each_member_is_mailed_once(shop, tell, send, postman):
    tell()
    send()
    send(timedelta(days=1))

    assert sorted(mail.to for mail in postman.taken) == sorted(person.email for person in shop)
    mail = postman.taken[0]
    assert mail.subject == "Your job was declined"
    assert "The spindle is down." in mail.text
    assert f", about organisation {shop[0].organisation_id}." in mail.text
    assert f"{URL}/v1/account/notice-settings" in mail.text
    assert len({mail.id for mail in postman.taken}) == 2


def test_who_wants_no_mails_gets_none(app, shop, tell, send, postman):
    with app.app_context(), transaction.transaction():
        service.settle(shop[1].actor, wants_mail=False)
    tell()
    send()

    assert [mail.to for mail in postman.taken] == [shop[0].email]


def test_a_server_that_is_away_is_tried_again_and_nobody_is_mailed_twice(shop, tell, send, postman):
    postman.troubles[shop[1].email] = MailUnavailable("away")
    tell()
    send()
    send()
    assert [mail.to for mail in postman.taken] == [shop[0].email]
    postman.troubles.clear()
    send(notifying.TRIED_AGAIN_AFTER + timedelta(seconds=1))
    send(timedelta(hours=1))

    assert [mail.to for mail in postman.taken] == [shop[0].email, shop[1].email]


def test_an_address_that_is_refused_keeps_nobody_else_waiting(app, shop, tell, send, postman):
    postman.troubles[shop[0].email] = MailRefused("no such person")
    tell()
    send()
    send(timedelta(hours=1))

    assert [mail.to for mail in postman.taken] == [shop[1].email]
    with app.app_context():
        assert {each.problem for each in session().query(NoticeMail)} == {None, "no such person"}


def test_who_dies_after_handing_a_mail_over_sends_it_again_under_the_same_id(tell, send, postman):
    postman.dies_after = 1
    tell()
    with pytest.raises(KeyboardInterrupt):
        send()
    send()
    assert len(postman.taken) == 1, "the notice is taken until the lease has passed"
    send(notifying.TRIED_AGAIN_AFTER + timedelta(seconds=1))

    assert len(postman.taken) == 3
    assert postman.taken[0] == postman.taken[1]


def test_mails_of_a_server_that_stays_away_are_given_up(shop, tell, send, postman):
    postman.troubles.update({person.email: MailUnavailable("away") for person in shop})
    tell()
    send(notifying.GIVEN_UP_AFTER + timedelta(minutes=1))
    postman.troubles.clear()
    send(notifying.GIVEN_UP_AFTER + timedelta(hours=1))

    assert postman.taken == []


def test_more_notices_than_are_taken_at_once_are_all_mailed(tell, send, postman, monkeypatch):
    monkeypatch.setattr(notifying, "AT_ONCE", 2)
    for number in range(5):
        tell(f"number {number}")
    send()

    assert len(postman.taken) == 10


def test_a_notice_costs_no_statement_of_its_own(app, shop, statements):
    with app.app_context():
        with transaction.transaction():
            subject = session().get_one(Organisation, shop[0].organisation_id)
        with statements() as sent, transaction.transaction():
            for kind in (NoticeKind.JOB_OFFERED, NoticeKind.JOB_ACCEPTED):
                service.tell(shop[0].organisation_id, kind, subject)
    assert len(sent) == 1


def test_a_text_is_cut_to_what_a_notice_holds(app, tell, send, postman):
    tell("x" * 5000)
    send()
    assert "x" * 2000 in postman.taken[0].text
    assert "x" * 2001 not in postman.taken[0].text
