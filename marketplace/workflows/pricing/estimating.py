"""What a part of plain numbers would cost before tax, for strangers: over all live listings, none named. No writes."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np

from marketplace.capability import catalogue
from marketplace.capability.catalogue import Material, Process
from marketplace.capability.usual_rates import Indicative, indicative
from marketplace.costing.errors import PartFactsImpossible
from marketplace.costing.rates import Charges
from marketplace.costing.values import PartFacts
from marketplace.kernel.errors import Refusal
from marketplace.kernel.money import round_half_even
from marketplace.listings import book, eligibility
from marketplace.listings.book import Shelf
from marketplace.quoting.service import Requirement
from marketplace.workflows.pricing import charging, offering, questions
from marketplace.workflows.pricing.charging import Charging
from marketplace.workflows.pricing.questions import Question, listing_needs

NO_REVISION: Final = UUID(int=0)
"""Stands where a requirement names its revision: there is none."""
PAIRS_A_TRY: Final = 10
ROUNDED: Final = 1e-3
"""By so much a surface may be given too small, as figures are rounded."""
BY_NUMBERS: Final = "Worked from volume, area and box alone: holes, walls, corners and supports are not known."


@dataclass(frozen=True, slots=True)
class Numbers:
    """A part without a file (mm, mm², mm³) and what is asked of it; without a process or material, of every one."""

    volume_mm3: float
    area_mm2: float
    box_mm: tuple[float, float, float]
    quantity: int
    currency: str
    process: str | None = None
    material: str | None = None
    tolerance: str = "standard"
    is_controlled: bool = False


@dataclass(frozen=True, slots=True)
class Prices:
    """What the eligible listings would ask for the lot, in minor units; the median of an even number lies amid two."""

    currency: str
    listings: int
    lowest_minor: int
    median_minor: int
    highest_minor: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A process and a material: what listings would ask, else what the lot usually costs, or what stands against it."""

    process: Process
    material: Material
    doubts: Sequence[str]
    prices: Prices | None = None
    indicative: Indicative | None = None
    problem: Refusal | None = None


def tries(numbers: Numbers) -> int:
    """As how many tries it counts: one for every ten pairs of a process and a material that it prices, or part of ten.

    Raises ProcessUnknown, MaterialUnknown, MaterialNotForProcess.
    """
    return math.ceil(len(list(_pairs(numbers.process, numbers.material))) / PAIRS_A_TRY)


def of_numbers(numbers: Numbers, *, charges: Charges) -> list[Estimate]:
    """An estimate for each process and material that fit what was named, in the catalogue's order.

    Raises ProcessUnknown, MaterialUnknown, MaterialNotForProcess, ToleranceUnknown, PartFactsImpossible.
    """
    questions.check_alike(numbers.currency, tolerance=numbers.tolerance)
    _refuse_less_than_a_ball(numbers)
    pairs = list(_pairs(numbers.process, numbers.material))
    shelves = {process: book.shelf(process) for process in dict.fromkeys(way.id for way, _ in pairs)}
    today = charging.for_strangers(charges)
    return [_estimate(numbers, way, material, shelves[way.id], today) for way, material in pairs]


def _refuse_less_than_a_ball(numbers: Numbers) -> None:
    """Of all bodies of a volume V a ball has the least surface, (36 π V²) ^ ⅓ (isoperimetric inequality)."""
    least = (36 * math.pi * numbers.volume_mm3**2) ** (1 / 3)
    if numbers.area_mm2 < least * (1 - ROUNDED):
        raise PartFactsImpossible(
            f"No body of this volume has a surface under {least:,.0f} mm², which is a ball's; check the units.",
            least_area_mm2=least,
        )


def _pairs(process: str | None, material: str | None) -> Iterator[tuple[Process, Material]]:
    if process is not None:
        catalogue.process(process)
    if material is not None:
        catalogue.material(material)
    if process is not None and material is not None:
        catalogue.material_for(process, material)
    for way, each in catalogue.pairs():
        if process in (None, way.id) and material in (None, each.id):
            yield way, each


def _estimate(numbers: Numbers, way: Process, material: Material, shelf: Shelf, today: Charging) -> Estimate:
    try:
        question = _question(numbers, way.id, material.id)
        prices = _prices(question, shelf, today)
        usual = None if prices else indicative(question.routing, material, today.usual)
    except Refusal as refusal:
        return Estimate(way, material, (), problem=refusal)
    return Estimate(way, material, (BY_NUMBERS, *question.routing.doubts), prices, usual)


def _question(numbers: Numbers, process: str, material: str) -> Question:
    wanted = Requirement(
        NO_REVISION,
        process,
        material,
        numbers.quantity,
        numbers.currency,
        tolerance=numbers.tolerance,
        is_controlled=numbers.is_controlled,
    )
    questions.check(wanted)
    return questions.of_facts(wanted, PartFacts(numbers.volume_mm3, numbers.area_mm2, numbers.box_mm))


def _prices(question: Question, shelf: Shelf, today: Charging) -> Prices | None:
    """None where no listing would make it."""
    rows, _ = eligibility.eligible(shelf, listing_needs(question))
    totals = offering.priced(question, shelf, rows, today.of_rows(shelf, rows)).totals
    offered = np.sort(totals[totals > 0])
    if not len(offered):
        return None
    middle = int(offered[(len(offered) - 1) // 2]) + int(offered[len(offered) // 2])
    return Prices(
        question.wanted.currency,
        listings=len(offered),
        lowest_minor=int(offered[0]),
        median_minor=round_half_even(middle, 2),
        highest_minor=int(offered[-1]),
    )
