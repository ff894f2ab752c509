"""`flask --app wsgi measure FILE…`: what the marketplace would find in a file, told here and now."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec
from flask.cli import with_appcontext

from blueprints.commands import report
from blueprints.http.ports import ports
from marketplace.geometry.outcomes import Measured, Outcome, Pictures, Refused
from marketplace.geometry.ports import Measurer
from marketplace.geometry.sniffing import sniff
from marketplace.geometry.values import Measurement
from marketplace.kernel.errors import Rejected, Unavailable
from marketplace.manufacturability.judging import PROCESSES, findings
from marketplace.manufacturability.values import Finding

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Asked:
    """How to tell what is found."""

    processes: Sequence[str]
    as_json: bool
    previews: Path | None


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each file, each on a line of its own.")
@click.option("--process", type=click.Choice(sorted(PROCESSES)), help="Judge for this process only.")
@click.option(
    "--previews",
    type=FOLDER,
    default=Path(),
    help="Where FILE.png and FILE.glb are written; by default in the current folder.",
)
@click.option("--no-previews", is_flag=True, help="Write no previews.")
@with_appcontext
def measure(files: tuple[Path, ...], as_json: bool, process: str | None, previews: Path, no_previews: bool) -> None:
    """Measure parts (STEP, STL, OBJ, 3MF, DXF): report, findings for each process, and a preview beside it.

    Nothing is stored and nothing is sent. Exits 1 if a file was refused.
    """
    asked = Asked([process] if process else sorted(PROCESSES), as_json, None if no_previews else previews)
    refusals = 0
    for (path, outcome), stem in zip(_outcomes(ports().measurer, files), _stems(files), strict=True):
        refusals += not isinstance(outcome, Measured)
        click.echo(_told(path, stem, outcome, asked))
    if refusals:
        raise SystemExit(1)


def _outcomes(measurer: Measurer, files: Sequence[Path]) -> Iterator[tuple[Path, Outcome]]:
    """Each file as soon as it is measured; with several, how far we are goes to standard error."""
    for count, path in enumerate(files, start=1):
        if len(files) > 1:
            click.echo(f"{count} of {len(files)}  {path.name} … ", nl=False, err=True)
        began = time.perf_counter()
        outcome = _outcome(measurer, path)
        if len(files) > 1:
            click.echo(f"{time.perf_counter() - began:.1f} s", err=True)
        yield path, outcome


def _outcome(measurer: Measurer, path: Path) -> Outcome:
    try:
        return measurer.measure(path, sniff(path))
    except Rejected as refusal:
        return Refused(refusal.code, refusal.message)
    except Unavailable as trouble:
        raise click.ClickException(trouble.message) from None


def _stems(files: Sequence[Path]) -> Iterator[str]:
    """What the previews of each file are called: two files of one name do not share theirs."""
    seen: Counter[str] = Counter()
    for path in files:
        seen[path.name] += 1
        yield path.name if seen[path.name] == 1 else f"{path.name}-{seen[path.name]}"


def _told(path: Path, stem: str, outcome: Outcome, asked: Asked) -> str:
    if not isinstance(outcome, Measured):
        refused = {"file": str(path), "refused": {"code": outcome.code, "message": outcome.message}}
        return _json(refused) if asked.as_json else report.refused(str(path), outcome)
    part, judged = outcome.measurement, _judged(outcome.measurement, asked.processes)
    written = _written(stem, outcome.pictures, asked.previews)
    if asked.as_json:
        previews = [str(each) for each in written]
        return _json({"file": str(path), "measurement": part.as_json(), "findings": judged, "previews": previews})
    lines = [report.measured(str(path), part, judged), *(f"Preview: {each}" for each in written), ""]
    return "\n".join(lines)


def _judged(part: Measurement, processes: Sequence[str]) -> dict[str, tuple[Finding, ...]]:
    return {process: findings(part, process) for process in processes}


def _json(record: object) -> str:
    return msgspec.json.encode(record).decode()


def _written(stem: str, pictures: Pictures | None, folder: Path | None) -> list[Path]:
    if pictures is None or folder is None:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    wanted = ((".png", pictures.thumbnail), (".glb", pictures.model))
    written = [(folder / f"{stem}{suffix}", content) for suffix, content in wanted if content]
    for path, content in written:
        path.write_bytes(content)
    return [path for path, _ in written]
