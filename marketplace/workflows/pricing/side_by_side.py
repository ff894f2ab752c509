"""One part by every process of the catalogue, side by side: what stands against it, and the best answer. No writes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from marketplace.capability import catalogue
from marketplace.capability.catalogue import Process
from marketplace.costing.rates import Charges
from marketplace.costing.routings import WORKS_SHEET
from marketplace.kernel.actor import Actor
from marketplace.manufacturability import judging
from marketplace.parts import queries as revisions
from marketplace.parts import service as parts
from marketplace.quoting.errors import CannotBePriced
from marketplace.quoting.service import Requirement
from marketplace.workflows.pricing import charging, questions, what_if
from marketplace.workflows.pricing.questions import Subject
from marketplace.workflows.pricing.what_if import Variant

BLOCKED: Final = "No material makes this part by this process; see the findings of the process that block it."


@dataclass(frozen=True, slots=True)
class Look:
    """What is asked of every process alike; a thickness only of those that work sheet."""

    quantity: int
    currency: str
    tolerance: str = "standard"
    thickness_um: int | None = None
    deliver_to: str | None = None
    is_controlled: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A process: what stands against the part, the best material for it, and all that were tried.

    Findings are of the part and the process, whatever the material: they stand here, and in no variant.
    """

    process: Process
    findings: Sequence[Mapping[str, Any]]
    """Gravest first."""
    is_blocked: bool
    best: Variant
    materials: Sequence[Variant]


def of_revision(part_id: UUID, number: int, look: Look, *, by: Actor, charges: Charges) -> list[Way]:
    """Every process in the catalogue's order, each by the material that costs least; draws go by the revision's id.

    Raises CurrencyUnknown, ToleranceUnknown, RevisionNotFound, StillMeasuring, FileWasRefused, UnitsUnconfirmed (Q3).
    """
    questions.check_alike(look.currency, tolerance=look.tolerance)
    revision = revisions.revision_for_customer(by, part_id, number)
    part = Subject(parts.priceable(revision))
    blocked = {way for way in catalogue.processes() if judging.is_blocked(part.findings(way))}
    wanted = [_wanted(revision.id, way.id, material.id, look) for way, material in catalogue.pairs()]
    asked = [(part, each) for each in wanted if each.process not in blocked]
    found = iter(what_if.outcomes(asked, charging.for_customer(by, charges), seed=revision.id, most=1))
    variants = [
        Variant(
            {"process": each.process, "material": each.material},
            each,
            CannotBePriced(BLOCKED) if each.process in blocked else next(found),
        )
        for each in wanted
    ]
    return [
        Way(
            way,
            [asdict(finding) for finding in part.findings(way.id)],
            way.id in blocked,
            min(tried, key=_costs),
            tried,
        )
        for way in catalogue.processes().values()
        if (tried := [each for each in variants if each.wanted.process == way.id])
    ]


def _wanted(revision_id: UUID, process: str, material: str, look: Look) -> Requirement:
    return Requirement(
        revision_id,
        process,
        material,
        look.quantity,
        look.currency,
        tolerance=look.tolerance,
        thickness_um=look.thickness_um if process in WORKS_SHEET else None,
        deliver_to=look.deliver_to,
        is_controlled=look.is_controlled,
    )


def _costs(variant: Variant) -> tuple[int, int]:
    """Answers stand before usual prices, and these before nothing at all; then the least total before tax."""
    if variant.answer:
        return 0, variant.answer.net_minor
    return (2, 0) if variant.indicative is None else (1, variant.indicative.total_minor)
