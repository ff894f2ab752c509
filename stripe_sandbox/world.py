"""Everything the local Stripe knows: its objects, found by id or by an indexed field, and the money on each balance.

One lock guards the world; a request changes it from beginning to end under that lock. What is nested inside an object
is replaced, never changed in place, so a copy of the top level is a true picture of that moment.
"""

import os
import threading
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from stripe_sandbox.agenda import Agenda
from stripe_sandbox.balances import Balances
from stripe_sandbox.deliveries import Deliveries
from stripe_sandbox.errors import NoSuchObject
from stripe_sandbox.sdk import answers

Json = dict[str, Any]
PLATFORM = "acct_1LocalPlatform"
PREFIXES = {
    "account": "acct_",
    "balance_transaction": "txn_",
    "bank_account": "ba_",
    "charge": "ch_",
    "checkout.session": "cs_test_",
    "customer": "cus_",
    "customer_cash_balance_transaction": "ccsbtxn_",
    "dispute": "du_",
    "event": "evt_",
    "file": "file_",
    "invoice": "in_",
    "invoice_payment": "inpay_",
    "invoiceitem": "ii_",
    "payment_intent": "pi_",
    "payment_method": "pm_",
    "payout": "po_",
    "price": "price_",
    "product": "prod_",
    "refund": "re_",
    "setup_intent": "seti_",
    "transfer": "tr_",
    "transfer_reversal": "trr_",
    "webhook_endpoint": "we_",
}
INDEXED = {
    "balance_transaction": ("source", "type", "currency"),
    "bank_account": ("account",),
    "charge": ("payment_intent", "transfer_group"),
    "customer_cash_balance_transaction": ("customer",),
    "dispute": ("charge", "payment_intent"),
    "event": ("type",),
    "invoice": ("customer",),
    "invoice_payment": ("invoice",),
    "invoiceitem": ("customer",),
    "payment_intent": ("customer",),
    "price": ("product",),
    "refund": ("charge", "payment_intent"),
    "transfer": ("destination", "transfer_group"),
    "transfer_reversal": ("transfer",),
}
"""Fields that lists are filtered by; they never change after an object was made."""


@dataclass(slots=True)
class Record:
    """One object: what Stripe shows of it, and what Stripe knows but does not show."""

    number: int
    account: str
    shown: Json
    kept: Json = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.shown["id"])

    @property
    def kind(self) -> str:
        return str(self.shown["object"])

    @property
    def is_deleted(self) -> bool:
        return bool(self.shown.get("deleted"))


Shelf = tuple[str, str, str, Any]


class World:
    """The state of the local Stripe."""

    def __init__(self, deliveries: Deliveries) -> None:
        self.lock = threading.RLock()
        self.deliveries = deliveries
        self.base_url = ""
        """Where the last caller found the local Stripe; hosted pages are there too."""
        self.onboards_at_once = False
        """New accounts go through onboarding by themselves, as some test accounts at Stripe seem to."""
        self.clear()

    def clear(self) -> None:
        """Forget everything; the clock is right again."""
        self.records: dict[str, Record] = {}
        self.shelves: dict[Shelf, list[Record]] = defaultdict(list)
        self.balances = Balances()
        self.agenda = Agenda()
        self.seconds_ahead = 0
        self.number = 0

    def restore(
        self, records: Iterable[Record], *, number: int, seconds_ahead: int, agenda: Iterable[tuple[int, str, str]]
    ) -> None:
        """Know the objects of an earlier world, in the order they were made; balances follow from their movements."""
        self.clear()
        for at, id, what in agenda:
            self.agenda.put(id, at, what)
        self.number, self.seconds_ahead = number, seconds_ahead
        for record in records:
            self._take_in(record)
            if record.kind == "balance_transaction":
                self.balances.enter(record.account, record.shown)

    def now(self) -> int:
        """The time in whole seconds, as Stripe writes it."""
        return int(time.time()) + self.seconds_ahead

    def due(self, record: "Record", what: str, *, in_s: int) -> None:
        """Let something happen to an object by itself, some seconds from now."""
        self.agenda.put(record.id, self.now() + in_s, what)

    def add(
        self, kind: str, account: str, /, *, id: str | None = None, kept: Json | None = None, **shown: Any
    ) -> Record:
        """Put a new object of an account into the world."""
        self.number += 1
        named: Json = {"id": id or PREFIXES[kind] + os.urandom(12).hex(), "object": kind}
        if answers.is_dated(kind):
            named["created"] = self.now()
        record = Record(self.number, account, {**answers.blank(kind), **named, **shown}, kept or {})
        self._take_in(record)
        return record

    def _take_in(self, record: Record) -> None:
        self.records[record.id] = record
        if record.is_deleted:
            return
        for shelf in self._shelves_of(record):
            self.shelves[shelf].append(record)

    def remove(self, record: Record) -> None:
        """Take an object out of the world; what points at it finds that it was deleted."""
        self.agenda.strike(record.id)
        for shelf in self._shelves_of(record):
            self.shelves[shelf].remove(record)
        gone = {"id": record.id, "object": record.kind, "deleted": True}
        self.records[record.id] = Record(record.number, record.account, gone, record.kept)

    def known(self, id: str, *kinds: str) -> Record | None:
        """The object of this id, whoever owns it, if it is of one of these kinds and was not deleted."""
        record = self.records.get(id)
        return None if record is None or record.kind not in kinds or record.is_deleted else record

    def find(self, kind: str, id: str, account: str, *, param: str | None = None) -> Record:
        """The object of this kind and id that the account owns.

        Raises NoSuchObject: 404 for the object in the address, 400 when a parameter (`param`) names it.
        """
        record = self.records.get(id)
        if record is None or record.kind != kind or record.account != account or record.is_deleted:
            raise NoSuchObject(kind, id, param=param or "id", status=400 if param else 404)
        return record

    def shelf(self, kind: str, account: str, name: str = "", value: Any = "") -> list[Record]:
        """The objects of an account in the order they were made; all, or those with an indexed field's value."""
        return self.shelves.get((kind, account, name, value), [])

    def kind(self, kind: str) -> list[Record]:
        """The objects of a kind, of every account."""
        return [record for record in self.records.values() if record.kind == kind and not record.is_deleted]

    @staticmethod
    def place(shelf: list[Record], record: Record) -> int:
        """Where a record stands, or would stand, on a shelf."""
        return bisect_left(shelf, record.number, key=lambda each: each.number)

    @staticmethod
    def _shelves_of(record: Record) -> list[Shelf]:
        kind, shown = record.kind, record.shown
        by_field = [
            (kind, record.account, name, shown[name]) for name in INDEXED.get(kind, ()) if shown[name] is not None
        ]
        return [(kind, record.account, "", ""), *by_field]
