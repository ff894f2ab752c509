"""When two books say the same: by amount, fee, currency and kind; sums; the provider's endpoint."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from marketplace.ledger import rules as ledger
from marketplace.reconciliation import rules
from marketplace.reconciliation.ports import EndpointSeen, Entry
from marketplace.reconciliation.states import DifferenceKind
from marketplace.reconciliation.values import Posted, Total

NOW = datetime(2027, 3, 1, 0, 5, tzinfo=UTC)
ORDER = uuid4()
ENTRY = Entry("txn_1", "charge", "EUR", gross_minor=10_000, fee_minor=320, at=NOW)
POSTED = Posted("txn_1", "charge", ORDER, "EUR", net_minor=9_680, fee_minor=320, at=NOW)


def test_what_is_the_same_is_no_difference() -> None:
    assert rules.compared(ENTRY, POSTED) is None
    assert rules.compared(replace(ENTRY, kind="payment"), POSTED) is None


@pytest.mark.parametrize(
    ("change", "ours", "says"),
    [
        ({"gross_minor": 10_001}, 9_680, "The amount is 96.81 EUR at the provider, and 96.80 EUR in our books."),
        ({"fee_minor": 319}, 9_680, "The amount is 96.81 EUR at the provider, and 96.80 EUR in our books."),
        ({"gross_minor": 10_005, "fee_minor": 325}, 9_680, "The fee is 3.25 EUR at the provider, and 3.20 EUR in"),
        ({"currency": "USD"}, None, "The currency is USD at the provider, and EUR in our books."),
        ({"currency": "XAU"}, None, "The currency is XAU at the provider, and EUR in our books."),
        ({"kind": "adjustment"}, 9_680, "The kind is adjustment at the provider, and charge in our books."),
        ({"gross_minor": -10_000}, 9_680, "The amount is -103.20 EUR"),
    ],
)
def test_whatever_is_not_the_same_is_said(change: dict[str, object], ours: int | None, says: str) -> None:
    found = rules.compared(replace(ENTRY, **change), POSTED)  # type: ignore[arg-type]

    assert found is not None
    assert (found.kind, found.about, found.order_id, found.ours_minor) == (
        DifferenceKind.DIFFERENT,
        "txn_1",
        ORDER,
        ours,
    )
    assert found.says.startswith(says)


def test_what_one_side_alone_has_is_missing_or_unknown() -> None:
    missing, unknown = rules.compared(ENTRY, None), rules.compared(None, POSTED)

    assert missing is not None and unknown is not None
    assert (missing.kind, missing.ours_minor, missing.theirs_minor) == (DifferenceKind.MISSING_HERE, None, 9_680)
    assert (unknown.kind, unknown.ours_minor, unknown.theirs_minor) == (DifferenceKind.UNKNOWN_THERE, 9_680, None)
    strange = rules.compared(replace(ENTRY, currency="XAU"), None)
    assert strange is not None
    assert "9680 minor units of XAU" in strange.says


def test_a_journal_of_a_kind_that_the_table_does_not_know_is_compared_by_its_amounts() -> None:
    disputed = replace(POSTED, kind="dispute_opened")

    assert rules.compared(replace(ENTRY, kind="adjustment"), disputed) is None
    assert rules.compared(replace(ENTRY, kind="adjustment", gross_minor=1), disputed) is not None


def test_every_kind_of_movement_at_the_provider_that_our_rules_post_is_in_the_table() -> None:
    posted_with_stripe = {"charge", "refund", "refund_failed", "transfer", "reversal", "bank", "provider_fee"}

    assert posted_with_stripe <= set(rules.KINDS)
    assert all(hasattr(ledger, kind) for kind in posted_with_stripe)
    entries = [each for kinds in rules.KINDS.values() for each in kinds]
    assert len(entries) == len(set(entries)), "one entry of the provider's is of one kind here"


@pytest.mark.parametrize(("explained", "is_found"), [(0, True), (3, False), (-3, True)])
def test_a_sum_differs_only_by_what_single_movements_explain(explained: int, is_found: bool) -> None:
    found = rules.sums([Total("EUR", ours_minor=100, theirs_minor=103)], {"EUR": explained})

    assert bool(found) == is_found
    assert all((each.kind, each.about) == (DifferenceKind.TOTAL, "EUR") for each in found)


def test_young_is_less_than_a_quarter_of_an_hour() -> None:
    assert rules.is_young(NOW - timedelta(minutes=14), now=NOW)
    assert not rules.is_young(NOW - timedelta(minutes=15), now=NOW)


HOOK = "https://forge.example/hooks/stripe"
GOOD = EndpointSeen(HOOK, is_on=True, kinds=frozenset({"a", "b"}), is_of_our_version=True)


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        ([GOOD], None),
        ([replace(GOOD, kinds=frozenset({"*"}))], None),
        ([replace(GOOD, kinds=frozenset({"a"})), replace(GOOD, kinds=frozenset({"b"}))], None),
        ([], "no events to this address"),
        ([replace(GOOD, is_on=False)], "no events to this address"),
        ([replace(GOOD, url=HOOK + "/")], "no events to this address"),
        ([replace(GOOD, is_of_our_version=False)], "another API version"),
        ([replace(GOOD, kinds=frozenset({"b", "c"}))], "does not tell a."),
    ],
)
def test_the_endpoint_is_as_it_should_be_or_it_is_said_what_is_not(seen: list[EndpointSeen], says: str | None) -> None:
    found = rules.endpoint(seen, hook=HOOK, kinds={"a", "b"})

    assert (found is None) == (says is None)
    if found is not None and says is not None:
        assert found.kind is DifferenceKind.ENDPOINT
        assert says in found.says
