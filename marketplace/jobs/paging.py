from dataclasses import dataclass

from marketplace.kernel.paging import PageRequest


@dataclass(frozen=True, slots=True)
class JobRequest(PageRequest):
    """Which jobs, and from where."""

    status: str = "failed"
