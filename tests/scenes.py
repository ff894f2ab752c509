"""Something to quote and order: live listings with open minutes, and measured parts. Rows only, so that it is quick."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import Flask

from marketplace.capability.models import RateCard, WorkCentre
from marketplace.capacity.models import CapacityDay
from marketplace.geometry.values import FileKind, Hole, Measurement, Units
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.kernel.transaction import transaction
from marketplace.listings.models import Listing, ListingState
from marketplace.parts.models import Part, Revision, RevisionState, StoredFile
from marketplace.spare import service as spare
from marketplace.spare.models import SpareSlot
from marketplace.spare.service import SlotTerms
from tests.worlds import Person

SHA = "ab" * 32

BRACKET = Measurement(
    kind=FileKind.STEP,
    declared_units=Units.MM,
    volume_mm3=60_000.0,
    area_mm2=20_000.0,
    box_mm=(100.0, 60.0, 20.0),
    is_closed=True,
    bodies=1,
    triangles=None,
    faces=14,
    holes=(Hole(8.0, 10.0, True, (0.0, 0.0, 1.0), (10.0, 10.0, 5.0)),),
    engine="test",
)


@dataclass(frozen=True)
class Shop:
    """A factory with one live listing."""

    owner: Person
    listing_id: UUID
    work_centre_id: UUID
    rate_card_id: UUID


@dataclass(frozen=True)
class Scene:
    """Furnishes one application's database."""

    app: Flask

    def shop(
        self,
        owner: Person,
        *,
        process: str = "cnc_milling",
        materials: Sequence[str] = ("aluminium_6061",),
        machine_rate: int = 6000,
        labour_rate: int = 4000,
        material_price: int = 800,
        currency: str = "EUR",
        envelope: tuple[int, int, int] = (200, 300, 400),
        time_zone: str = "UTC",
        open_min: int = 480,
        days: int = 30,
        state: ListingState = ListingState.LIVE,
        name: str = "Mill",
        centre_has: Mapping[str, Any] = MappingProxyType({}),
        card_has: Mapping[str, Any] = MappingProxyType({}),
    ) -> Shop:
        """A work centre with so many open minutes on each of the coming days, listed; and what else its rows have."""
        assert owner.organisation_id is not None
        centre = WorkCentre(
            id=new_id(),
            organisation_id=owner.organisation_id,
            name=name,
            process=process,
            machines=1,
            envelope_mm=sorted(envelope),
            materials=list(materials),
            time_zone=time_zone,
            **centre_has,
        )
        card = RateCard(
            id=new_id(),
            work_centre_id=centre.id,
            number=1,
            currency=currency,
            machine_rate_minor_per_h=machine_rate,
            labour_rate_minor_per_h=labour_rate,
            material_minor_per_kg=dict.fromkeys(materials, material_price),
            minimum_order_minor=0,
            margin_bps=1000,
            effective_at=clock.now(),
            set_by=owner.user_id,
            **card_has,
        )
        listing = Listing(
            id=new_id(),
            organisation_id=owner.organisation_id,
            work_centre_id=centre.id,
            process=process,
            title=name,
            terms="",
            state=state,
        )
        today = clock.now().date()
        with self.app.app_context(), transaction():
            session().add(centre)
            session().flush()
            session().add_all([card, listing])
            session().add_all(
                CapacityDay(work_centre_id=centre.id, day=today + timedelta(days=n), open_min=open_min)
                for n in range(days + 1)
            )
        return Shop(owner, listing.id, centre.id, card.id)

    def slot(self, shop: Shop, *, days: tuple[int, int] = (3, 7), hours: int = 48, **terms: int) -> SpareSlot:
        """A slot of spare capacity that the shop publishes: 600 minutes at -20 %, unless told otherwise."""
        today = clock.now().date()
        wanted = SlotTerms(
            listing_id=shop.listing_id,
            first_day=today + timedelta(days=days[0]),
            last_day=today + timedelta(days=days[1]),
            closes_in_hours=hours,
            **{"offered_min": 600, "discount_bps": 2_000, **terms},
        )
        with self.app.app_context(), transaction():
            return spare.publish(wanted, by=shop.owner.actor)

    def part(
        self, owner: Person, measurement: Measurement | None = BRACKET, *, units: Units | None = Units.MM
    ) -> Revision:
        """A measured revision (or one still being measured) of a new part."""
        assert owner.organisation_id is not None
        part = Part(id=new_id(), organisation_id=owner.organisation_id, name="Bracket", created_by=owner.user_id)
        revision = Revision(
            id=new_id(),
            part_id=part.id,
            number=1,
            sha256=SHA,
            file_name="bracket.step",
            state=RevisionState.MEASURED if measurement else RevisionState.MEASURING,
            units=units if measurement else None,
            measurement=measurement.as_json() if measurement else None,
        )
        with self.app.app_context(), transaction():
            if session().get(StoredFile, SHA) is None:
                session().add(StoredFile(sha256=SHA, size_bytes=1, kind=FileKind.STEP))
            session().add(part)
            session().flush()
            session().add(revision)
        return revision
