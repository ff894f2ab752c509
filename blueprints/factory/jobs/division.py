from uuid import UUID

from marshmallow import fields

from blueprints.factory.jobs.routes import jobs
from blueprints.http.fields import Amount
from blueprints.http.identity import actor
from blueprints.http.schemas import Shows
from marketplace.workflows.ordering import dividing
from marketplace.workflows.ordering.dividing import Division


class ShowDivision(Shows):
    """What the customer pays for a job, less what went back of it, and who gets which part."""

    total = Amount(attribute="total_minor")
    price = Amount(attribute="price_minor")
    tax = Amount(attribute="tax_minor")
    platform_fee = Amount(attribute="fee_minor")
    tax_on_fee = Amount(attribute="fee_tax_minor")
    taxed = fields.Dict(
        required=True,
        metadata={
            "description": "How your sale is taxed and why, and under `fee` the platform's service to you, as frozen "
            "with the offer. `tax` is sent to you with `price`, and you declare it; `tax_on_fee` is on the platform's "
            "invoice to you.",
            "example": {"treatment": "domestic", "rate_bps": 1_900, "country": "DE"},
        },
    )


@jobs.get("/<uuid:job_id>/division")
@jobs.response(200, ShowDivision)
def division(job_id: UUID) -> Division:
    """Show who gets which part of what your customer pays for a job, tax apart."""
    return dividing.of_job(job_id, by=actor())
