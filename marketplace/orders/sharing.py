"""Who is entitled to how much of a job: rows that are only added, and make up what was paid, less what went back.

The caller has locked the order and loaded its jobs with their shares.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from marketplace.kernel.money import CHARGE_LIMITS, split
from marketplace.orders.models import Job, Share, ShareKind

ORDERED: Final = "ordered"
"""Why the first shares of a job are there."""

Party = tuple[ShareKind, UUID | None]
PLATFORMS_TAX: Final[Party] = (ShareKind.TAX, None)
"""What the platform owes on its fee to its own state."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What the parties of a job no longer get out of one payment, in minor units."""

    payment_id: UUID
    minor: int
    by_party: Mapping[UUID | None, int]
    """The platform is nobody (None)."""
    tax_minor: int
    """Of what the platform gives up, the tax that it owes on its fee."""


def entitled(job: Job) -> dict[UUID, dict[Party, int]]:
    """What each party gets of a job, by the payment out of which it comes, the first payment first."""
    of_payments: dict[UUID, dict[Party, int]] = {}
    for share in sorted(job.shares, key=lambda each: (each.payment_id, each.number)):
        parties = of_payments.setdefault(share.payment_id, defaultdict(int))
        parties[share.kind, share.party_id] += share.amount_minor
    return of_payments


def parties(job: Job) -> set[UUID]:
    """Everybody but the platform who gets, or got, anything of a job."""
    return {share.party_id for share in job.shares if share.party_id is not None}


def total_minor(job: Job) -> int:
    """What all parties get of a job together."""
    return sum(share.amount_minor for share in job.shares)


def part_minor(job: Job, party_id: UUID) -> int:
    """What one of them gets of a job, its tax included."""
    return sum(share.amount_minor for share in job.shares if share.party_id == party_id)


def price_anew(job: Job) -> None:
    """A job that goes on after a part of its money went back costs what its parties are still to get."""
    job.total_minor = total_minor(job)
    job.price_minor = sum(share.amount_minor for share in job.shares if share.kind is ShareKind.FACTORY)


def give_up(job: Job, minor: int, *, why: str) -> list[GivenUp]:
    """Take so much of a job away from its parties, each by its share, out of its payments, the newest first."""
    taken = []
    for payment_id, parties in reversed(entitled(job).items()):
        part = min(minor, sum(parties.values()))
        if part:
            taken.append(_give_up(job, payment_id, parties, part, why=why))
            minor -= part
    assert minor == 0, "no more is given back than the parties were to get"
    return taken


def give_up_of_payment(jobs: Sequence[Job], payment_id: UUID, minor: int, *, why: str) -> list[tuple[Job, GivenUp]]:
    """Take so much of one payment away from the parties of its jobs, each job by what it still gets of it.

    Ties go to the job with the smaller id.
    """
    of_each = [(job, entitled(job).get(payment_id, {})) for job in sorted(jobs, key=lambda each: each.id)]
    left = [sum(parties.values()) for _, parties in of_each]
    assert minor <= sum(left), "no more is taken than the parties were to get"
    if minor == 0:
        return []
    step = CHARGE_LIMITS[jobs[0].currency].step
    step = step if not any(each % step for each in (minor, *left)) else 1
    parts = [part * step for part in split(minor // step, left)]
    return [
        (job, _give_up(job, payment_id, parties, part, why=why))
        for (job, parties), part in zip(of_each, parts, strict=True)
        if part
    ]


def left_of_payment(jobs: Sequence[Job], payment_id: UUID) -> int:
    """What the parties of these jobs still get out of a payment together."""
    return sum(share.amount_minor for job in jobs for share in job.shares if share.payment_id == payment_id)


def grow(job: Job, minor: int, *, payment_id: UUID, why: str) -> None:
    """Give the parties of a job more, each by its share as it was ordered, out of a payment of its own."""
    _add(job, payment_id, _more(job, minor), why=why)


def change_of(job: Job, minor: int) -> int:
    """What the factory gets, or gives up, of a change of the job's total."""
    if minor == 0:
        return 0
    factory = ShareKind.FACTORY, job.factory_id
    if minor > 0:
        return _more(job, minor)[factory]
    left: dict[Party, int] = defaultdict(int)
    for share in job.shares:
        left[share.kind, share.party_id] += share.amount_minor
    return -_divided(-minor, left, step=CHARGE_LIMITS[job.currency].step)[factory]


def _more(job: Job, minor: int) -> dict[Party, int]:
    """By the shares as they were ordered: what a party gave up since does not make it smaller in what is added."""
    ordered: dict[Party, int] = defaultdict(int)
    for share in job.shares:
        if share.why == ORDERED:
            ordered[share.kind, share.party_id] += share.amount_minor
    return _divided(minor, ordered, step=CHARGE_LIMITS[job.currency].step)


def _give_up(job: Job, payment_id: UUID, parties: Mapping[Party, int], minor: int, *, why: str) -> GivenUp:
    parts = _divided(minor, parties, step=CHARGE_LIMITS[job.currency].step)
    _add(job, payment_id, {party: -each for party, each in parts.items()}, why=why)
    return GivenUp(payment_id, minor, by_organisation(parts), parts.get(PLATFORMS_TAX, 0))


def by_organisation(parts: Mapping[Party, int]) -> Mapping[UUID | None, int]:
    """What each party gets, its tax included; the platform is nobody."""
    of_each: dict[UUID | None, int] = defaultdict(int)
    for (_, party_id), minor in parts.items():
        of_each[party_id] += minor
    return of_each


def _divided(minor: int, parties: Mapping[Party, int], *, step: int) -> dict[Party, int]:
    """By the shares, to the smallest step that the provider moves (M1), or the minor unit where it is not in steps.

    Ties go to the smaller party id, and to the platform first.
    """
    step = step if minor % step == 0 else 1
    ordered = sorted(parties, key=lambda party: (party[1] is not None, party[1] or UUID(int=0), party[0]))
    parts = split(minor // step, [parties[party] for party in ordered])
    return {party: part * step for party, part in zip(ordered, parts, strict=True)}


def _add(job: Job, payment_id: UUID, amounts: Mapping[Party, int], *, why: str) -> None:
    for (kind, party_id), minor in amounts.items():
        if minor:
            number = len(job.shares) + 1
            job.shares.append(
                Share(
                    job_id=job.id,
                    number=number,
                    payment_id=payment_id,
                    kind=kind,
                    party_id=party_id,
                    amount_minor=minor,
                    why=why,
                )
            )
