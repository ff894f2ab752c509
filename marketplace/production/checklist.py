"""The requirements of a job, each with where it is said. Pure: quotes, offers, revisions and changes never change."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from marketplace.capability import catalogue, finishes
from marketplace.capability.certificates import certificates
from marketplace.costing.rates import LeadTime
from marketplace.costing.sampling import level
from marketplace.costing.tolerances import tolerance
from marketplace.geometry.values import FileKind
from marketplace.orders.models import Change, Job
from marketplace.orders.states import ChangeState
from marketplace.production.ordered import Ordered

DEFAULT: Final = "standard"
"""The tolerance class and the inspection level of whoever asks for none."""


class Source(StrEnum):
    """Where a requirement is said."""

    MODEL = "model"
    """The file of the part, a solid or a mesh."""
    DRAWING = "drawing"
    """The file of the part, where it is a flat drawing."""
    FORM = "form"
    """Said by the customer in the request or with the order."""
    CATALOGUE_DEFAULT = "catalogue_default"
    """Nobody said anything else."""
    OFFER = "offer"
    """Said by the offer that was taken."""
    CHANGE = "change"
    """A change of terms that both sides agreed to; `change` is its number."""
    CLOCK = "clock"
    """Moved by the days on which the clock of the job stood."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that the goods or their delivery must come to."""

    name: str
    value: str
    """As programs read it: an id of the catalogue, a figure in the unit of the name, a date, a hash."""
    says: str
    """As people read it."""
    source: Source
    change: int | None = None


def checklist(ordered: Ordered) -> list[Requirement]:
    """Everything that a job must come to: the part, how it is made and looked at, when and how it leaves, and changes.

    The changes stand last and in their order: what a later one says goes before everything above it.
    """
    return [
        *_part(ordered),
        *_making(ordered),
        *_proof(ordered),
        *_delivery(ordered),
        *(_change(each) for each in _in_effect(ordered.job)),
    ]


def _part(ordered: Ordered) -> Iterator[Requirement]:
    revision, facts = ordered.revision, ordered.revision.facts
    file = _file_of(ordered)
    shown = f"{ordered.part_name}, revision {revision.number}: {revision.file_name}"
    yield Requirement("file_sha256", revision.sha256, shown, file)
    if revision.units is not None:
        is_drawn = facts is not None and facts.declared_units is revision.units
        yield Requirement(
            "units", revision.units.value, f"Drawn in {revision.units.value}.", file if is_drawn else Source.FORM
        )
    noted = 0 if facts is None else len(facts.callouts)
    if noted:
        says = f"{noted} notes on sizes in the file; a size noted there goes before the tolerance class."
        yield Requirement("noted_sizes", str(noted), says, file)
    yield Requirement("quantity", str(ordered.job.quantity), f"{ordered.job.quantity:,} pieces.", Source.FORM)


def _file_of(ordered: Ordered) -> Source:
    facts = ordered.revision.facts
    return Source.DRAWING if facts is not None and facts.kind is FileKind.DXF else Source.MODEL


def _making(ordered: Ordered) -> Iterator[Requirement]:
    process, material = catalogue.process(ordered.job.process), catalogue.material(ordered.job.material)
    yield Requirement("process", process.id, f"{process.name_en} {process.name_zh}", Source.FORM)
    yield Requirement("material", material.id, f"{material.name_en} {material.name_zh}", Source.FORM)
    yield from _thickness(ordered)
    asked = ordered.quote.finishes
    for finish in (finishes.finish(each) for each in asked):
        yield Requirement("finish", finish.id, _with_standard(finish.name_en, finish.standard), Source.FORM)
    if ordered.rfq is not None and ordered.rfq.finish:
        yield Requirement("finish", "in_words", ordered.rfq.finish, Source.FORM)
    elif not asked:
        yield Requirement("finish", "none", "As it comes from the machine.", Source.CATALOGUE_DEFAULT)


def _thickness(ordered: Ordered) -> Iterator[Requirement]:
    facts = ordered.revision.facts
    if ordered.quote.thickness_mm is not None:
        told = f"{ordered.quote.thickness_mm:g}"
        yield Requirement("thickness_mm", told, f"{told} mm thick.", Source.FORM)
    elif facts is not None and facts.sheet is not None:
        told = f"{facts.sheet.thickness_mm:g}"
        yield Requirement("thickness_mm", told, f"{told} mm thick.", Source.MODEL)


def _proof(ordered: Ordered) -> Iterator[Requirement]:
    quote = ordered.quote
    tightness, looked = tolerance(quote.tolerance), level(quote.inspection)
    yield Requirement(
        "tolerance", tightness.id, _with_standard(tightness.name_en, tightness.standard), _asked(quote.tolerance)
    )
    yield Requirement("inspection", looked.id, looked.says, _asked(quote.inspection))
    if ordered.job.first_article is not None:
        says = "The factory stops after the first piece until the customer has released it."
        yield Requirement("first_article", "before_the_rest", says, Source.FORM)
    for each in (certificates()[name] for name in quote.certificates):
        yield Requirement("certificate", each.id, _with_standard(each.name_en, each.standard), Source.FORM)
    if quote.is_controlled:
        yield Requirement("export_control", "yes", "Only who may see files under export control.", Source.FORM)
    else:
        yield Requirement("export_control", "no", "Not under export control.", Source.CATALOGUE_DEFAULT)


def _asked(choice: str) -> Source:
    return Source.CATALOGUE_DEFAULT if choice == DEFAULT else Source.FORM


def _with_standard(name: str, standard: str) -> str:
    return f"{name} ({standard})" if standard else name


def _delivery(ordered: Ordered) -> Iterator[Requirement]:
    quote, order = ordered.quote, ordered.order
    is_asked = quote.lead_time is not LeadTime.STANDARD
    yield Requirement(
        "lead_time",
        quote.lead_time.value,
        f"{quote.lead_time.value.capitalize()} lead time.",
        Source.FORM if is_asked else Source.CATALOGUE_DEFAULT,
    )
    yield _ship_date(ordered)
    if quote.deliver_to is None:
        says = f"The customer fetches the goods ({order.incoterm.value}, Incoterms 2020)."
        yield Requirement("delivery", "fetched", says, Source.FORM)
    else:
        says = f"To {quote.deliver_to} ({order.incoterm.value}, Incoterms 2020)."
        yield Requirement("delivery", quote.deliver_to, says, Source.FORM)
    if ordered.rfq is not None and ordered.rfq.notes:
        yield Requirement("notes", "of_request", ordered.rfq.notes, Source.FORM)
    if order.notes:
        yield Requirement("notes", "of_order", order.notes, Source.FORM)


def _ship_date(ordered: Ordered) -> Requirement:
    """By the last change that moved it, else by the offer; a date that is later still was moved by the clock."""
    job = ordered.job
    moving = [each for each in _in_effect(job) if each.ships_on != each.before_ships_on]
    agreed = moving[-1].ships_on if moving else ordered.ships_on
    told = (job.ships_on.isoformat(), f"Leaves the factory on {job.ships_on.isoformat()}.")
    if job.ships_on != agreed:
        return Requirement("ships_on", *told, Source.CLOCK)
    if moving:
        return Requirement("ships_on", *told, Source.CHANGE, moving[-1].number)
    return Requirement("ships_on", *told, Source.OFFER)


def _in_effect(job: Job) -> list[Change]:
    return [each for each in job.changes if each.state is ChangeState.IN_EFFECT]


def _change(change: Change) -> Requirement:
    return Requirement("change", str(change.number), change.what, Source.CHANGE, change.number)
