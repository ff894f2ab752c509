"""The whole record of a job, to keep."""

from uuid import UUID

from flask import Response

from blueprints.factory.door import door
from blueprints.http.archives import ARCHIVE, archive, workshop
from blueprints.http.identity import actor
from marketplace.workflows.ordering import archiving

archives = door.room("archives", "The whole record of a job in one file.", path="/jobs/<uuid:job_id>/archive")


@archives.get("")
@archives.response(200)
@archives.doc(responses=ARCHIVE)
def save(job_id: UUID) -> Response:
    """Save your job with its history, messages and files as one ZIP file (docs/messages.md)."""
    return archive(archiving.of_job(job_id, workshop=workshop(), by=actor()), f"job-{job_id}.zip")
