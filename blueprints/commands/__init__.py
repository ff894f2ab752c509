"""The command line: `flask --app wsgi …`. Each command is one block over the services, as a route is."""

from flask import Flask

from blueprints.commands import comparing, measuring, operating, publishing


def register(app: Flask) -> None:
    commands = (
        operating.make_admin,
        operating.worker,
        operating.check,
        comparing.reconcile,
        measuring.measure,
        publishing.catalogue,
    )
    for command in commands:
        app.cli.add_command(command)
