"""How goods are packed: which parcels a shipment goes in, and which there cannot be. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

from marketplace.orders.errors import ParcelImpossible, ParcelsUnequal

MOST_PARCELS: Final = 100
"""Of one shipment: all of them are shown with it."""
HEAVIEST_G: Final = 25_000_000
"""What a whole lorry carries (Directive 96/53/EC: 40 t with vehicle and trailer)."""
LONGEST_MM: Final = 13_600
"""The loading length of a lorry's trailer."""
HUNDREDTH_MG_PER_MM3: Final = 2_259
"""The density of osmium, 22.59 g/cm³, the heaviest of all elements: a parcel above it is a slip of units."""


@dataclass(frozen=True, slots=True)
class Packed:
    """One parcel as its factory tells it; without a carrier or number of its own it travels as the shipment does."""

    pieces: int
    weight_g: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    carrier: str | None = None
    tracking_number: str | None = None

    def told(self) -> dict[str, object]:
        """What of it is known, by the names of its columns."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name)) is not None}


def pieces_in(parcels: Sequence[Packed], *, said: int | None, left: int) -> int:
    """How many pieces the parcels hold together.

    Raises ParcelsUnequal where another number was said, or none, which means all that are left, and they hold fewer.
    """
    held = sum(parcel.pieces for parcel in parcels)
    if said is None and held < left:
        raise ParcelsUnequal(
            f"The parcels hold {held} pieces and {left} are left to ship; say pieces {held} if only these leave now,"
            " or tell the parcels that are missing.",
            left=left,
            in_parcels=held,
        )
    if said is not None and said != held:
        raise ParcelsUnequal(
            f"The parcels hold {held} pieces and the shipment is of {said}; leave the latter out, or correct a parcel.",
            pieces=said,
            in_parcels=held,
        )
    return held


def refuse_the_impossible(parcels: Sequence[Packed]) -> None:
    """Raises ParcelImpossible where a parcel is heavier than any matter of its size."""
    for number, parcel in enumerate(parcels, 1):
        heaviest_g = _heaviest_g(parcel)
        if parcel.weight_g is not None and heaviest_g is not None and parcel.weight_g > heaviest_g:
            raise ParcelImpossible(
                f"Parcel {number} weighs {parcel.weight_g} g, and nothing of its size weighs more than {heaviest_g} g: "
                "weights are in grams, lengths in millimetres.",
                parcel=number,
                weight_g=parcel.weight_g,
                heaviest_g=heaviest_g,
            )


def _heaviest_g(parcel: Packed) -> int | None:
    if parcel.length_mm is None or parcel.width_mm is None or parcel.height_mm is None:
        return None
    return parcel.length_mm * parcel.width_mm * parcel.height_mm * HUNDREDTH_MG_PER_MM3 // 100_000
