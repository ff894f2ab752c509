"""How an invoice comes to its money: finalized, waited for, paid, called off.

Source: docs.stripe.com/invoicing/integration/workflow-transitions.
"""

from typing import Any

from stripe_sandbox import events, money, outcomes, paying
from stripe_sandbox.calls import Call
from stripe_sandbox.errors import CardRefused, InvalidRequest, Refused
from stripe_sandbox.listing import part_of
from stripe_sandbox.passing import falls_due
from stripe_sandbox.resources import invoice_payments, payment_intents, payment_methods
from stripe_sandbox.world import Record

Json = dict[str, Any]
DAY_S = 24 * 60 * 60


def sum_up(call: Call, invoice: Record) -> None:
    """What a draft comes to, by its items."""
    rows = lines(call, invoice)
    total = sum(each["amount"] for each in rows)
    due = max(total, 0)
    url = f"/v1/invoices/{invoice.id}/lines"
    amounts = dict.fromkeys(("subtotal", "subtotal_excluding_tax", "total", "total_excluding_tax"), total)
    invoice.shown.update(amounts, amount_due=due, amount_remaining=due, lines=part_of(rows, {}, url=url))


def require(invoice: Record, statuses: tuple[str, ...], code: str) -> None:
    """Raises InvalidRequest for an invoice of another status."""
    status = invoice.shown["status"]
    if status not in statuses:
        raise InvalidRequest(f"This invoice has a status of {status}; it must be {' or '.join(statuses)}.", code=code)


def collect(call: Call, invoice: Record, method: Record) -> None:
    """Pay an open invoice with a payment method. Raises CardRefused, InvalidRequest."""
    intent = intent_of(call, invoice)
    paying.start(call, intent, method, {"return_url": invoice.shown["hosted_invoice_url"]})
    if intent.shown["status"] == "requires_action" and method.shown["type"] == "card":
        events.emit(call, "invoice.payment_action_required", invoice)
        message = "The customer has to confirm this payment with their bank first."
        raise CardRefused(message, code="invoice_payment_intent_requires_action")


def intent_of(call: Call, invoice: Record) -> Record:
    """The payment intent of an open invoice. Raises InvalidRequest where nothing is to be paid."""
    payment = invoice_payments.of(call, invoice)
    if payment is None:
        raise InvalidRequest("Nothing is to be paid for this invoice.", param="invoice")
    return call.world.records[payment.shown["payment"]["payment_intent"]]


def finalize(call: Call, invoice: Record) -> None:
    """Number it, and wait for its payment; an invoice over nothing is paid."""
    shown, now = invoice.shown, call.world.now()
    owner = call.world.find("customer", shown["customer"], invoice.account, param="customer")
    if shown["amount_due"]:
        _check_payable(shown)
    if not shown["number"]:
        shown["number"] = f"{owner.shown['invoice_prefix']}-{owner.shown['next_invoice_sequence']:04}"
        owner.shown["next_invoice_sequence"] += 1
    if "days_until_due" in invoice.kept:
        shown["due_date"] = now + invoice.kept["days_until_due"] * DAY_S
    move(call, invoice, "open", "finalized_at")
    shown.update(effective_at=now, hosted_invoice_url=f"{call.base_url}/_sandbox/invoice/{invoice.id}")
    call.world.agenda.strike(invoice.id)
    if shown["due_date"]:
        call.world.agenda.put(invoice.id, shown["due_date"] + 1, "invoice.is_due")
    if shown["amount_due"]:
        _await_payment(call, invoice)
    events.emit(call, "invoice.finalized", invoice)
    if not shown["amount_due"]:
        settle(call, invoice)


def _check_payable(shown: Json) -> None:
    """An invoice that nobody could pay stays a draft. Raises InvalidRequest."""
    money.check_charge(shown["amount_due"], shown["currency"])
    payment_intents.types_for({"customer": shown["customer"], **_allowed(shown)}, shown["currency"])


def _allowed(shown: Json) -> Json:
    types = shown["payment_settings"]["payment_method_types"]
    return {"allowed_payment_method_types": types} if types else {}


