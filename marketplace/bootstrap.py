"""From settings to ports and job handlers: the only place that chooses between the real and the local."""

from collections.abc import Mapping
from dataclasses import dataclass

from config import Config
from marketplace.jobs.queue import Task
from marketplace.jobs.worker import Handler


@dataclass(frozen=True)
class Ports:
    """Everything outside the house, behind the shapes that the business knows."""


def ports(config: Config) -> Ports:
    """Build the ports; nothing is started or connected until it is used."""
    return Ports()


def handlers(ports: Ports, config: Config) -> Mapping[Task, Handler]:
    """What each task does."""
    return {}


def database_url(config: Config) -> str:
    """The address of the database: the configured one, or the embedded PostgreSQL, started if it is down."""
    if config.database_url is not None:
        return config.database_url
    from marketplace.adapters import embedded_postgres

    return embedded_postgres.start(config.data_dir / "postgres")
