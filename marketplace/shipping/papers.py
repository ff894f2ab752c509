"""The figures of a packing list and of labels. Pure."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from marketplace.orders.models import Parcel
from marketplace.quality import inspecting
from marketplace.quality.chain import instant
from marketplace.shipping import codes
from marketplace.shipping.errors import ParcelNotFound
from marketplace.shipping.queries import Sent

PACKING_LIST: Final = Path(__file__).with_name("packing_list.typ")
LABELS: Final = Path(__file__).with_name("labels.typ")


def packing_list(sent: Sent) -> dict[str, Any]:
    """What lies in which parcel of a shipment, of which order, made of what."""
    shipment, asked = sent.shipment, inspecting.asked_of(sent.ordered)
    weights = [parcel.weight_g for parcel in shipment.parcels]
    return {
        **_heads(sent),
        "part": asked,
        "pieces": {"ordered": asked["quantity"], "shipped": shipment.pieces, "so_far": sent.so_far},
        "parcels": [_parcel(each) for each in shipment.parcels],
        "weight_g": None if None in weights else sum(each for each in weights if each is not None),
        "lots": list(sent.lots),
    }


def labels(sent: Sent, *, of_parcel: int | None = None) -> dict[str, Any]:
    """A label for each parcel of a shipment, or for one. Raises ParcelNotFound."""
    parcels: Sequence[Parcel] = sent.shipment.parcels
    wanted = [each for each in parcels if of_parcel in (None, each.number)]
    if not wanted:
        raise ParcelNotFound(f"This shipment has {len(parcels)} parcels.", parcels=len(parcels))
    return {
        **_heads(sent),
        "part": sent.ordered.part.name,
        "parcels": [
            {**_parcel(each), "of": len(parcels), "code": codes.picture(codes.words(each.id))} for each in wanted
        ],
    }


def _heads(sent: Sent) -> dict[str, Any]:
    order, factory, shipment = sent.ordered.order, sent.ordered.factory, sent.shipment
    return {
        "order": {
            "number": order.number,
            "purchase_order_number": order.purchase_order_number,
            "incoterm": order.incoterm.value,
            "line": sent.ordered.job.line_number,
        },
        "shipment": {"id": str(shipment.id), "number": sent.number, "shipped_at": instant(shipment.created_at)},
        "from": {"name": factory.name, "country": factory.country},
        "to": None if sent.address is None else dict(sent.address),
    }


def _parcel(parcel: Parcel) -> dict[str, Any]:
    sides = (parcel.length_mm, parcel.width_mm, parcel.height_mm)
    return {
        "id": str(parcel.id),
        "number": parcel.number,
        "pieces": parcel.pieces,
        "weight_g": parcel.weight_g,
        "sides_mm": None if None in sides else list(sides),
        "carrier": parcel.carrier,
        "tracking_number": parcel.tracking_number,
    }
