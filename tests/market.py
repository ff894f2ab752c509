"""Factories with something to list, for tests of listings and of what stands on them."""

from dataclasses import dataclass
from datetime import time
from uuid import UUID

from marketplace.capability.models import RateCard, Shift, WorkCentre
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.listings import queries, service
from marketplace.listings.models import ListingState
from marketplace.moderation import queries as cases
from marketplace.moderation.models import Outcome
from marketplace.workflows import moderating
from tests.worlds import Person, World

REASON = "The envelope and the machines agree with the photos that were sent."


@dataclass(frozen=True)
class Market:
    """Puts listings of a factory into any state, through the services."""

    world: World
    staff: Person

    def make_factory(self, name: str | None = None, country: str = "DE") -> Person:
        return self.world.make_organisation(name, hats=("factory",), country=country)

    def make_work_centre(
        self, factory: Person, *, process: str = "cnc_milling", calendar: bool = True, rates: bool = True
    ) -> UUID:
        """A work centre, complete unless told otherwise."""
        with self.world.app.app_context(), transaction():
            centre = WorkCentre(
                organisation_id=factory.organisation_id,
                name=f"Centre {clock.now().isoformat()}",
                process=process,
                machines=1,
                envelope_mm=[200, 300, 400],
                materials=["aluminium_6061"],
                time_zone="Europe/Berlin",
            )
            session().add(centre)
            session().flush()
            if calendar:
                session().add(Shift(work_centre_id=centre.id, weekday=0, starts=time(8), ends=time(16)))
            if rates:
                session().add(card(centre.id, factory))
        return centre.id

    def make_listing(self, factory: Person, state: ListingState = ListingState.DRAFT, **centre: object) -> UUID:
        """A listing in a state, brought there as people would."""
        wanted = service.DraftTerms(self.make_work_centre(factory, **centre), "Three mills", "Ships in a week.")  # type: ignore[arg-type]
        with self.world.app.app_context(), transaction():
            listing_id = service.draft(wanted, by=factory.actor).id
        self.bring(factory, listing_id, state)
        return listing_id

    def bring(self, factory: Person, listing_id: UUID, state: ListingState) -> None:
        if state is ListingState.WITHDRAWN:
            self.withdraw(factory, listing_id)
        elif state is not ListingState.DRAFT:
            self.submit(factory, listing_id)
        if state in (ListingState.LIVE, ListingState.SUSPENDED):
            self.decide(listing_id, Outcome.APPROVE)
        if state is ListingState.REJECTED:
            self.decide(listing_id, Outcome.REJECT)
        if state is ListingState.SUSPENDED:
            self.report(listing_id)
            self.decide(listing_id, Outcome.SUSPEND)

    def submit(self, factory: Person, listing_id: UUID) -> None:
        with self.world.app.app_context(), transaction():
            service.submit(queries.for_factory_to_change(factory.actor, listing_id), by=factory.actor)

    def withdraw(self, factory: Person, listing_id: UUID) -> None:
        with self.world.app.app_context(), transaction():
            service.withdraw(queries.for_factory_to_change(factory.actor, listing_id), by=factory.actor)

    def edit(self, factory: Person, listing_id: UUID, **changes: str) -> None:
        with self.world.app.app_context(), transaction():
            listing = queries.for_factory_to_change(factory.actor, listing_id)
            service.edit(listing, service.EditTerms(**changes), by=factory.actor)

    def appeal(self, factory: Person, listing_id: UUID, text: str = "The photo shows the wrong machine.") -> UUID:
        with self.world.app.app_context(), transaction():
            listing = queries.for_factory_to_change(factory.actor, listing_id)
            return moderating.appeal(listing, text=text, by=factory.actor).id

    def report(self, listing_id: UUID, grounds: str = "A customer says that nobody answers there.") -> UUID:
        with self.world.app.app_context(), transaction():
            return moderating.report(listing_id, grounds=grounds, by=self.staff.actor).id

    def decide(self, listing_id: UUID, outcome: Outcome, *, reason: str = REASON, by: Person | None = None) -> UUID:
        """Decide the open case of a listing."""
        case_id = self.open_case(listing_id)
        assert case_id is not None
        with self.world.app.app_context(), transaction():
            return moderating.decide(case_id, outcome, reason=reason, by=(by or self.staff).actor).id

    def open_case(self, listing_id: UUID) -> UUID | None:
        with self.world.app.app_context():
            case = cases.open_case_of(listing_id)
            return case.id if case else None

    def state_of(self, listing_id: UUID) -> ListingState:
        with self.world.app.app_context():
            return queries.for_staff(listing_id).state


def card(centre_id: UUID, factory: Person) -> RateCard:
    return RateCard(
        work_centre_id=centre_id,
        number=1,
        currency="EUR",
        machine_rate_minor_per_h=6_000,
        labour_rate_minor_per_h=4_500,
        material_minor_per_kg={"aluminium_6061": 700},
        minimum_order_minor=2_500,
        margin_bps=1_500,
        effective_at=clock.now(),
        set_by=factory.user_id,
    )
