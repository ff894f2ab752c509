"""An invoice is drafted, finalized, sent, and paid by card, by transfer, elsewhere, or never."""

import pytest
import requests
import stripe

DAY = 24 * 3600


@pytest.fixture
def customer(platform):
    return platform.customers.create({"email": "buyer@example.org", "name": "Buyer Ltd"})


@pytest.fixture
def drafted(platform, customer):
    """Drafts over 9,000 cents."""

    def create(**more):
        for amount in (4_000, 5_000):
            item = {"customer": customer.id, "amount": amount, "currency": "eur", "description": f"Part {amount}"}
            platform.invoice_items.create(item)
        given = {"customer": customer.id, "pending_invoice_items_behavior": "include", "currency": "eur"}
        return platform.invoices.create({**given, **more})

    return create


@pytest.fixture
def sent(platform, drafted):
    """Invoices that wait for a bank transfer within 30 days."""

    def create(**more):
        settings = {"payment_method_types": ["customer_balance"]}
        terms = {"collection_method": "send_invoice", "days_until_due": 30, "payment_settings": settings}
        return platform.invoices.send_invoice(drafted(**terms, **more).id)

    return create


def told(platform):
    found = platform.events.list({"limit": 100}).data
    return [each.type for each in found if each.type.startswith("invoice.")][::-1]


def transfer(platform, customer, amount):
    platform.test_helpers.customers.fund_cash_balance(customer.id, {"amount": amount, "currency": "eur"})


def test_a_draft_collects_what_the_customer_owes(platform, drafted):
    draft = drafted(metadata={"order": "7"}, description="Order 7")

    assert (draft.status, draft.amount_due, draft.total, draft.number) == ("draft", 9_000, 9_000, None)
    assert [each.description for each in draft.lines.data] == ["Part 4000", "Part 5000"]
    assert (draft.customer_email, draft.metadata["order"]) == ("buyer@example.org", "7")
    assert [each.invoice for each in platform.invoice_items.list({"invoice": draft.id}).data] == [draft.id] * 2
    assert told(platform) == ["invoice.created"]