def _await_payment(call: Call, invoice: Record) -> None:
    """The payment intent of an invoice; one for bank transfers takes transfers from now on."""
    shown = invoice.shown
    asked = {
        "amount": shown["amount_due"],
        "customer": shown["customer"],
        "description": shown["description"] or f"Payment for Invoice {shown['number']}",
        **_allowed(shown),
    }
    intent = payment_intents.make(call, asked, shown["currency"], None)
    outcomes.is_for(intent, invoice)
    payment = invoice_payments.open_for(call, invoice, intent)
    _show(invoice, payment)
    if "customer_balance" in (shown["payment_settings"]["payment_method_types"] or []):
        method = payment_methods.make(call, {"type": "customer_balance"})
        paying.start(call, intent, method, {})


def settle(call: Call, invoice: Record, **amounts: int) -> None:
    """Everything is paid; what came from elsewhere is told apart (`amount_paid_off_stripe`)."""
    payment = invoice_payments.of(call, invoice)
    if payment:
        _show(invoice, payment)
    move(call, invoice, "paid", "paid_at")
    invoice.shown.update(amounts, amount_remaining=0, attempted=True, auto_advance=False)
    call.world.agenda.strike(invoice.id)
    events.emit(call, "invoice.paid", invoice)
    events.emit(call, "invoice.payment_succeeded", invoice)


def call_off(call: Call, invoice: Record) -> None:
    """Nothing is waited for any more."""
    call.world.agenda.strike(invoice.id)
    payment = invoice_payments.of(call, invoice)
    if payment is None:
        return
    intent = call.world.records[payment.shown["payment"]["payment_intent"]]
    if intent.shown["status"] in payment_intents.CANCELLABLE:
        paying.cancel(call, intent, "void_invoice")
    invoice_payments.is_cancelled(call, payment)
    _show(invoice, payment)


def _show(invoice: Record, payment: Record) -> None:
    """An invoice shows its payment whole."""
    invoice.shown["payments"] = part_of([dict(payment.shown)], {}, url=f"/v1/invoice_payments?invoice={invoice.id}")


@outcomes.waits("invoice")
def _hear(call: Call, invoice: Record, _intent: Record, how: str) -> None:
    """The payment of an invoice has come so far."""
    if how == "succeeded":
        payment = invoice_payments.of(call, invoice)
        if payment:
            invoice_payments.is_paid(call, payment)
        settle(call, invoice, amount_paid=invoice.shown["amount_due"])
    elif how == "failed":
        invoice.shown.update(attempted=True, attempt_count=invoice.shown["attempt_count"] + 1)
        events.emit(call, "invoice.payment_failed", invoice)


@falls_due("invoice.advances")
def _advance(call: Call, invoice: Record) -> None:
    """A draft with `auto_advance` is finalized by itself, and sent if it is to be sent; or it says why it cannot be."""
    try:
        finalize(call, invoice)
    except Refused as refusal:
        invoice.shown["last_finalization_error"] = refusal.error
        events.emit(call, "invoice.finalization_failed", invoice)
        return
    if invoice.shown["collection_method"] == "send_invoice":
        events.emit(call, "invoice.sent", invoice)


@falls_due("invoice.is_due")
def _is_due(call: Call, invoice: Record) -> None:
    if invoice.shown["status"] == "open":
        events.emit(call, "invoice.overdue", invoice)


def move(call: Call, invoice: Record, status: str, when: str) -> None:
    transitions = {**invoice.shown["status_transitions"], when: call.world.now()}
    invoice.shown.update(status=status, status_transitions=transitions)


def items(call: Call, invoice: Record) -> list[Record]:
    shelf = call.world.shelf("invoiceitem", invoice.account, "customer", invoice.shown["customer"])
    return [each for each in shelf if each.shown["invoice"] == invoice.id]


def lines(call: Call, invoice: Record) -> list[Json]:
    return [_line(invoice, item) for item in items(call, invoice)]


def _line(invoice: Record, item: Record) -> Json:
    shown = item.shown
    copied = ("amount", "currency", "description", "discountable", "metadata", "period", "pricing", "quantity")
    details = {"invoice_item": item.id, "proration": False, "proration_details": None, "subscription": None}
    return {
        "id": item.id.replace("ii_", "il_", 1),
        "object": "line_item",
        "livemode": False,
        **{name: shown[name] for name in copied},
        "discount_amounts": [],
        "discounts": [],
        "invoice": invoice.id,
        "parent": {
            "invoice_item_details": details,
            "subscription_item_details": None,
            "type": "invoice_item_details",
        },
        "pretax_credit_amounts": [],
        "quantity_decimal": shown["quantity_decimal"],
        "subscription": None,
        "subtotal": shown["amount"],
        "taxes": [],
    }
