from flask import request

from blueprints.account.door import door
from blueprints.account.registration.schemas import PasswordChanged, Received, SignUpAsked
from blueprints.http.identity import actor
from marketplace.accounts import log_ins, passwords, queries, service, throttling
from marketplace.accounts.service import PasswordChange, SignUp
from marketplace.kernel.transaction import transaction

sign_ups = door.room("sign_up", "Becoming known.", path="/sign-up")
password = door.room("password", "The password one logs in with.")

RECEIVED = {"message": "If this address is new, its account exists now: log in at POST /v1/account/session."}


@sign_ups.post("")
@sign_ups.arguments(SignUpAsked)
@sign_ups.response(202, Received)
@sign_ups.doc(security=[])
def sign_up(terms: SignUp) -> dict[str, str]:
    """Make an account and its organisation; for a known address nothing changes, and the answer is the same."""
    throttling.count(throttling.SIGN_UP_FROM_IP, throttling.client(request.remote_addr))
    password_hash = passwords.prepared(terms.password, email=terms.email)
    with transaction():
        service.sign_up(terms, password_hash=password_hash)
    return RECEIVED


@password.put("")
@password.arguments(PasswordChanged)
@password.response(204)
def change_password(terms: PasswordChange) -> None:
    """Change the password; every other session and every API token of yours ends."""
    who = actor()
    throttling.count(throttling.PASSWORD_OF_USER, str(who.user_id))
    with transaction():
        kept = queries.password_of(who)
    verified = log_ins.verify(kept, terms.current_password)
    password_hash = passwords.prepared(terms.new_password, email=verified.email)
    with transaction():
        service.change_password(verified, password_hash=password_hash, by=who)
