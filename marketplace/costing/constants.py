"""The numbers of the routings and where they come from, read once from constants.toml and sources.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marketplace.costing.values import Figure

HERE = Path(__file__).parent
EVERY_PROCESS = "every_process"


@cache
def sources() -> Mapping[str, str]:
    """Every source by its short key: the legend that trees and catalogues point into."""
    return MappingProxyType(tomllib.loads((HERE / "sources.toml").read_text(encoding="utf-8")))


def figure(row: Mapping[str, Any]) -> Figure:
    """A figure from its row of a data file; ValueError if its source is not in the legend."""
    if row["source"] not in sources():
        raise ValueError(f"no source named {row['source']!r} in sources.toml")
    return Figure(value=row["value"], unit=row["unit"], source=row["source"])


@cache
def constants(process_id: str) -> Mapping[str, Figure]:
    """The constants of one process by name, those of every process among them; KeyError for a process that has none."""
    return MappingProxyType({**tables()[EVERY_PROCESS], **tables()[process_id]})


@cache
def fingerprint() -> str:
    """The hash (SHA-256, hex) of the published constants, for whoever writes down what was computed with them."""
    return sha256((HERE / "constants.toml").read_bytes()).hexdigest()


@cache
def tables() -> Mapping[str, Mapping[str, Figure]]:
    """The constants as the file groups them: those of every process, then each process's own."""
    rows = tomllib.loads((HERE / "constants.toml").read_text(encoding="utf-8"))
    return MappingProxyType(
        {group: MappingProxyType({name: figure(row) for name, row in each.items()}) for group, each in rows.items()}
    )
