"""Writes what the slicer says of the reported families, for the tests: `python -m tools.compare_printing.recording`.

The tests compare with it where there is no slicer. Of a profile only those settings are kept that our reader needs.
"""

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from marketplace.costing import slicer_profiles
from marketplace.costing.errors import SlicerProfileUnreadable
from tools.compare_printing import families, profiles, slicer

RECORD: Final = Path(__file__).resolve().parents[2] / "tests" / "tools" / "sliced_families.json"


def main() -> int:
    slicer.install()
    with tempfile.TemporaryDirectory() as room:
        by = profiles.write(Path(room))
        files = families.write(families.REPORTED, Path(room))
        parts = {path.stem: {profile.stem: _figures(path, profile) for profile in by} for path in files}
        write({profile.stem: profile.read_text(encoding="utf-8") for profile in by}, parts, slicer.version())
    return 0


def _figures(path: Path, profile: Path) -> list[float]:
    found = slicer.sliced(path, profile)
    return [found.time_s, found.filament_mm]


def write(by: Mapping[str, str], parts: Mapping[str, Any], version: str) -> None:
    """The record: version, profiles, and for each part and profile seconds and millimetres of filament."""
    kept = {name: needed(ini) for name, ini in by.items()}
    lines = ",\n".join(f"    {json.dumps(name)}: {json.dumps(figures)}" for name, figures in sorted(parts.items()))
    head = json.dumps({"slicer": f"PrusaSlicer {version}", "profiles": kept}, indent=2).removesuffix("\n}")
    RECORD.write_text(f'{head},\n  "parts": {{\n{lines}\n  }}\n}}\n', encoding="utf-8")


def needed(ini: str) -> dict[str, str]:
    """The settings without which the profile would be refused or read otherwise."""
    settings = dict(line.split(" = ", 1) for line in ini.splitlines() if " = " in line)
    whole = slicer_profiles.read(ini)
    return {name: value for name, value in settings.items() if _reads(settings, without=name) != whole}


def _reads(settings: Mapping[str, str], *, without: str) -> Any:
    try:
        return slicer_profiles.read(text({name: value for name, value in settings.items() if name != without}))
    except SlicerProfileUnreadable:
        return None


def text(settings: Mapping[str, str]) -> str:
    """Settings as a flat .ini."""
    return "".join(f"{name} = {value}\n" for name, value in settings.items())


if __name__ == "__main__":
    sys.exit(main())
