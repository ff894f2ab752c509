"""Calibrations: tell past jobs, see what they say of your figures, take it or leave it."""

from typing import Any
from uuid import UUID

from blueprints.factory.calibrations.schemas import CalibrationPage, RefuseCalibration, ShowCalibration, TellJobs
from blueprints.factory.door import door
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.schemas import Query
from marketplace.calibration import queries, service
from marketplace.calibration.models import Calibration
from marketplace.capability import queries as capability
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.workflows.pricing import calibrating
from marketplace.workflows.pricing.calibrating import JobsTold

calibrations = door.room("calibrations", "Your figures, from your own past jobs.", path="/work-centres")


@calibrations.post("/<uuid:work_centre_id>/calibrations")
@calibrations.arguments(TellJobs)
@calibrations.response(201, ShowCalibration)
@idempotent
def propose(told: JobsTold, work_centre_id: UUID, once: Once) -> Calibration:
    """Tell 5 to 50 past jobs of this work centre, and see which figures would fit them better.

    Nothing changes until you accept.
    """
    with transaction():
        centre = capability.work_centre_to_change(actor(), work_centre_id)
        calibration_id = once(lambda: calibrating.propose(centre, told, by=actor()).id)
        return queries.for_factory(actor(), work_centre_id, calibration_id)


@calibrations.get("/<uuid:work_centre_id>/calibrations")
@calibrations.arguments(Query, location="query")
@calibrations.response(200, CalibrationPage)
def browse(page: PageRequest, work_centre_id: UUID) -> Page[Calibration]:
    """List the calibrations of a work centre, newest first."""
    return queries.page_for_factory(actor(), capability.work_centre(actor(), work_centre_id).id, page)


@calibrations.get("/<uuid:work_centre_id>/calibrations/<uuid:calibration_id>")
@calibrations.response(200, ShowCalibration)
def show(work_centre_id: UUID, calibration_id: UUID) -> Calibration:
    """Show a calibration: what was told, what computed, what would fit better and how sure that is."""
    return queries.for_factory(actor(), work_centre_id, calibration_id)


@calibrations.post("/<uuid:work_centre_id>/calibrations/<uuid:calibration_id>/accept")
@calibrations.response(200, ShowCalibration)
def accept(work_centre_id: UUID, calibration_id: UUID) -> Calibration:
    """Take the proposed figures: the next quote uses them, and its interval is that of your own jobs."""
    with transaction():
        centre = capability.work_centre_to_change(actor(), work_centre_id)
        calibration = queries.for_factory_to_decide(actor(), work_centre_id, calibration_id)
        service.accept(calibration, centre, by=actor())
    return calibration


@calibrations.post("/<uuid:work_centre_id>/calibrations/<uuid:calibration_id>/refuse")
@calibrations.arguments(RefuseCalibration)
@calibrations.response(200, ShowCalibration)
def refuse(words: dict[str, Any], work_centre_id: UUID, calibration_id: UUID) -> Calibration:
    """Keep your figures, and say why."""
    with transaction():
        calibration = queries.for_factory_to_decide(actor(), work_centre_id, calibration_id)
        service.refuse(calibration, words["reason"], by=actor())
    return calibration
