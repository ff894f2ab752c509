"""The command line: `flask --app wsgi …`."""

from contextlib import AbstractContextManager

import click
from flask import Flask, current_app

from blueprints.http.ports import ports, settings
from marketplace import bootstrap
from marketplace.jobs import worker as jobs


def register(app: Flask) -> None:
    app.cli.add_command(worker)


@click.command()
@click.option("--queue", "queues", multiple=True, help="Only these queues (main, geometry); all of them by default.")
@click.option("--threads", default=4, show_default=True, help="Jobs done at once.")
def worker(queues: tuple[str, ...], threads: int) -> None:
    """Do the jobs that requests leave behind, until told to stop."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def scope() -> AbstractContextManager[object]:
        context: AbstractContextManager[object] = app.app_context()
        return context

    url: str = app.config["SQLALCHEMY_DATABASE_URI"]
    jobs.run(
        url.replace("postgresql+psycopg://", "postgresql://", 1),
        bootstrap.handlers(ports(), settings()),
        scope=scope,
        queues=list(queues) or None,
        threads=threads,
    )
