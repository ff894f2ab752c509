"""Disputes at Stripe, real or local, as a disputes.ports.DisputeDesk.

Sources: docs.stripe.com/api/disputes, /disputes/responding, /file-upload.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final, cast
from uuid import UUID

import stripe
from stripe.params import DisputeUpdateParamsEvidence

from marketplace.adapters.stripe_client import Connection, in_our_words, money
from marketplace.disputes.ports import DisputeSeen, EvidenceAsked
from marketplace.disputes.states import DisputeState
from marketplace.kernel import transaction
from marketplace.payments.errors import ProviderRefused
from marketplace.payments.ports import Movement

STATES: Final[Mapping[str, DisputeState]] = {
    "warning_needs_response": DisputeState.INQUIRY,
    "warning_under_review": DisputeState.INQUIRY_ANSWERED,
    "warning_closed": DisputeState.CLOSED,
    "prevented": DisputeState.CLOSED,
    "needs_response": DisputeState.NEEDS_ANSWER,
    "under_review": DisputeState.UNDER_REVIEW,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
    "appeal_needs_response": DisputeState.LOST,
    "appeal_under_review": DisputeState.LOST,
}
"""What is appealed was lost, and is a person's matter at the dashboard."""
FIELDS: Final[Mapping[str, str]] = {
    "product_description": "product_description",
    "customer_name": "customer_name",
    "customer_email": "customer_email_address",
    "shipping_address": "shipping_address",
    "shipping_carrier": "shipping_carrier",
    "shipping_tracking_number": "shipping_tracking_number",
    "shipping_date": "shipping_date",
    "terms": "refund_policy_disclosure",
    "statement": "uncategorized_text",
}
"""What Stripe calls our facts."""
DOCUMENT: Final = "uncategorized_file"
"""The field of the evidence in which our document goes: it is about everything that a dispute can be about."""


class StripeDisputes:
    """On the connection that all of Stripe's adapters share."""

    def __init__(self, connection: Connection) -> None:
        self._v1 = connection.v1

    @in_our_words
    def dispute(self, dispute_id: str) -> DisputeSeen:
        transaction.outside()
        return _seen(self._v1.disputes.retrieve(dispute_id))

    @in_our_words
    def upload(self, document: bytes, *, name: str, key: UUID) -> str:
        transaction.outside()
        file: Any = BytesIO(document)
        file.name = name  # what the SDK's multipart form calls it
        made = self._v1.files.create({"purpose": "dispute_evidence", "file": file}, {"idempotency_key": str(key)})
        return made.id

    @in_our_words
    def answer(self, asked: EvidenceAsked) -> DisputeSeen:
        """A replayed answer may be older than the truth, so the dispute is looked at once more."""
        transaction.outside()
        facts = {FIELDS[name]: value for name, value in asked.facts.items()}
        evidence = cast(DisputeUpdateParamsEvidence, {**facts, DOCUMENT: asked.file_id})
        options: stripe.RequestOptions = {"idempotency_key": str(asked.key)}
        self._v1.disputes.update(asked.dispute_id, {"evidence": evidence, "submit": True}, options)
        return _seen(self._v1.disputes.retrieve(asked.dispute_id))

    @in_our_words
    def give_up(self, dispute_id: str, *, key: UUID) -> DisputeSeen:
        transaction.outside()
        return _seen(self._v1.disputes.close(dispute_id, {}, {"idempotency_key": str(key)}))


def _seen(dispute: stripe.Dispute) -> DisputeSeen:
    state = STATES.get(dispute.status)
    if state is None:
        raise ProviderRefused(f"The provider's dispute {dispute.id} is {dispute.status}, which nobody here knows.")
    due_by = dispute.evidence_details.due_by
    return DisputeSeen(
        id=dispute.id,
        amount=money(dispute.amount, dispute.currency),
        state=state,
        reason=dispute.reason,
        charge_id=_id(dispute.charge) or "",
        intent_id=_id(dispute.payment_intent),
        answer_by=datetime.fromtimestamp(due_by, UTC) if due_by else None,
        movements=[_movement(each) for each in dispute.balance_transactions],
    )


def _movement(entry: stripe.BalanceTransaction) -> Movement:
    return Movement(entry.id, gross=money(entry.amount, entry.currency), fee=money(entry.fee, entry.currency))


def _id(thing: Any) -> str | None:
    """A thing that Stripe may have expanded, by its id."""
    return thing if thing is None or isinstance(thing, str) else thing.id
