"""What each account has: the sum of its balance transactions, kept as running totals per currency."""

import heapq
from collections import Counter
from typing import Any

Json = dict[str, Any]


class Balances:
    """Money that is available, and money that becomes available at a known second."""

    def __init__(self) -> None:
        self._available: Counter[tuple[str, str]] = Counter()
        self._pending: Counter[tuple[str, str]] = Counter()
        self._currencies: dict[str, set[str]] = {}
        self._waiting: list[tuple[int, int, str, Json]] = []
        self._entries = 0

    def enter(self, account: str, transaction: Json) -> None:
        """Count a balance transaction; it is pending or available as its status says."""
        key = (account, transaction["currency"])
        self._currencies.setdefault(account, set()).add(transaction["currency"])
        if transaction["status"] == "available":
            self._available[key] += transaction["net"]
            return
        self._pending[key] += transaction["net"]
        self._entries += 1
        heapq.heappush(self._waiting, (transaction["available_on"], self._entries, account, transaction))

    def settle(self, now: int) -> list[str]:
        """Make available what was pending until now; the accounts that have more at hand than before."""
        if not self._waiting or self._waiting[0][0] > now:
            return []
        accounts: dict[str, None] = {}
        while self._waiting and self._waiting[0][0] <= now:
            _, _, account, transaction = heapq.heappop(self._waiting)
            transaction["status"] = "available"
            self._pending[account, transaction["currency"]] -= transaction["net"]
            self._available[account, transaction["currency"]] += transaction["net"]
            accounts[account] = None
        return list(accounts)

    def available(self, account: str, currency: str) -> int:
        """What can be sent on now, in minor units; negative after refunds that nothing covered."""
        return self._available[account, currency]

    def pending(self, account: str, currency: str) -> int:
        """What is not yet available, in minor units."""
        return self._pending[account, currency]

    def currencies(self, account: str) -> list[str]:
        """The currencies in which the account ever had money."""
        return sorted(self._currencies.get(account, ()))

    def shown(self, account: str) -> Json:
        """What an account has, by currency, as Stripe shows it."""
        currencies = self.currencies(account) or ["usd"]
        return {
            "object": "balance",
            "livemode": False,
            "available": [_amount(self.available(account, currency), currency) for currency in currencies],
            "pending": [_amount(self.pending(account, currency), currency) for currency in currencies],
        }


def _amount(amount: int, currency: str) -> Json:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}
