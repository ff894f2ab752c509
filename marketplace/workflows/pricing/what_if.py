"""What it would cost otherwise: one part, many requirements, answered together as a quote would be. Nothing is written.

The part is read once, each process's listings are looked up once, and all calendars are asked together, so that many
questions take as many statements as one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from marketplace.capability.usual_rates import Indicative
from marketplace.costing.rates import Charges
from marketplace.costing.values import Node
from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import Refusal
from marketplace.quoting.rules import because
from marketplace.quoting.service import Answer, Answers, Requirement
from marketplace.workflows.pricing import answering, charging, questions
from marketplace.workflows.pricing.charging import Charging
from marketplace.workflows.pricing.questions import Question, Subject

MOST_VARIANTS: Final = 24
MOST_ANSWERS: Final = 10

OfPart = tuple[Subject, Requirement]
"""A part, and what is asked of it."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A requirement, and the changes of it that are to be priced beside it."""

    base: Requirement
    changes: Sequence[Mapping[str, Any]]
    """Each names parts of the requirement and what they would be."""
    most: int = 3
    """How many answers of each are shown."""
    explains: bool = False
    """Whether the best answer of each comes with its price tree."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A requirement as it would be, and what was answered to it or what stands against it."""

    changed: Mapping[str, Any]
    wanted: Requirement
    outcome: Answers | Refusal
    explains: bool = False

    @property
    def answers(self) -> Answers | None:
        """What was answered; None if something stands against it."""
        return None if isinstance(self.outcome, Refusal) else self.outcome

    @property
    def problem(self) -> Refusal | None:
        """What stands against it."""
        return self.outcome if isinstance(self.outcome, Refusal) else None

    @property
    def best(self) -> Sequence[Answer]:
        """Its best answers, ranked."""
        return self.outcome.best if isinstance(self.outcome, Answers) else ()

    @property
    def answer(self) -> Answer | None:
        """The best answer, if there is one."""
        return self.best[0] if self.best else None

    @property
    def reasons(self) -> Sequence[str]:
        """Why each of the best stands behind the one before it."""
        pairs = zip(self.best, (None, *self.best), strict=False)
        return [because(self.wanted.rank_by, answer, before) for answer, before in pairs]

    @property
    def carbon_kg(self) -> float | None:
        """kg CO₂e of the lot."""
        return None if self.answers is None else self.answers.carbon.kg

    @property
    def indicative(self) -> Indicative | None:
        """What the lot usually costs, where nobody answered."""
        return None if self.answers is None else self.answers.indicative

    @property
    def breakdown(self) -> Node | None:
        """The price tree of the best answer in full, if it was asked for."""
        return self.tree() if self.explains else None

    def tree(self) -> Node | None:
        """The price tree of the best answer in full; None where nobody answered."""
        return self.answers.tree_of(self.answer) if self.answers and self.answer else None


def ask(asked: WhatIf, *, by: Actor, charges: Charges) -> list[Variant]:
    """The requirement as it is, then each of its variants. Draws among equals go by the revision's id.

    Raises RevisionNotFound, StillMeasuring, FileWasRefused, UnitsUnconfirmed (Q3), and for the requirement as it is
    CurrencyUnknown, ToleranceUnknown, InspectionUnknown; what stands against one variant
    stands in that variant.
    """
    base = asked.base
    questions.check_alike(base.currency, tolerance=base.tolerance, inspection=base.inspection)
    part = questions.subject(asked.base.revision_id, by=by)
    changes: list[Mapping[str, Any]] = [{}, *asked.changes]
    wanted = [replace(asked.base, **change) for change in changes]
    today = charging.for_customer(by, charges)
    found = outcomes([(part, each) for each in wanted], today, seed=asked.base.revision_id, most=asked.most)
    return [Variant(*each, asked.explains) for each in zip(changes, wanted, found, strict=True)]


def outcomes(asked: Sequence[OfPart], today: Charging, *, seed: UUID, most: int) -> list[Answers | Refusal]:
    """What is answered to each requirement of a part, or what stands against it, in their order."""
    understood = [_understood(wanted, part) for part, wanted in asked]
    dated = iter(answering.dated([each for each in understood if isinstance(each, Question)], today, most=most))
    return [
        each if isinstance(each, Refusal) else _finished(next(dated), today, seed=seed, most=most)
        for each in understood
    ]


def _understood(wanted: Requirement, part: Subject) -> Question | Refusal:
    try:
        questions.check(wanted)
        return questions.of_part(wanted, part)
    except Refusal as refusal:
        return refusal


def _finished(found: answering.Dated, today: Charging, *, seed: UUID, most: int) -> Answers | Refusal:
    try:
        return answering.finished(found, today, seed=seed, most=most)
    except Refusal as refusal:
        return refusal
