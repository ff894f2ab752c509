"""Payments by our own bank, where the provider does not reach, and payouts that do not come to their end."""

from typing import Any, Final
from uuid import UUID

from flask import Response

from blueprints.admin.door import door
from blueprints.admin.payouts.schemas import (
    AlertPage,
    BatchPage,
    ConfirmPayment,
    DrawUpBatch,
    ShowBankPayment,
    ShowWholeBatch,
    TakeFile,
    WithReason,
)
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.ports import ports, settings
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.payouts import batches, queries
from marketplace.payouts.batch_files import FileForm, OwnAccount
from marketplace.payouts.models import Batch, PayoutAlert
from marketplace.payouts.queries import Line
from marketplace.workflows.money import paying_out

payouts = door.room("payouts", "Payments by our own bank, and payouts that take too long.")

MEDIA_TYPES: Final = {FileForm.CSV: "text/csv", FileForm.PAIN_001: "application/xml"}
ENDINGS: Final = {FileForm.CSV: "csv", FileForm.PAIN_001: "xml"}
FILES: Final = {
    200: {"content": {each: {"schema": {"type": "string", "format": "binary"}} for each in MEDIA_TYPES.values()}}
}


@payouts.get("/batches")
@payouts.arguments(Query, location="query")
@payouts.response(200, BatchPage)
def browse(page: PageRequest) -> Page[Batch]:
    """List batches, newest first."""
    return queries.page_of_batches(page)


@payouts.post("/batches")
@payouts.arguments(DrawUpBatch)
@payouts.response(201, ShowWholeBatch)
@idempotent
def draw_up(wanted: dict[str, Any], once: Once) -> dict[str, Any]:
    """Draw up a batch of what sellers wait for by bank in one currency with nothing against it; nobody is paid yet."""
    with transaction():
        return _whole(queries.batch(once(lambda: batches.draw_up(wanted["currency"], by=actor()).id)))


@payouts.get("/batches/<uuid:batch_id>")
@payouts.response(200, ShowWholeBatch)
def show(batch_id: UUID) -> dict[str, Any]:
    """Show a batch with its payments and who has approved it."""
    with transaction():
        return _whole(queries.batch(batch_id))


@payouts.post("/batches/<uuid:batch_id>/approve")
@payouts.response(200, ShowWholeBatch)
def approve(batch_id: UUID) -> dict[str, Any]:
    """Say yes to a batch, having looked at it; it takes two persons.

    With the second yes each payment is ordered, or dropped with the reason where it is not to be paid any more.
    """
    with transaction():
        batch = queries.batch_to_change(batch_id)
        batches.approve(batch, by=actor())
        return _whole(batch)


@payouts.post("/batches/<uuid:batch_id>/call-off")
@payouts.arguments(WithReason)
@payouts.response(200, ShowWholeBatch)
def call_off(why: dict[str, Any], batch_id: UUID) -> dict[str, Any]:
    """Call a batch off before it is approved: what is in it waits for another one."""
    with transaction():
        batch = queries.batch_to_change(batch_id)
        batches.call_off(batch, by=actor(), reason=why["reason"])
        return _whole(batch)


@payouts.post("/batches/<uuid:batch_id>/file")
@payouts.arguments(TakeFile)
@payouts.response(200)
@payouts.doc(responses=FILES)
def take_file(wanted: dict[str, Any], batch_id: UUID) -> Response:
    """Save an approved batch for our bank: a CSV table, or ISO 20022 pain.001.001.09. Each time is written down.

    The message takes the settings `BANK_HOLDER` and `BANK_IBAN`; the table does without.
    """
    form, config = wanted["form"], settings()
    own = OwnAccount(config.bank_holder, config.bank_iban)
    with transaction():
        content = paying_out.file_for_bank(batch_id, form, own, pay_on=wanted["pay_on"], seal=ports().seal, by=actor())
    response = Response(content, mimetype=MEDIA_TYPES[form])
    response.headers.set("Content-Disposition", "attachment", filename=f"payouts-{batch_id}.{ENDINGS[form]}")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@payouts.post("/bank-payments/<uuid:payment_id>/confirm")
@payouts.arguments(ConfirmPayment)
@payouts.response(200, ShowBankPayment)
def confirm(shown: dict[str, Any], payment_id: UUID) -> Line:
    """Write down that our bank has paid, with the reference of its statement, which no other payment has."""
    with transaction():
        payment = queries.payment_to_change(payment_id)
        batches.confirm(payment, bank_reference=shown["bank_reference"], by=actor())
        return queries.line_of(payment_id)


@payouts.post("/bank-payments/<uuid:payment_id>/return")
@payouts.arguments(WithReason)
@payouts.response(200, ShowBankPayment)
def take_return(why: dict[str, Any], payment_id: UUID) -> Line:
    """Write down that a payment came back, or was never made: it is owed again, and its seller is told."""
    with transaction():
        payment = queries.payment_to_change(payment_id)
        batches.take_return(payment, reason=why["reason"], by=actor())
        return queries.line_of(payment_id)


@payouts.get("/alerts")
@payouts.arguments(Query, location="query")
@payouts.response(200, AlertPage)
def alerts(page: PageRequest) -> Page[PayoutAlert]:
    """List payouts that failed or have waited for a week, newest first, until they come to their end."""
    return queries.page_of_alerts(page)


def _whole(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "currency": batch.currency,
        "state": batch.state,
        "made_by": batch.made_by,
        "created_at": batch.created_at,
        "approvals": queries.approvals_of(batch.id),
        "payments": queries.lines_of(batch.id),
    }
