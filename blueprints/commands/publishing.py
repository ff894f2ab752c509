"""Publishing what everyone may have without asking the marketplace: the catalogue as a static file."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from blueprints.public.catalogue.document import document


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".")
@with_appcontext
def catalogue(folder: Path) -> None:
    """Write the catalogue to FOLDER as catalogue-VERSION.json; the same content always makes the same file."""
    shown = document()
    file = folder / f"catalogue-{shown['version']}.json"
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(str(file))
