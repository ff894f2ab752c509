"""Disputes: a customer's bank takes a payment back; the platform answers with evidence, and the bank decides.

An inquiry (`warning_…`) only asks and moves no money. Sources: docs.stripe.com/disputes/how-disputes-work,
/disputes/responding, /testing#disputes.
"""

from typing import Any

from stripe_sandbox import events, ledger, money
from stripe_sandbox.calls import Call
from stripe_sandbox.changing import change
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.listing import page
from stripe_sandbox.passing import falls_due
from stripe_sandbox.resources import files
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.sdk import answers
from stripe_sandbox.world import Record

Json = dict[str, Any]
INQUIRY = "inquiry"
ANSWERED_WITHIN_S = 9 * 24 * 60 * 60
OPEN = ("needs_response", "under_review")
INQUIRIES = ("warning_needs_response", "warning_under_review")
LONGEST_EVIDENCE = 150_000
"""Characters in all fields together (docs.stripe.com/api/disputes/update)."""


@serves("GET", "/v1/disputes/{dispute}")
def retrieve(call: Call, _given: Json, dispute: str) -> Json:
    """One dispute."""
    return call.world.find("dispute", dispute, call.account).shown


@serves("GET", "/v1/disputes", f"charge payment_intent {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The disputes of an account, of a charge or of a payment intent."""
    return page(call, "dispute", given, url="/v1/disputes", by=("charge", "payment_intent"))


@serves("POST", "/v1/disputes/{dispute}", "evidence metadata submit")
def update(call: Call, given: Json, dispute: str) -> Json:
    """Evidence is added, and sent to the bank unless `submit` is false; metadata too can change.

    Raises InvalidRequest when the dispute is over, or for evidence that is too long or names no uploaded file.
    """
    found = call.world.find("dispute", dispute, call.account)
    is_submitted = given.pop("submit", True) and "evidence" in given
    if "evidence" in given:
        _require(found, OPEN + INQUIRIES)
        given["evidence"] = _evidence(call, found, given["evidence"])
    if is_submitted:
        given |= _under_review(found)
    change(call, found, given, event="charge.dispute.updated")
    if is_submitted:
        _decide_by(call, found, found.shown["evidence"]["uncategorized_text"])
    return found.shown


@serves("POST", "/v1/disputes/{dispute}/close")
def close(call: Call, _given: Json, dispute: str) -> Json:
    """The platform gives in: the dispute is lost, an inquiry is over. Raises InvalidRequest when it is over already."""
    found = call.world.find("dispute", dispute, call.account)
    lose(call, found)
    return found.shown


def open_dispute(call: Call, charge: Record, reason: str, amount: int | None = None) -> Record:
    """The customer's bank takes the payment back, or only asks (`inquiry`).

    Raises InvalidRequest for what is no customer's payment, or has not so much left that is not disputed already.
    """
    shown = charge.shown
    left = shown["amount_captured"] - shown["amount_refunded"] - _disputed(call, charge)
    if shown["source_transfer"] or not 0 < (amount or left) <= left:
        raise InvalidRequest(f"Charge {charge.id} cannot be disputed: it is already, or there is nothing to dispute.")
    dispute = _new(call, charge, reason, amount or left)
    shown["disputed"] = True
    call.world.due(dispute, "dispute.answer", in_s=ANSWERED_WITHIN_S)
    if reason == INQUIRY:
        events.emit(call, "charge.dispute.created", dispute)
        return dispute
    _withdraw(call, dispute)
    events.emit(call, "charge.dispute.created", dispute)
    events.emit(call, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def escalate(call: Call, dispute: Record) -> None:
    """The bank that only asked takes the money after all. Raises InvalidRequest for what is no open inquiry."""
    _require(dispute, INQUIRIES)
    dispute.shown.update(status="needs_response", is_charge_refundable=False)
    _withdraw(call, dispute)
    call.world.due(dispute, "dispute.answer", in_s=ANSWERED_WITHIN_S)
    events.emit(call, "charge.dispute.updated", dispute)
    events.emit(call, "charge.dispute.funds_withdrawn", dispute)


def win(call: Call, dispute: Record) -> None:
    """The bank decides for the platform: what was withdrawn comes back, the fee too. Raises InvalidRequest."""
    _require(dispute, OPEN + INQUIRIES)
    call.world.agenda.strike(dispute.id)
    if dispute.shown["status"] in INQUIRIES:
        _close(call, dispute, "warning_closed")
        return
    _enter(call, dispute, amount=dispute.shown["amount"], fee=-_fee(dispute), category="dispute_reversal")
    dispute.shown["status"] = "won"
    events.emit(call, "charge.dispute.funds_reinstated", dispute)
    _close(call, dispute, "won")


def lose(call: Call, dispute: Record) -> None:
    """The bank decides for the customer, or the platform gives in. Raises InvalidRequest."""
    _require(dispute, OPEN + INQUIRIES)
    call.world.agenda.strike(dispute.id)
    _close(call, dispute, "warning_closed" if dispute.shown["status"] in INQUIRIES else "lost")


def leaves_refundable(call: Call, charge: Record) -> bool:
    """Whether no dispute stands against a refund of the charge: an inquiry does not, and neither does one won."""
    shelf = call.world.shelf("dispute", charge.account, "charge", charge.id)
    return all(each.shown["status"] in (*INQUIRIES, "won", "warning_closed") for each in shelf)


def _disputed(call: Call, charge: Record) -> int:
    """What disputes of the charge hold or have taken; those that came to nothing do not count."""
    shelf = call.world.shelf("dispute", charge.account, "charge", charge.id)
    return sum(each.shown["amount"] for each in shelf if each.shown["status"] not in ("won", "warning_closed"))


@falls_due("dispute.answer")
def _nobody_answered(call: Call, dispute: Record) -> None:
    """Whoever does not answer in time has lost; evidence that was sent is judged against the platform too."""
    details = dispute.shown["evidence_details"]
    dispute.shown["evidence_details"] = {**details, "past_due": not details["submission_count"]}
    lose(call, dispute)


def _new(call: Call, charge: Record, reason: str, amount: int) -> Record:
    shown = charge.shown
    is_inquiry = reason == INQUIRY
    return call.world.add(
        "dispute",
        charge.account,
        amount=amount,
        balance_transactions=[],
        charge=charge.id,
        currency=shown["currency"],
        enhanced_eligibility_types=[],
        evidence={**dict.fromkeys(answers.inner("dispute", "evidence")), "enhanced_evidence": {}},
        evidence_details={
            "due_by": call.world.now() + ANSWERED_WITHIN_S,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        is_charge_refundable=is_inquiry,
        metadata={},
        payment_intent=shown["payment_intent"],
        payment_method_details=_method_details(shown, "inquiry" if is_inquiry else "chargeback"),
        reason="general" if is_inquiry else reason,
        status="warning_needs_response" if is_inquiry else "needs_response",
    )


def _method_details(charge: Json, case_type: str) -> Json | None:
    details = charge["payment_method_details"]
    if details["type"] != "card":
        return None
    brand = details["card"]["brand"]
    card = {"brand": brand, "case_type": case_type, "network": brand, "network_reason_code": "10.4"}
    return {"type": "card", "card": card}


def _withdraw(call: Call, dispute: Record) -> None:
    _enter(call, dispute, amount=-dispute.shown["amount"], fee=_fee(dispute), category="dispute")


def _enter(call: Call, dispute: Record, *, amount: int, fee: int, category: str) -> None:
    """Move the disputed money; a dispute shows its movements whole."""
    shown = dispute.shown
    entry = ledger.enter(
        call.world,
        dispute.account,
        type="adjustment",
        category=category,
        source=dispute.id,
        amount=amount,
        currency=shown["currency"],
        fee=fee,
    )
    shown["balance_transactions"] = [*shown["balance_transactions"], dict(entry.shown)]


def _fee(dispute: Record) -> int:
    return money.dispute_fee(dispute.shown["currency"])


def _evidence(call: Call, dispute: Record, given: Json) -> Json:
    """What the bank will be shown. Raises InvalidRequest, NoSuchObject."""
    known = answers.inner("dispute", "evidence")
    for name, value in given.items():
        if value and answers.holds_id(known[name]):
            files.check(call, value, purpose=files.EVIDENCE, param=f"evidence[{name}]")
    merged = {**dispute.shown["evidence"], **{name: value or None for name, value in given.items()}}
    if sum(len(value) for value in merged.values() if isinstance(value, str)) > LONGEST_EVIDENCE:
        raise InvalidRequest(f"Evidence has at most {LONGEST_EVIDENCE} characters in all.", param="evidence")
    return merged


def _under_review(dispute: Record) -> Json:
    details = dispute.shown["evidence_details"]
    count = details["submission_count"] + 1
    told = {"has_evidence": True, "submission_count": count, "submission_method": "manual"}
    prefix = "warning_" if dispute.shown["status"] in INQUIRIES else ""
    return {"evidence_details": {**details, **told}, "status": f"{prefix}under_review"}


def _decide_by(call: Call, dispute: Record, said: str | None) -> None:
    """Certain words in the evidence decide a test dispute at once (docs.stripe.com/testing#evidence)."""
    verb = DECIDING_WORDS.get(said or "")
    if verb:
        verb(call, dispute)


def _close(call: Call, dispute: Record, status: str) -> None:
    dispute.shown.update(status=status, is_charge_refundable=False)
    events.emit(call, "charge.dispute.closed", dispute)


def _require(dispute: Record, statuses: tuple[str, ...]) -> None:
    status = dispute.shown["status"]
    if status not in statuses:
        raise InvalidRequest(f"This dispute has a status of {status}; it can no longer be changed this way.")


DECIDING_WORDS = {"winning_evidence": win, "losing_evidence": lose, "escalate_inquiry_evidence": escalate}
