from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from marketplace.kernel import clock
from marketplace.parts.models import Revision
from marketplace.rfqs.models import Rfq
from tests.scenes import Scene
from tests.tenders import Tender
from tests.worlds import Person, World

Move = Callable[[timedelta], datetime]


@pytest.fixture
def customer(world: World) -> Person:
    return world.make_organisation("Watt & Co")


@pytest.fixture
def tender(app: Flask, customer: Person) -> Tender:
    return Tender(app, customer)


@pytest.fixture
def part(scene: Scene, customer: Person) -> Revision:
    return scene.part(customer)


@pytest.fixture
def make_shop(world: World, scene: Scene) -> Callable[..., Person]:
    """A factory with one live listing and open minutes."""

    def make(name: str = "Mill", *, country: str = "DE", **shop: object) -> Person:
        owner = world.make_organisation(name, hats=("factory",), country=country)
        scene.shop(owner, **shop)
        return owner

    return make


@pytest.fixture
def shops(make_shop: Callable[..., Person]) -> list[Person]:
    return [make_shop(f"Mill {name}", country=country) for name, country in zip("XYZ", ("CN", "DE", "US"), strict=True)]


@pytest.fixture
def rfq(tender: Tender, part: Revision, shops: list[Person]) -> Rfq:
    """A request to three factories, all of which have agreed to its terms."""
    made = tender.ask(part.id, *shops)
    tender.agree(made, *shops)
    return made


@pytest.fixture
def move_clock(monkeypatch: pytest.MonkeyPatch) -> Move:
    """Stops the clock of the house, and lets time pass by as much as the test says."""
    start = clock.now()
    passed = [timedelta()]
    monkeypatch.setattr(clock, "now", lambda: start + passed[0])

    def move(by: timedelta) -> datetime:
        passed[0] += by
        return clock.now()

    return move
