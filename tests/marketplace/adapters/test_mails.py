"""Mails leave by SMTP or lie on the disk: the same contract for both."""

from email import message_from_bytes, policy

import pytest

from config import load
from marketplace.adapters.mail_by_smtp import MailBySmtp
from marketplace.adapters.mail_on_disk import MailOnDisk
from marketplace.bootstrap import ports
from marketplace.kernel.transaction import transaction
from marketplace.notifications.errors import MailRefused, MailUnavailable
from marketplace.notifications.ports import Mail
from tests.mail_servers import serving

MAIL = Mail("one.two", "ada@example.test", "A paid job is offered to you", "Grüße aus der Fräserei.\n")
SENDER = "forge@example.test"


@pytest.fixture
def mail_server():
    with serving() as server:
        yield server


@pytest.fixture(params=["smtp", "disk"])
def carried(request, tmp_path, mail_server, in_app):
    """Sends mails by one adapter, and reads what has arrived."""
    if request.param == "smtp":
        post = MailBySmtp(f"smtp://127.0.0.1:{mail_server.port}", SENDER)
        return post, lambda: list(mail_server.taken)
    post = MailOnDisk(tmp_path / "mails", SENDER)
    return post, lambda: [path.read_bytes() for path in sorted((tmp_path / "mails").iterdir())]


def test_a_mail_arrives_as_it_was_written(carried):
    post, arrived = carried
    post.send(MAIL)

    (letter,) = (message_from_bytes(each, policy=policy.default) for each in arrived())
    assert (letter["From"], letter["To"], letter["Subject"]) == (SENDER, MAIL.to, MAIL.subject)
    assert letter["Message-ID"] == "<one.two@example.test>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().replace("\r\n", "\n") == MAIL.text


def test_no_mail_leaves_inside_a_transaction(carried):
    post, _ = carried
    with transaction(), pytest.raises(RuntimeError, match="transaction"):
        post.send(MAIL)


def test_the_same_mail_again_lies_on_the_disk_once(tmp_path, in_app):
    post = MailOnDisk(tmp_path / "mails", SENDER)
    post.send(MAIL)
    post.send(MAIL)

    (path,) = (tmp_path / "mails").iterdir()
    assert (path.name, path.stat().st_mode & 0o777) == ("one.two.eml", 0o600)


def test_a_server_that_hangs_up_badly_has_taken_the_mail_all_the_same(mail_server, in_app):
    mail_server.answers["QUIT"] = "500 what?"
    MailBySmtp(f"smtp://127.0.0.1:{mail_server.port}", SENDER).send(MAIL)
    assert len(mail_server.taken) == 1


@pytest.mark.parametrize(("verb", "answer"), [("RCPT", "550 nobody"), ("MAIL", "553 not you"), ("DATA", "554 spam")])
def test_what_the_server_will_never_take_is_refused(mail_server, in_app, verb, answer):
    mail_server.answers[verb] = answer
    with pytest.raises(MailRefused):
        MailBySmtp(f"smtp://127.0.0.1:{mail_server.port}", SENDER).send(MAIL)


@pytest.mark.parametrize(("verb", "answer"), [("RCPT", "450 busy"), ("MAIL", "421 later"), ("DATA", "452 full")])
def test_what_the_server_may_take_later_can_be_tried_again(mail_server, in_app, verb, answer):
    mail_server.answers[verb] = answer
    with pytest.raises(MailUnavailable):
        MailBySmtp(f"smtp://127.0.0.1:{mail_server.port}", SENDER).send(MAIL)


def test_a_server_that_is_not_there_can_be_tried_again(in_app):
    with pytest.raises(MailUnavailable):
        MailBySmtp("smtp://127.0.0.1:9", SENDER).send(MAIL)


def test_a_password_is_not_told_to_a_server_that_encrypts_nothing(mail_server, in_app):
    with pytest.raises(MailUnavailable, match="encrypts nothing"):
        MailBySmtp(f"smtp://name:secret@127.0.0.1:{mail_server.port}", SENDER).send(MAIL)
    assert mail_server.taken == []


def test_the_settings_choose_how_mails_go(tmp_path):
    settings = {"DATA_DIR": str(tmp_path), "MAIL_FROM": SENDER}
    assert ports(load(settings)).post == MailOnDisk(tmp_path / "mails", SENDER)
    with_server = load({**settings, "SMTP_URL": "smtps://name:secret@mail.example"})
    assert ports(with_server).post == MailBySmtp("smtps://name:secret@mail.example", SENDER)
    assert "secret" not in repr(with_server)
