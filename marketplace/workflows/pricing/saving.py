"""Why a quote is dear, and what would cut it: sensible changes, each priced again as a quote would be. No writes.

The changes are tried on the requirement of a quote as it would be answered now: the quote itself stays frozen. What
saves is told by the lines of the price tree that fall.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final
from uuid import UUID

from marketplace.costing.rates import Charges
from marketplace.costing.values import Node
from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import Refusal
from marketplace.kernel.money import Money, round_half_even
from marketplace.listings import book
from marketplace.quoting import queries as quotes
from marketplace.quoting.errors import QuoteOfBid
from marketplace.quoting.models import Quote, RankBy
from marketplace.quoting.service import ASKED, Answer, Requirement
from marketplace.workflows.pricing import charging, questions, what_if
from marketplace.workflows.pricing.cheaper import Change, changes
from marketplace.workflows.pricing.what_if import Variant

MOST_SAVINGS: Final = 3
MOST_LINES: Final = 3
NOBODY: Final = "Nobody answers the requirement now, so there is no price to cut."


@dataclass(frozen=True, slots=True)
class Fallen:
    """A line of the price tree, in minor units a piece."""

    label: str
    currency: str
    before_minor: int
    after_minor: int


@dataclass(frozen=True, slots=True)
class Saving:
    """A change that saves, by how much a piece, and which lines fall."""

    change: Change
    before: Answer
    after: Variant
    currency: str
    saved_minor: int
    saved_bps: int
    lines: Sequence[Fallen]

    @property
    def why(self) -> str:
        """The lines that fall, in words."""
        told = (
            f"{each.label}: {Money(each.before_minor, each.currency)} to {Money(each.after_minor, each.currency)}"
            for each in self.lines
        )
        return f"A piece, {'; '.join(told)}." if self.lines else "The same lines, by another factory."

    @property
    def caveat(self) -> str:
        """What to know before it is taken: what changes besides, and by how much the whole bill grows."""
        after = self.after.answer
        assert after is not None, "only what was answered saves"
        was, would = (Money(each.total_minor, self.currency) for each in (self.before, after))
        grows = f"The whole bill grows from {was} to {would}." if would.minor > was.minor else ""
        return " ".join(filter(None, (self.change.caveat, grows)))


@dataclass(frozen=True, slots=True)
class Savings:
    """The requirement as it would be answered now, and the changes that save: most first, other materials last."""

    before: Variant
    found: Sequence[Saving]
    tried: int

    @property
    def says(self) -> str:
        """Why nothing was tried; empty where something was."""
        return NOBODY if self.before.answer is None else ""

    @property
    def best(self) -> Sequence[Saving]:
        """The changes that save most, one of each kind."""
        firsts: dict[str, Saving] = {}
        for each in self.found:
            firsts.setdefault(each.change.kind, each)
        return list(firsts.values())[:MOST_SAVINGS]


def of_quote(quote_id: UUID, *, by: Actor, charges: Charges) -> Savings:
    """What would cut the price of a quote of the customer's own. Draws go by the quote's id.

    Raises QuoteNotFound, QuoteOfBid, and what now stands against the requirement as it is.
    """
    quote = quotes.for_customer(by, quote_id)
    if quote.is_of_bid:
        raise QuoteOfBid("A factory bid this price itself; to see what would cut it, ask the factory, or for a quote.")
    wanted = replace(requirement_of(quote), rank_by=RankBy.PRICE)  # this is about price, however it is ranked
    part = questions.subject(quote.revision_id, by=by)
    today = charging.for_customer(by, charges)
    (asked,) = what_if.outcomes([(part, wanted)], today, seed=quote.id, most=1)
    if isinstance(asked, Refusal):
        raise asked
    before = Variant({}, wanted, asked)
    if before.answer is None:
        return Savings(before, (), 0)
    tried = list(changes(wanted, part, breaks=_breaks(wanted.process, before.answer.work_centre_id)))
    pairs = [(each.part, replace(wanted, **each.changed)) for each in tried]
    found = what_if.outcomes(pairs, today, seed=quote.id, most=1)
    after = [Variant(each.changed, pair[1], outcome) for each, pair, outcome in zip(tried, pairs, found, strict=True)]
    savings = [saving for each, variant in zip(tried, after, strict=True) if (saving := _saving(before, each, variant))]
    return Savings(before, sorted(savings, key=_most_alike), len(tried))


def requirement_of(quote: Quote) -> Requirement:
    """What a quote was asked."""
    asked = {name: getattr(quote, name) for name in ASKED}
    return Requirement(**asked | {name: tuple(asked[name]) for name in ("finishes", "certificates")})


def _breaks(process: str, work_centre_id: UUID) -> list[int]:
    """From how many pieces the best listing gives a discount; none if it was taken off the shelf since it answered."""
    shelf = book.shelf(process)
    place = shelf.places.get(work_centre_id)
    row = None if place is None else shelf.rows[place]
    return [] if row is None else [each["from_pieces"] for each in row.breaks]


def _saving(before: Variant, change: Change, after: Variant) -> Saving | None:
    """What the change saves a piece before tax; None where that rounds to nothing, or nobody answers."""
    if before.answer is None or after.answer is None:
        return None
    was, would = (Fraction(each.net_minor, each.quantity) for each in (before.answer, after.answer))
    saved = was - would
    saved_minor = round_half_even(saved.numerator, saved.denominator)
    if saved_minor <= 0:
        return None
    return Saving(
        change=change,
        before=before.answer,
        after=after,
        currency=before.answer.currency,
        saved_minor=saved_minor,
        saved_bps=int(10_000 * saved / was),
        lines=_fallen(before, after),
    )


def _most_alike(saving: Saving) -> tuple[bool, int]:
    """What keeps to the family of the material first, then what saves most."""
    return saving.change.is_other_family, -saving.saved_minor


def _fallen(before: Variant, after: Variant) -> list[Fallen]:
    """The lines of the price trees that fall most a piece."""
    was, would = _each(before), _each(after)
    falls = {label: was.get(label, Fraction()) - would.get(label, Fraction()) for label in {**was, **would}}
    most = sorted((label for label in falls if falls[label] > 0), key=lambda label: -falls[label])[:MOST_LINES]
    currency = before.wanted.currency
    return [Fallen(label, currency, _rounded(was.get(label)), _rounded(would.get(label))) for label in most]


def _each(variant: Variant) -> dict[str, Fraction]:
    """Every cost line a piece, by operation and line."""
    tree = variant.tree()
    assert tree is not None, "only what was answered is compared"
    (line,) = tree["children"]
    return {
        label: Fraction(cost["amount"], variant.wanted.quantity)
        for component in line["children"]
        for operation in component["children"]
        for label, cost in _costs(operation)
    }


def _costs(operation: Node) -> Iterator[tuple[str, Node]]:
    for cost in operation["children"]:
        if cost["kind"] == "cost":
            same = cost["label"] == operation["label"]
            yield (cost["label"] if same else f"{operation['label']}: {cost['label'].lower()}"), cost


def _rounded(amount: Fraction | None) -> int:
    return 0 if amount is None else round_half_even(amount.numerator, amount.denominator)
