"""Invoice payments: which payment an invoice waits for, and what it has brought."""

from typing import Any

from stripe_sandbox import events
from stripe_sandbox.calls import Call
from stripe_sandbox.listing import page
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]


@serves("GET", "/v1/invoice_payments/{payment}")
def retrieve(call: Call, _given: Json, payment: str) -> Json:
    """One payment of an invoice."""
    return call.world.find("invoice_payment", payment, call.account).shown


@serves("GET", "/v1/invoice_payments", f"invoice payment status {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The payments of an account's invoices, of one invoice, or the one that a payment intent makes."""
    wanted = given.get("payment")
    where = {"payment": {"payment_intent": wanted.get("payment_intent"), "type": wanted["type"]}} if wanted else None
    return page(call, "invoice_payment", given, url="/v1/invoice_payments", by=("invoice", "status"), where=where)


def open_for(call: Call, invoice: Record, intent: Record) -> Record:
    """The payment that a finalized invoice waits for."""
    return call.world.add(
        "invoice_payment",
        call.account,
        amount_requested=intent.shown["amount"],
        currency=intent.shown["currency"],
        invoice=invoice.id,
        is_default=True,
        payment={"payment_intent": intent.id, "type": "payment_intent"},
        status="open",
        status_transitions={"canceled_at": None, "paid_at": None},
    )


def of(call: Call, invoice: Record) -> Record | None:
    """The payment that an invoice waits for; None for a draft and for nothing to pay."""
    return next(iter(call.world.shelf("invoice_payment", invoice.account, "invoice", invoice.id)), None)


def is_paid(call: Call, payment: Record) -> None:
    """The payment has arrived."""
    _end(payment, "paid", "paid_at", call.world.now())
    payment.shown["amount_paid"] = payment.shown["amount_requested"]
    events.emit(call, "invoice_payment.paid", payment)


def is_cancelled(call: Call, payment: Record) -> None:
    """The payment is not waited for any more."""
    _end(payment, "canceled", "canceled_at", call.world.now())


def _end(payment: Record, status: str, name: str, at: int) -> None:
    when = {**payment.shown["status_transitions"], name: at}
    payment.shown.update(status=status, status_transitions=when)
