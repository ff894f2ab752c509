"""What a customer asks, understood: the part as costing sees it, how it is made, what a listing must be able to do."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from marketplace.capability import certificates, finishes
from marketplace.capability.catalogue import Material, material_for
from marketplace.costing import tolerances
from marketplace.costing.errors import SizeHasNoTolerance
from marketplace.costing.routings import route
from marketplace.costing.sampling import level
from marketplace.costing.values import Making, PartFacts, Routing
from marketplace.geometry.values import Measurement
from marketplace.kernel.actor import Actor
from marketplace.kernel.money import Money
from marketplace.listings import eligibility
from marketplace.manufacturability import judging
from marketplace.manufacturability.values import Finding, Severity
from marketplace.parts import queries as revisions
from marketplace.parts import service as parts
from marketplace.quoting.errors import CannotBePriced
from marketplace.quoting.service import Requirement
from marketplace.workflows.pricing.part_facts import facts_of

LAID_FLAT: Final = "laser_cutting"
"""The process whose machines hold the part before it is bent."""


@dataclass(frozen=True, slots=True)
class Question:
    """A requirement that was understood: its material, its part as costing sees it, and how it is made."""

    wanted: Requirement
    material: Material
    facts: PartFacts
    routing: Routing
    findings: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Subject:
    """A measured part of which many questions are asked: its figures are read off once, and judged once a process."""

    measured: Measurement
    _findings: dict[str, tuple[Finding, ...]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def facts(self) -> PartFacts:
        """What costing needs of it."""
        return facts_of(self.measured)

    def findings(self, process: str) -> tuple[Finding, ...]:
        """What stands against making it by a process, gravest first."""
        if process not in self._findings:
            self._findings[process] = judging.findings(self.measured, process)
        return self._findings[process]


def understood(wanted: Requirement, *, by: Actor) -> Question:
    """What is asked, of a part of the actor's own.

    Raises what `check` does, RevisionNotFound, StillMeasuring, FileWasRefused, UnitsUnconfirmed (Q3), CannotBePriced
    (Q6), and what the routing refuses.
    """
    check(wanted)
    return of_part(wanted, subject(wanted.revision_id, by=by))


def subject(revision_id: UUID, *, by: Actor) -> Subject:
    """A part of the actor's own. Raises RevisionNotFound, StillMeasuring, FileWasRefused, UnitsUnconfirmed (Q3)."""
    return Subject(parts.priceable(revisions.revision_to_quote(by, revision_id)))


def check(wanted: Requirement) -> None:
    """Everything that is asked for is in the catalogue, and can be had together.

    Raises CurrencyUnknown, ProcessUnknown, MaterialUnknown, MaterialNotForProcess, ToleranceUnknown, InspectionUnknown,
    FinishUnknown, FinishNotForMaterial, FinishesContradict, CertificateUnknown.
    """
    check_alike(wanted.currency, tolerance=wanted.tolerance, inspection=wanted.inspection)
    material = material_for(wanted.process, wanted.material)
    finishes.check(wanted.process, material, wanted.finishes)
    certificates.check(wanted.certificates)


def check_alike(currency: str, *, tolerance: str, inspection: str = "standard") -> None:
    """What is asked of every process and material alike is known; asked once where there are many.

    Raises CurrencyUnknown, ToleranceUnknown, InspectionUnknown.
    """
    Money(0, currency)
    tolerances.tolerance(tolerance)
    level(inspection)


def of_part(wanted: Requirement, part: Subject) -> Question:
    """What is asked of a measured part. Raises CannotBePriced (Q6), and what the routing refuses."""
    findings = part.findings(wanted.process)
    if judging.is_blocked(findings):
        raise CannotBePriced(
            "This part cannot be priced automatically; see the findings that block it.",
            findings=[asdict(finding) for finding in findings],
        )
    return of_facts(wanted, part.facts, findings)


def of_facts(wanted: Requirement, facts: PartFacts, findings: tuple[Finding, ...] = ()) -> Question:
    """What is asked of a part by its figures alone. Raises what the routing refuses."""
    material = material_for(wanted.process, wanted.material)
    routing = route(wanted.process, material.facts, facts, making_of(wanted))
    found = (*findings, *size_findings(wanted, facts))
    return Question(wanted, material, facts, routing, tuple(asdict(finding) for finding in found))


def size_findings(wanted: Requirement, facts: PartFacts) -> list[Finding]:
    """A remark for each finish that can change the part's smallest size by more than the tolerance allows.

    The smallest size has the narrowest tolerance: the diameter of a hole, or a side. One that the standard has no
    tolerance for is passed over.
    """
    smallest = min((*(hole.diameter_mm for hole in facts.holes), *facts.box_mm))
    try:
        warnings = finishes.size_warnings(wanted.finishes, wanted.tolerance, smallest) if wanted.finishes else ()
    except SizeHasNoTolerance:
        return []
    return [
        Finding(
            rule=f"finish_changes_size.{each.finish}",
            severity=Severity.WARNS,
            message=each.says,
            value=each.most_um,
            limit=each.allowed_um,
            unit="um",
            place=None,
            source=each.source,
        )
        for each in warnings
    ]


def making_of(wanted: Requirement) -> Making:
    """What costing needs of a requirement."""
    thickness = None if wanted.thickness_um is None else wanted.thickness_um / 1000
    return Making(wanted.quantity, wanted.tolerance, wanted.finishes, wanted.inspection, thickness)


def listing_needs(question: Question) -> eligibility.Wanted:
    """What a listing must be able to do."""
    wanted, facts = question.wanted, question.facts
    sheet_mm = facts.sheet.thickness_mm if facts.sheet else question.routing.making.thickness_mm
    return eligibility.Wanted(
        material=wanted.material,
        currency=wanted.currency,
        making=question.routing.making,
        box_mm=_lying_mm(question, sheet_mm),
        piece_mg=question.routing.part_mg_each,
        thinnest_wall_um=round(facts.walls.thinnest_mm * 1000) if facts.walls else None,
        sheet_um=None if sheet_mm is None else round(sheet_mm * 1000),
        lead_time=wanted.lead_time,
        deliver_to=wanted.deliver_to,
        certificates=wanted.certificates,
        is_controlled=wanted.is_controlled,
    )


def _lying_mm(question: Question, sheet_mm: float | None) -> tuple[float, float, float]:
    """The box that must fit the machine: a laser cuts the blank before it is bent, or the sheet that a drawing becomes.

    A sheet that could not be laid flat is taken as it stands.
    """
    facts = question.facts
    if question.wanted.process == LAID_FLAT and sheet_mm is not None:
        if facts.sheet is not None and facts.sheet.flat_box_mm is not None:
            return (*facts.sheet.flat_box_mm, sheet_mm)
        if facts.drawing is not None:
            return (*facts.box_mm[:2], sheet_mm)
    return facts.box_mm
