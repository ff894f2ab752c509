from marketplace.kernel.errors import NotFound


class ShipmentNotFound(NotFound):
    """The job has no such shipment."""

    code = "shipment_not_found"


class ParcelNotFound(NotFound):
    """The shipment has no parcel of this number."""

    code = "parcel_not_found"
