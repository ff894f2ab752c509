"""The world of a test: an application on a database of its own, emptied after each test that used it."""

import gc
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings

from blueprints.app import create_app
from config import Config, load
from marketplace.kernel.database import db
from tests import databases, sent
from tests.market import Market
from tests.scenes import Scene
from tests.worlds import Person, World

settings.register_profile("house", deadline=None, print_blob=True)  # busy machines are slow; failures print their seed
settings.load_profile("house")

WEBHOOK_SECRET = "whsec_only_for_tests_0123456789"


def _database_name() -> str:
    return f"commonforge_test_{os.getpid()}"


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay until the end: the garbage collector need not walk them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _nothing_beyond_this_machine() -> Iterator[None]:
    """Refuse every connection that would leave the machine, whoever opens it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Settings of the tests: a database of this process alone, files in a temporary folder."""
    return load(
        {
            "ENVIRONMENT": "test",
            "DATABASE_URL": databases.fresh(_database_name()),
            "DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "STRIPE_API_BASE": "http://127.0.0.1:9",  # nothing listens there: a test that pays brings its own
        }
    )


@pytest.fixture(scope="session")
def application(config: Config) -> Iterator[Flask]:
    """The one application of this test process."""
    app = create_app(config)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    with app.app_context():
        db.engine.dispose()
    databases.drop(_database_name())


@pytest.fixture(scope="session")
def _sweeper(config: Config, application: Flask) -> Iterator[psycopg.Connection]:
    assert config.database_url is not None
    with databases.sweeper(config.database_url) as connection:
        yield connection


@pytest.fixture
def app(application: Flask, _sweeper: psycopg.Connection) -> Iterator[Flask]:
    """The application; whatever the test committed is gone after it."""
    yield application
    databases.empty(_sweeper)


@pytest.fixture
def in_app(app: Flask) -> Iterator[Flask]:
    """An open application context, for tests of services. Never together with `client`."""
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A stranger's browser: no login, its own cookies."""
    return app.test_client()


@pytest.fixture
def world(app: Flask) -> World:
    """People and organisations; see tests/worlds.py."""
    return World(app)


@pytest.fixture
def make_organisation(world: World) -> Callable[..., Person]:
    """Makes an organisation and returns its owner: `make_organisation("Shop", hats=("factory",), country="CN")`."""
    return world.make_organisation


@pytest.fixture
def make_member(world: World) -> Callable[..., Person]:
    """Makes one more person in a colleague's organisation: `make_member(owner, Role.VIEWER)`."""
    return world.make_member


@pytest.fixture
def as_user(world: World) -> Callable[[Person], FlaskClient]:
    """A browser in which somebody is logged in: `as_user(owner).get(...)`."""
    return world.as_user


@pytest.fixture
def statements() -> Callable[[], AbstractContextManager[list[str]]]:
    """Collects the SQL sent inside a block: `with statements() as sent: …; assert len(sent) == 2`."""
    return sent.statements


@pytest.fixture
def staff(world: World) -> Person:
    """Somebody who runs the marketplace."""
    return world.make_staff()


@pytest.fixture
def market(world: World, staff: Person) -> Market:
    """Factories with listings in any state; see tests/market.py."""
    return Market(world, staff)


@pytest.fixture
def scene(app: Flask) -> Scene:
    """Live listings with open minutes, and measured parts (tests/scenes.py)."""
    return Scene(app)


@pytest.fixture
def cad_data() -> Path:
    """Real CAD files, where somebody has put them; the tests that use them are extra."""
    folder = Path(os.environ.get("COMMONFORGE_CAD_DATA", databases.ROOT.parent / "shared" / "data" / "dev"))
    if not folder.is_dir():
        pytest.skip("no folder of real CAD files here (COMMONFORGE_CAD_DATA)")
    return folder
