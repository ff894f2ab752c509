"""Why one listing does not answer: each reason in words, with what was asked and what the listing has. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from marketplace.costing.tolerances import classes
from marketplace.listings.book import Listed
from marketplace.listings.eligibility import Wanted, lacking

Told = tuple[Any, Any, str]
"""What was asked, what the listing has, and a sentence."""


@dataclass(frozen=True, slots=True)
class Lack:
    """A reason why a listing does not answer."""

    reason: str
    says: str
    asked: Any
    has: Any


def lacks(row: Listed, wanted: Wanted) -> list[Lack]:
    """Every reason why the listing could not make it; none: it could."""
    found = []
    for reason in lacking(row, wanted):
        asked, has, says = WORDS[reason](row, wanted)
        found.append(Lack(reason, says, asked, has))
    return found


def _envelope(row: Listed, wanted: Wanted) -> Told:
    box, room = sorted(wanted.box_mm), sorted(row.envelope_mm)
    return box, room, f"The part is {_by(box)} mm; the largest that fits is {_by(room)} mm."


def _by(sides: list[float] | list[int]) -> str:
    return " × ".join(f"{side:g}" for side in sides)


def _tolerance(row: Listed, wanted: Wanted) -> Told:
    asked = wanted.making.tolerance
    known = ", ".join(classes())
    return asked, row.tolerance, f"It holds {row.tolerance} at the tightest, {asked} was asked (of {known})."


def _finish(row: Listed, wanted: Wanted) -> Told:
    missing = sorted(set(wanted.making.finishes) - set(row.finishes))
    return missing, sorted(row.finishes), f"It has no price for {', '.join(missing)}."


def _quantity(row: Listed, wanted: Wanted) -> Told:
    fewest, most = row.limits.get("fewest") or 1, row.limits.get("most")
    upper = "" if most is None else f" to {most:,}"
    return wanted.making.quantity, [fewest, most], f"It makes lots of {fewest:,}{upper or ' or more'} pieces."


def _weight(row: Listed, wanted: Wanted) -> Told:
    grams, heaviest = -(-wanted.piece_mg // 1000), row.limits["heaviest_g"]
    return grams, heaviest, f"A piece weighs {grams:,} g; it takes up to {heaviest:,} g."


def _wall(row: Listed, wanted: Wanted) -> Told:
    has = row.limits["thinnest_wall_um"]
    return (
        wanted.thinnest_wall_um,
        has,
        f"The thinnest wall is {wanted.thinnest_wall_um} µm; it makes none under {has} µm.",
    )


def _thickness(row: Listed, wanted: Wanted) -> Told:
    has = row.thickness_um
    assert has is not None, "whoever names no thickness lacks none"
    return wanted.sheet_um, list(has), f"The sheet is {wanted.sheet_um} µm; it works {has[0]} to {has[1]} µm."


def _certificate(row: Listed, wanted: Wanted) -> Told:
    missing = sorted(set(wanted.certificates) - set(row.certificates))
    return missing, sorted(row.certificates), f"It does not claim {', '.join(missing)}."


WORDS: Final[Mapping[str, Callable[[Listed, Wanted], Told]]] = MappingProxyType(
    {
        "currency": lambda row, wanted: (
            wanted.currency,
            row.currency,
            f"Its rates are in {row.currency}; nothing is converted.",
        ),
        "material": lambda row, wanted: (wanted.material, sorted(row.materials), "It does not work this material."),
        "envelope": _envelope,
        "thickness": _thickness,
        "tolerance": _tolerance,
        "wall": _wall,
        "finish": _finish,
        "quantity": _quantity,
        "weight": _weight,
        "certificate": _certificate,
        "export": lambda row, wanted: (True, False, "The file is under export control, and it may not see such files."),
        "delivery": lambda row, wanted: (
            wanted.deliver_to,
            sorted(row.delivery),
            f"It does not deliver to {wanted.deliver_to}; ask without delivery to fetch the goods.",
        ),
        "lead_time": lambda row, wanted: (
            str(wanted.lead_time),
            sorted(row.tiers),
            f"It offers no {wanted.lead_time} lead time.",
        ),
    }
)
"""One sentence for each of eligibility.REASONS."""
