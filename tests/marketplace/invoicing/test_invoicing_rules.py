"""Which documents shares ask for, what they are called, and what programs read, without a database."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.invoicing import rules
from marketplace.invoicing.models import DocumentKind, written_number
from marketplace.orders.models import Share, ShareKind
from marketplace.taxes.values import Supply

SHOP = UUID(int=1)
KINDS = ((ShareKind.FACTORY, SHOP), (ShareKind.PLATFORM_FEE, None), (ShareKind.TAX, SHOP), (ShareKind.TAX, None))


def shares(*rows):
    """Rows of (why, amounts of factory, fee, the factory's tax, the platform's tax)."""
    found = []
    for why, *amounts in rows:
        for (kind, party), minor in zip(KINDS, amounts, strict=True):
            if minor:
                found.append(Share(number=len(found) + 1, kind=kind, party_id=party, amount_minor=minor, why=why))
    return found


def due(found, supply, after=0):
    return [
        (each.kind.value, each.after, each.upto, each.net_minor, each.tax_minor, each.why)
        for each in rules.due(found, supply, after=after)
    ]


ORDERED = ("ordered", 800, 100, 180, 19)


def test_the_goods_are_invoiced_with_the_fee_in_their_price_and_the_fee_is_invoiced_apart():
    assert due(shares(ORDERED), Supply.GOODS) == [("invoice", 0, 4, 919, 180, "ordered")]
    assert due(shares(ORDERED), Supply.SERVICES) == [("commission_invoice", 0, 4, 100, 19, "ordered")]


def test_what_changed_before_the_first_invoice_is_in_it():
    found = shares(ORDERED, ("change_1", 80, 10, 18, 0), ("claim", -40, -5, -9, 0))

    assert due(found, Supply.GOODS) == [("invoice", 0, 10, 964, 189, "claim")]


def test_after_it_each_reason_has_a_document_of_its_own_by_its_sign():
    found = shares(ORDERED, ("claim", -40, -5, -9, 0), ("staff", -1, 0, 0, 0), ("won", 41, 5, 9, 0))

    assert due(found, Supply.GOODS, after=4) == [
        ("credit_note", 4, 7, 45, 9, "claim"),
        ("credit_note", 7, 8, 1, 0, "staff"),
        ("invoice", 8, 11, 46, 9, "won"),
    ]
    assert due(found, Supply.SERVICES, after=4) == [
        ("commission_credit_note", 4, 7, 5, 0, "claim"),
        ("commission_invoice", 7, 11, 5, 0, "won"),
    ]


def test_shares_that_come_to_nothing_ask_for_no_document():
    assert due(shares(("ordered", 800, 0, 0, 0)), Supply.SERVICES) == []
    assert due(shares(ORDERED), Supply.GOODS, after=4) == []
    assert due([], Supply.GOODS) == []


AMOUNTS = st.integers(-10_000, 10_000)
ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS), max_size=8)


@given(ROWS, st.sampled_from(Supply))
def test_documents_follow_each_other_and_come_to_what_the_shares_come_to(rows, supply):
    found = shares(("ordered", 50_000, 50_000, 0, 0), *rows)
    made = list(rules.due(found, supply, after=1 if supply is Supply.GOODS else 0))
    reached = 1 if supply is Supply.GOODS else 0
    for each in made:
        sign = -1 if each.kind in (DocumentKind.CREDIT_NOTE, DocumentKind.COMMISSION_CREDIT_NOTE) else 1
        of_it = [
            share.amount_minor
            for share in found
            if each.after < share.number <= each.upto and (supply is Supply.GOODS or share.party_id is None)
        ]
        assert each.after == reached
        assert each.total_minor > 0
        assert sign * each.total_minor == sum(of_it)
        reached = each.upto
    left = [
        share.amount_minor
        for share in found
        if share.number > reached and (supply is Supply.GOODS or share.party_id is None)
    ]
    assert sum(left) == 0


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("Arkwright Präzision GmbH", "ARKWRIGH-INV"),
        ("Écoles & Co", "ECOLESCO-INV"),
        ("3D", "3D-INV"),
        ("深圳精密机械有限公司", "CF-INV"),
    ],
)
def test_a_series_is_called_by_the_latin_letters_of_its_issuer(name, prefix):
    assert rules.prefix(DocumentKind.INVOICE, name) == prefix
    assert written_number(prefix, 42) == f"{prefix}-000042"
    assert rules.prefix(DocumentKind.COMMISSION_CREDIT_NOTE, name).endswith("-FCN")