def test_items_of_a_draft_change_its_total(platform, customer, drafted):
    draft = drafted()
    price = platform.prices.create({"currency": "eur", "unit_amount": 250, "product_data": {"name": "Nut"}})
    more = {"customer": customer.id, "invoice": draft.id, "pricing": {"price": price.id}, "quantity": 4}
    item = platform.invoice_items.create(more)
    assert platform.invoices.retrieve(draft.id).amount_due == 10_000
    assert [each.id for each in platform.invoice_items.list({"created": {"gte": item.date}, "limit": 1}).data] == [
        item.id
    ]
    platform.invoice_items.update(item.id, {"amount": 500})
    assert platform.invoices.retrieve(draft.id).amount_due == 9_500
    platform.invoice_items.delete(item.id)
    assert platform.invoices.retrieve(draft.id).amount_due == 9_000
    assert len(platform.invoices.line_items.list(draft.id).data) == 2

    platform.invoices.finalize_invoice(draft.id)

    for refused in (
        lambda: platform.invoice_items.create({**more, "quantity": 1}),
        lambda: platform.invoices.update(draft.id, {"footer": "late"}),
        lambda: platform.invoices.delete(draft.id),
        lambda: platform.invoices.finalize_invoice(draft.id),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            refused()
        assert refusal.value.code == "invoice_not_editable"


def test_a_sent_invoice_is_paid_by_transfers(platform, customer, sent):
    invoice = sent()
    assert (invoice.status, invoice.due_date - invoice.created) == ("open", 30 * DAY)
    assert invoice.number.endswith("-0001")
    payment = platform.invoice_payments.list({"invoice": invoice.id, "expand": ["data.payment.payment_intent"]}).data[0]
    intent = payment.payment.payment_intent
    assert (payment.status, payment.amount_requested, intent.status) == ("open", 9_000, "requires_action")
    assert intent.next_action.display_bank_transfer_instructions.amount_remaining == 9_000

    transfer(platform, customer, 4_000)
    assert platform.invoices.retrieve(invoice.id).status == "open"
    transfer(platform, customer, 5_000)

    paid = platform.invoices.retrieve(invoice.id)
    assert (paid.status, paid.amount_paid, paid.amount_remaining) == ("paid", 9_000, 0)
    assert platform.invoice_payments.retrieve(payment.id).status == "paid"
    by_intent = {"payment": {"type": "payment_intent", "payment_intent": intent.id}}
    assert [each.invoice for each in platform.invoice_payments.list(by_intent).data] == [invoice.id]
    assert told(platform)[1:] == ["invoice.finalized", "invoice.sent", "invoice.paid", "invoice.payment_succeeded"]


def test_money_that_was_there_pays_an_invoice_at_once(platform, customer, sent):
    transfer(platform, customer, 9_000)

    assert sent().status == "paid"


def test_an_invoice_that_is_late_is_told_and_can_still_be_paid(platform, customer, sent, controls):
    invoice = sent()
    controls("clock", seconds=30 * DAY + 1)
    assert told(platform)[-1] == "invoice.overdue"

    transfer(platform, customer, 9_000)

    assert platform.invoices.retrieve(invoice.id).status == "paid"


def test_voiding_gives_the_customer_their_money_back(platform, customer, sent):
    invoice = sent()
    transfer(platform, customer, 4_000)

    assert platform.invoices.void_invoice(invoice.id).status == "void"

    assert platform.customers.cash_balance.retrieve(customer.id).available.to_dict() == {"eur": 4_000}
    assert platform.invoice_payments.list({"invoice": invoice.id}).data[0].status == "canceled"
    assert platform.payment_intents.list({"customer": customer.id}).data[0].status == "canceled"


def test_a_card_pays_an_invoice(platform, customer, drafted):
    platform.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    paid = platform.invoices.pay(drafted().id)

    assert (paid.status, paid.amount_paid, paid.attempted) == ("paid", 9_000, True)
    intent = platform.payment_intents.list({"customer": customer.id}).data[0]
    assert (intent.status, intent.amount_received) == ("succeeded", 9_000)


@pytest.mark.parametrize(
    ("card", "code", "event"),
    [
        ("pm_card_chargeCustomerFail", "card_declined", "invoice.payment_failed"),
        (
            "pm_card_threeDSecure2Required",
            "invoice_payment_intent_requires_action",
            "invoice.payment_action_required",
        ),
    ],
)
def test_a_card_that_does_not_pay_leaves_the_invoice_open(platform, drafted, card, code, event):
    draft = drafted()
    with pytest.raises(stripe.CardError) as declined:
        platform.invoices.pay(draft.id, {"payment_method": card})

    assert declined.value.code == code
    assert platform.invoices.retrieve(draft.id).status == "open"
    assert told(platform)[-1] == event


def test_nothing_to_pay_with_is_refused(platform, drafted):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.invoices.pay(drafted().id)

    assert refused.value.param == "payment_method"


def test_what_was_paid_elsewhere_is_told_apart(platform, customer, sent):
    paid = platform.invoices.pay(sent().id, {"paid_out_of_band": True})

    assert (paid.status, paid.amount_paid, paid.amount_paid_off_stripe) == ("paid", 0, 9_000)
    assert platform.charges.list().data == []
    transfer(platform, customer, 9_000)
    assert platform.charges.list().data == []


def test_an_invoice_over_nothing_is_paid(platform, customer):
    draft = platform.invoices.create({"customer": customer.id})

    assert platform.invoices.finalize_invoice(draft.id).status == "paid"
    assert platform.invoice_payments.list({"invoice": draft.id}).data == []


def test_nobody_expects_an_uncollectible_invoice_to_be_paid(platform, customer, sent):
    invoice = platform.invoices.mark_uncollectible(sent().id)
    assert invoice.status == "uncollectible"

    transfer(platform, customer, 9_000)

    assert platform.invoices.retrieve(invoice.id).status == "paid"


def test_a_draft_advances_by_itself(platform, drafted, controls):
    draft = drafted(auto_advance=True, collection_method="send_invoice", days_until_due=7)
    controls("clock", seconds=3600)

    invoice = platform.invoices.retrieve(draft.id)
    assert invoice.status == "open"
    assert requests.get(invoice.hosted_invoice_url, timeout=5).status_code == 200
    assert told(platform)[1:] == ["invoice.finalized", "invoice.sent"]


def test_a_draft_that_cannot_advance_says_why(platform, customer, controls):
    platform.invoice_items.create({"customer": customer.id, "amount": 10, "currency": "eur"})
    given = {"customer": customer.id, "pending_invoice_items_behavior": "include", "auto_advance": True}
    draft = platform.invoices.create(given)
    controls("clock", seconds=3600)

    failed = platform.invoices.retrieve(draft.id)
    assert (failed.status, failed.last_finalization_error.code) == ("draft", "amount_too_small")
    assert told(platform)[-1] == "invoice.finalization_failed"


def test_a_draft_is_changed_and_thrown_away(platform, customer, drafted):
    draft = drafted(collection_method="send_invoice", due_date=2_000_000_000)
    changed = platform.invoices.update(draft.id, {"footer": "Thanks", "metadata": {"a": "b"}})
    assert (changed.footer, changed.due_date) == ("Thanks", 2_000_000_000)

    assert platform.invoices.delete(draft.id).deleted is True
    assert platform.invoice_items.list({"customer": customer.id}).data == []


@pytest.mark.parametrize(
    "given",
    [
        {"collection_method": "send_invoice"},
        {"days_until_due": 3},
        {"collection_method": "send_invoice", "days_until_due": 3, "due_date": 2_000_000_000},
        {"customer": "cus_nobody"},
    ],
)
def test_an_invoice_that_cannot_be_is_refused(platform, customer, given):
    with pytest.raises(stripe.InvalidRequestError):
        platform.invoices.create({"customer": customer.id, **given})


def test_only_an_invoice_that_is_to_be_sent_is_sent(platform, drafted):
    with pytest.raises(stripe.InvalidRequestError):
        platform.invoices.send_invoice(drafted().id)


def test_items_of_nobody_or_of_no_amount_are_refused(platform, customer):
    for given in ({"amount": 1, "currency": "eur"}, {"customer": customer.id}):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            platform.invoice_items.create(given)
        assert refused.value.code == "parameter_missing"


def test_an_invoice_is_paid_on_its_page(platform, sent, drafted):
    invoice = sent(number="R-2027-1")
    page = requests.get(invoice.hosted_invoice_url, timeout=5).text
    assert "R-2027-1" in page
    assert "90.00 EUR" in page
    assert "/_sandbox/transfer/pi_" in page

    by_card = platform.invoices.finalize_invoice(drafted().id)
    declined = requests.post(by_card.hosted_invoice_url, data={"card": "4000000000000002"}, timeout=5).text
    assert "Your card was declined." in declined
    asked = requests.post(
        by_card.hosted_invoice_url, data={"card": "4000000000003220"}, timeout=5, allow_redirects=False
    )
    assert "/_sandbox/approve/pi_" in asked.headers["Location"]
    requests.post(asked.headers["Location"], data={"do": "approve"}, timeout=5)

    assert platform.invoices.retrieve(by_card.id).status == "paid"
