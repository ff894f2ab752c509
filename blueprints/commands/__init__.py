"""The command line: `flask --app wsgi …`. Each command is one block over the services, as a route is."""

from flask import Flask

from blueprints.commands import measuring, operating, publishing


def register(app: Flask) -> None:
    for command in (operating.make_admin, operating.worker, operating.check, measuring.measure, publishing.catalogue):
        app.cli.add_command(command)
