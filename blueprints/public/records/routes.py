"""Quality records that were published, the keys they are signed with, and whether a record is what was signed."""

from typing import Any
from uuid import UUID

from flask import Response, request

from blueprints.http.downloads import PDF
from blueprints.http.inspections import ShowSignedRecord
from blueprints.http.reports import report_of
from blueprints.public.door import door
from blueprints.public.records.schemas import ShowRecordKeys, ShowVerification, VerifyRecord
from marketplace.accounts import throttling
from marketplace.quality import closing, documents, queries

records = door.room("records", "Published quality records, and whether one is what was signed.")
keys = door.room("record-keys", "The public keys of quality records.")


@records.get("/<uuid:record_id>")
@records.response(200, ShowSignedRecord)
def show(record_id: UUID) -> dict[str, Any]:
    """Show a signed quality record that its customer has published."""
    return closing.signed(queries.published(record_id))


@records.get("/<uuid:record_id>/pdf")
@records.response(200)
@records.doc(responses=PDF)
def report(record_id: UUID) -> Response:
    """Print a published quality record as a report in the order of AS9102's forms 1, 2 and 3."""
    throttling.count(throttling.VERIFY_FROM_IP, throttling.client(request.remote_addr))
    return report_of(queries.published(record_id))


@records.post("/verify")
@records.arguments(VerifyRecord)
@records.response(200, ShowVerification)
def verify(signed: dict[str, Any]) -> dict[str, Any]:
    """Say whether a record is what this marketplace signed, and where not. Nothing of it is kept.

    Thirty tries at once, then one every two seconds. Without us: `tools/verify_record.py`, or /records/verify.
    """
    throttling.count(throttling.VERIFY_FROM_IP, throttling.client(request.remote_addr))
    known = {key.id: key.public_key for key in queries.published_keys()}
    found = documents.faults(signed, known)
    return {"is_valid": not found, "faults": found}


@keys.get("")
@keys.response(200, ShowRecordKeys)
def browse() -> dict[str, Any]:
    """List every public key that records were signed with."""
    return {"format": documents.FORMAT, "algorithm": documents.ALGORITHM, "keys": queries.published_keys()}
