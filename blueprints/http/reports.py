"""Quality records as printed reports, for everybody who may see the record."""

from flask import Response

from blueprints.http.downloads import printed
from blueprints.http.ports import ports, settings
from marketplace.quality import closing, reporting
from marketplace.quality.models import Record


def report_of(record: Record) -> Response:
    """The report of a signed record."""
    shown = reporting.figures(closing.signed(record), verify_at=f"{settings().public_url}/records/verify")
    content = ports().typesetter.pdf(reporting.TEMPLATE, shown, made_at=record.created_at)
    return printed(content, f"inspection-{shown['job']['order_number']}-{record.number}.pdf")
