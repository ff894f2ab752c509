"""Net terms: the staff grants a verified business more days to pay an invoice, and ends that again. All is kept."""

from collections.abc import Mapping
from uuid import UUID

from marketplace.accounts.models import Verification
from marketplace.audit import service as audit
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import written
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.payments import queries
from marketplace.payments.errors import BusinessNotVerified
from marketplace.payments.models import Terms, TermsLimit


def grant(
    organisation_id: UUID,
    verification: Verification | None,
    *,
    net_days: int,
    limits: Mapping[str, int],
    reason: str,
    by: Actor,
) -> Terms:
    """Give a business so many days, for so much at once in each currency; what it had before ends.

    The platform lends nothing: the days are until the money has to be there, and nothing is made before it is.
    Raises BusinessNotVerified.
    """
    transaction.inside()
    if verification is None:
        raise BusinessNotVerified("Verify the business first; net terms stand on what a register says of it.")
    earlier = queries.terms_in_force(organisation_id, lock=True)
    if earlier is not None:
        _end(earlier, by=by, reason="Other terms were granted.")
    assert by.user_id is not None
    granted = Terms(
        id=new_id(),
        organisation_id=organisation_id,
        verification_id=verification.id,
        net_days=net_days,
        granted_by=by.user_id,
        reason=reason,
        limits=[TermsLimit(currency=currency, amount_minor=minor) for currency, minor in sorted(limits.items())],
    )
    session().add(granted)
    session().flush()
    audit.record(by, "payment_terms.granted", granted, net_days=net_days, limits=dict(limits), reason=reason)
    notifications.tell(organisation_id, NoticeKind.PAYMENT_TERMS_GRANTED, granted, text=_told(granted))
    return granted


def _told(granted: Terms) -> str:
    limits = " and ".join(written(each.amount_minor, each.currency) for each in granted.limits)
    return f"{granted.net_days} days to pay, for at most {limits} unpaid at once. {granted.reason}"


def end(terms: Terms, *, by: Actor, reason: str) -> None:
    """No more invoices on these terms; those that are open keep the time that they were given. They are locked."""
    transaction.inside()
    _end(terms, by=by, reason=reason)
    notifications.tell(terms.organisation_id, NoticeKind.PAYMENT_TERMS_ENDED, terms, text=reason)


def _end(terms: Terms, *, by: Actor, reason: str) -> None:
    terms.ended_at, terms.ended_by, terms.why_ended = clock.now(), by.user_id, reason
    session().flush()
    audit.record(by, "payment_terms.ended", terms, reason=reason)
