"""Who is entitled to how much of a job: rows that are only added, and make up what was paid, less what went back.

The caller has locked the order and loaded its jobs with their shares.
"""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from marketplace.kernel.money import split
from marketplace.orders.models import Job, Share, ShareKind

Party = tuple[ShareKind, UUID | None]


def entitled(job: Job) -> dict[UUID, dict[Party, int]]:
    """What each party gets of a job, by the payment out of which it comes, the first payment first."""
    of_payments: dict[UUID, dict[Party, int]] = {}
    for share in sorted(job.shares, key=lambda each: (each.payment_id, each.number)):
        parties = of_payments.setdefault(share.payment_id, defaultdict(int))
        parties[share.kind, share.party_id] += share.amount_minor
    return of_payments


def total_minor(job: Job) -> int:
    """What all parties get of a job together."""
    return sum(share.amount_minor for share in job.shares)


def give_up(job: Job, minor: int, *, why: str) -> list[tuple[UUID, int]]:
    """Take so much of a job away from its parties, each by its share; how much of which payment, the newest first."""
    taken = []
    for payment_id, parties in reversed(entitled(job).items()):
        part = min(minor, sum(parties.values()))
        if part:
            _add(job, payment_id, _divided(-part, parties), why=why)
            taken.append((payment_id, part))
            minor -= part
    assert minor == 0, "no more is given back than the parties were to get"
    return taken


def grow(job: Job, minor: int, *, payment_id: UUID, why: str) -> None:
    """Give the parties of a job more, each by its share, out of a payment of its own."""
    of_all: dict[Party, int] = defaultdict(int)
    for parties in entitled(job).values():
        for party, each in parties.items():
            of_all[party] += each
    _add(job, payment_id, _divided(minor, of_all), why=why)


def change_of(job: Job, minor: int) -> int:
    """What the factory gets, or gives up, of a change of the job's total."""
    of_all: dict[Party, int] = defaultdict(int)
    for share in job.shares:
        of_all[share.kind, share.party_id] += share.amount_minor
    return _divided(minor, of_all)[ShareKind.FACTORY, job.factory_id] if minor else 0


def _divided(minor: int, parties: Mapping[Party, int]) -> dict[Party, int]:
    """By the shares, to the minor unit (M1); ties go to the smaller party id, and to the platform first."""
    ordered = sorted(parties, key=lambda party: (party[1] is not None, party[1] or UUID(int=0), party[0]))
    return dict(zip(ordered, split(minor, [parties[party] for party in ordered]), strict=True))


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
