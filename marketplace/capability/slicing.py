"""A slicer's profile as a work centre's own constants: what it means, and what to set so that it holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.capability.errors import SlicerProfileNotForProcess
from marketplace.capability.models import WorkCentre
from marketplace.costing import slicer_profiles
from marketplace.costing.slicer_profiles import PROCESS, Meant


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a profile means, and the work centre's constants as they would be by it; nothing is kept of it."""

    meant: Sequence[Meant]
    constants: Mapping[str, float]
    """Those of its own that no profile tells, and what the profile tells otherwise than is published."""
    version: int
    """Of the work centre that was looked at."""


def proposal(centre: WorkCentre, ini: str) -> Proposal:
    """What a profile means for a work centre. Raises SlicerProfileNotForProcess, SlicerProfileUnreadable."""
    if centre.process != PROCESS:
        raise SlicerProfileNotForProcess("This work centre does not print filament; no slicer's profile tells of it.")
    meant = slicer_profiles.meant(ini)
    untold = {name: own for name, own in centre.constants.items() if name not in {each.name for each in meant}}
    told = {each.name: each.own for each in meant if each.own != each.published}
    return Proposal(meant, {**untold, **told}, centre.version)
