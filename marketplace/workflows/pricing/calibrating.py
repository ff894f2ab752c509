"""From the past jobs that a factory tells to a calibration: their parts read, computed beside true, written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from marketplace.calibration import service
from marketplace.calibration.models import Calibration
from marketplace.capability.catalogue import material_for
from marketplace.capability.models import WorkCentre
from marketplace.costing import past_jobs
from marketplace.costing.errors import JobImpossible
from marketplace.costing.past_jobs import PastJob
from marketplace.costing.values import Bore, Making, PartFacts
from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import Refusal
from marketplace.parts import service as parts
from marketplace.parts.models import Revision
from marketplace.workflows import queries
from marketplace.workflows.pricing.part_facts import facts_of

LOT: Final = "lot"
PIECE: Final = "piece"


@dataclass(frozen=True, slots=True)
class HoleTold:
    """A hole, in millimetres."""

    diameter_mm: float
    depth_mm: float


@dataclass(frozen=True, slots=True)
class ShapeTold:
    """A part as a factory describes it where there is no file: mm, mm², mm³."""

    volume_mm3: float
    area_mm2: float
    box_mm: Sequence[float]
    holes: Sequence[HoleTold] = ()


@dataclass(frozen=True, slots=True)
class JobTold:
    """A past job as a factory tells it: which part, how made, what it took; machine minutes of the lot or a piece."""

    material: str
    quantity: int
    label: str = ""
    revision_id: UUID | None = None
    shape: ShapeTold | None = None
    tolerance: str = "standard"
    finishes: Sequence[str] = ()
    inspection: str = "standard"
    thickness_um: int | None = None
    machine_min: float | None = None
    machine_min_of: str = LOT
    setup_min: float | None = None
    price_minor: int | None = None


@dataclass(frozen=True, slots=True)
class JobsTold:
    """All past jobs of a calibration, and the currency of their prices."""

    jobs: Sequence[JobTold] = field(default_factory=tuple)
    currency: str | None = None


def propose(centre: WorkCentre, told: JobsTold, *, by: Actor) -> Calibration:
    """What these past jobs say of a work centre, for its factory to take or refuse. The row comes locked.

    A revision is one of the factory's own parts, or of a job that it took here. Raises RoleTooSmall below manager,
    JobsOutOfRange, JobImpossible, TruthImpossible, PricesNotComparable.
    """
    past_jobs.check_number(len(told.jobs))
    named = [job.revision_id for job in told.jobs if job.revision_id is not None]
    revisions = queries.revisions_of_own_or_made(by, named)
    jobs = [_past(number, job, centre.process, revisions) for number, job in enumerate(told.jobs, 1)]
    words = [_as_json(job, past) for job, past in zip(told.jobs, jobs, strict=True)]
    return service.propose(centre, jobs, words, told.currency, by=by)


def _past(number: int, job: JobTold, process: str, revisions: Mapping[UUID, Revision]) -> PastJob:
    try:
        material = material_for(process, job.material)
        facts = _facts(job, revisions)
    except Refusal as refusal:
        raise JobImpossible(f"Job {number}: {refusal.message}", job=number, because=refusal.code) from refusal
    if facts is None:
        raise JobImpossible(f"Job {number}: name a measured part that you may read, or describe its shape.", job=number)
    pieces = job.quantity if job.machine_min_of == PIECE else 1
    thickness = None if job.thickness_um is None else job.thickness_um / 1000
    return PastJob(
        facts=facts,
        material=material.facts,
        making=Making(job.quantity, job.tolerance, tuple(job.finishes), job.inspection, thickness),
        machine_mmin=None if job.machine_min is None else round(job.machine_min * 1000 * pieces),
        setup_mmin=None if job.setup_min is None else round(job.setup_min * 1000),
        price_minor=job.price_minor,
    )


def _facts(job: JobTold, revisions: Mapping[UUID, Revision]) -> PartFacts | None:
    if job.shape is not None and job.revision_id is None:
        x, y, z = job.shape.box_mm
        return PartFacts(
            volume_mm3=job.shape.volume_mm3,
            area_mm2=job.shape.area_mm2,
            box_mm=(x, y, z),
            holes=tuple(Bore(hole.diameter_mm, hole.depth_mm) for hole in job.shape.holes),
        )
    if job.shape is None and job.revision_id is not None and job.revision_id in revisions:
        return facts_of(parts.priceable(revisions[job.revision_id]))
    return None


def _as_json(job: JobTold, past: PastJob) -> dict[str, Any]:
    """What was told, to be kept: times for the whole lot."""
    return {
        "label": job.label,
        "revision_id": None if job.revision_id is None else str(job.revision_id),
        "shape": None if job.shape is None else _shape(job.shape),
        "material": job.material,
        "quantity": job.quantity,
        "tolerance": job.tolerance,
        "finishes": list(job.finishes),
        "inspection": job.inspection,
        "thickness_um": job.thickness_um,
        "machine_mmin": past.machine_mmin,
        "setup_mmin": past.setup_mmin,
        "price_minor": past.price_minor,
    }


def _shape(shape: ShapeTold) -> dict[str, Any]:
    return {
        "volume_mm3": shape.volume_mm3,
        "area_mm2": shape.area_mm2,
        "box_mm": list(shape.box_mm),
        "holes": [[hole.diameter_mm, hole.depth_mm] for hole in shape.holes],
    }
