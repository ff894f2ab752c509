"""The profiles to print by: four of the maker's own, put together from the slicer's vendor bundle, or a folder's."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

BUNDLES: Final = ("/usr/share/PrusaSlicer/profiles", "/usr/local/share/PrusaSlicer/profiles")
BUNDLE: Final = "PrusaResearch.ini"
PRINTER: Final = "Original Prusa i3 MK3S & MK3S+"

Settings = dict[str, str]


class NoBundle(RuntimeError):
    """The slicer's vendor bundle is not where Debian puts it."""


@dataclass(frozen=True)
class Recipe:
    """A print profile and a filament of the bundle, and what we change."""

    print: str
    filament: str
    changes: Mapping[str, str] = field(default_factory=dict)


RECIPES: Final[Mapping[str, Recipe]] = MappingProxyType(
    {
        "quality": Recipe("0.20mm QUALITY @MK3", "Prusament PLA"),
        "supports": Recipe(
            "0.20mm QUALITY @MK3", "Prusament PLA", {"support_material": "1", "support_material_auto": "1"}
        ),
        "draft": Recipe("0.30mm DRAFT @MK3", "Prusament PLA"),
        "sturdy": Recipe("0.15mm QUALITY @MK3", "Prusament PETG", {"perimeters": "3", "fill_density": "40%"}),
    }
)
"""Layers of 0.2, 0.2, 0.3 and 0.15 mm; gyroid and grid; 15 to 40 % infill; two and three walls; with supports."""

_NOT_FLAT: Final = re.compile(
    r"inherits|renamed_from|compatible_.*|default_.*_profile|printer_(model|variant|vendor)|bed_(model|texture)"
    r"|thumbnails|filament_vendor|host_type|technology"
)


def write(folder: Path) -> list[Path]:
    """The four profiles as flat .ini files. Raises NoBundle."""
    sections = dict(_sections(_bundle()))
    paths = []
    for name, recipe in RECIPES.items():
        paths.append(folder / f"{name}.ini")
        lines = [f"{key} = {value}" for key, value in sorted(_flat(sections, recipe).items())]
        paths[-1].write_text("\n".join([*lines, ""]), encoding="utf-8")
    return paths


def _bundle() -> str:
    for folder in BUNDLES:
        if (path := Path(folder, BUNDLE)).is_file():
            return path.read_text(encoding="utf-8")
    raise NoBundle(f"{BUNDLE} is in none of {', '.join(BUNDLES)}; name a folder of .ini files by PRINT_PROFILES.")


def _sections(bundle: str) -> Iterator[tuple[str, Settings]]:
    for piece in re.split(r"^\[", bundle, flags=re.MULTILINE)[1:]:
        title, _, body = piece.partition("]")
        pairs = (line.partition("=") for line in body.splitlines() if "=" in line and not line.startswith("#"))
        yield title, {key.strip(): value.strip() for key, _, value in pairs}


def _flat(sections: Mapping[str, Settings], recipe: Recipe) -> Settings:
    flat: Settings = {}
    for kind, name in (("printer", PRINTER), ("print", recipe.print), ("filament", recipe.filament)):
        flat |= _inherited(sections, kind, name)
    return {key: value for key, value in (flat | recipe.changes).items() if not _NOT_FLAT.fullmatch(key)}


def _inherited(sections: Mapping[str, Settings], kind: str, name: str) -> Settings:
    """A section on top of those it inherits from, the last of which wins."""
    own = sections[f"{kind}:{name}"]
    parents = [parent.strip() for parent in own.get("inherits", "").split(";") if parent.strip()]
    found: Settings = {}
    for parent in parents:
        found |= _inherited(sections, kind, parent)
    return found | own
