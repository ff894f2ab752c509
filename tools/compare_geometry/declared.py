"""What the authoring CAD program wrote into a STEP file about its own part: volume and area.

Geometric validation properties (ISO 10303-42; CAx-IF recommended practices): `volume measure`, `wetted area measure`.
"""

import re
from pathlib import Path
from typing import Final

_VOLUME: Final = re.compile(rb"'volume measure'\s*,\s*VOLUME_MEASURE\s*\(\s*([-+.\dEe]+)\s*\)")
_AREA: Final = re.compile(rb"'wetted area measure'\s*,\s*AREA_MEASURE\s*\(\s*([-+.\dEe]+)\s*\)")


def measured(path: Path) -> dict[str, float]:
    """`volume mm³` and `area mm²` as declared, where the file says one of each, in the file's own units."""
    text = path.read_bytes()
    found = {"volume mm³": _only(_VOLUME, text), "area mm²": _only(_AREA, text)}
    return {figure: value for figure, value in found.items() if value is not None}


def _only(pattern: re.Pattern[bytes], text: bytes) -> float | None:
    """The one value that is said; None where there are none or several (one for each body of an assembly)."""
    values = {float(value) for value in pattern.findall(text)}
    return values.pop() if len(values) == 1 else None
