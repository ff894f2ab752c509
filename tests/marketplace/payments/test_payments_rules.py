"""What the provider cannot move is refused with the limits and a way out."""

import pytest

from marketplace.kernel.money import Money
from marketplace.payments import rules
from marketplace.payments.errors import AmountNotPayable


@pytest.mark.parametrize(("total", "to_seller"), [(50, 0), (99_999_999, 99_999_999), (10_000, 9_201)])
def test_what_can_be_charged_and_sent_on_passes(total: int, to_seller: int) -> None:
    rules.refuse_unless_payable(Money(total, "EUR"), to_seller=Money(to_seller, "EUR"))


@pytest.mark.parametrize(
    ("total", "to_seller", "currency"),
    [(20, 10, "EUR"), (150_000_000, 1, "EUR"), (12_345, 12_340, "KWD"), (12_340, 12_345, "KWD")],
)
def test_what_cannot_be_paid_is_refused_with_its_limits(total: int, to_seller: int, currency: str) -> None:
    with pytest.raises(AmountNotPayable, match="another quantity or in another currency") as refused:
        rules.refuse_unless_payable(Money(total, currency), to_seller=Money(to_seller, currency))

    assert refused.value.details == {
        "currency": currency,
        "total_minor": total,
        "to_seller_minor": to_seller,
        "least_minor": 50,
        "largest_minor": 99_999_990 if currency == "KWD" else 99_999_999,
        "step_minor": 10 if currency == "KWD" else 1,
    }
