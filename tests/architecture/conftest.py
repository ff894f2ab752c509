"""One estate for all tests of a module that try every route."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask

from tests import databases, estate
from tests.estate import Estate
from tests.tries import Try, tries, watcher


@pytest.fixture(scope="module")
def swept(application: Flask, _sweeper: psycopg.Connection) -> Iterator[Flask]:
    """The application; what the tests of a module left is gone after them."""
    yield application
    databases.empty(_sweeper)


@pytest.fixture(scope="module")
def arkwrights(swept: Flask) -> Estate:
    """Refusals leave it as it is."""
    return estate.build(swept)


@pytest.fixture(scope="module")
def every_try(swept: Flask, arkwrights: Estate) -> list[Try]:
    """Every guarded route and method, asked for what is the Arkwrights'."""
    return list(tries(swept, arkwrights.ids))


@pytest.fixture
def contents(swept: Flask, _sweeper: psycopg.Connection) -> Callable[[], dict[str, str]]:
    """Tells a digest of all rows of each table."""
    return watcher(_sweeper)
