from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from marketplace.capability.service import WorkCentreTerms
from marketplace.kernel.transaction import transaction
from marketplace.workflows.shop_floor import calendars
from tests.minutes import EVERY_DAY
from tests.worlds import Person, World


@pytest.fixture
def shop(world: World) -> Person:
    """The owner of a factory."""
    return world.make_organisation(hats=("factory",))


@pytest.fixture
def make_centre(app: Flask, shop: Person) -> Callable[..., UUID]:
    """Opens a work centre of the shop, 480 minutes a day in UTC unless told otherwise; gives its id."""

    def make(name: str = "Mills", *, week=EVERY_DAY, machines: int = 1, zone: str = "UTC") -> UUID:
        terms = WorkCentreTerms(
            name=name,
            process="cnc_milling",
            machines=machines,
            envelope_mm=(400, 300, 200),
            materials=("aluminium_6061",),
            time_zone=zone,
            shifts=week,
        )
        with app.app_context(), transaction():
            return calendars.open_work_centre(terms, by=shop.actor).id

    return make
