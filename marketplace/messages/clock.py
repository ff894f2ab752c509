"""The clock of a job, which stands while its factory waits for an answer: pure.

The time to answer moves by as long as the clock stood. The promised ship date is a day: it moves by the whole days (of
24 hours) that the clock has stood in sum, over all its stops, so that many short stops are not lost. Minutes that are
held stay on their days.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

DAY: Final = timedelta(days=1)
MOST_OPEN_QUESTIONS: Final = 3
"""Of one job at a time: each keeps somebody waiting."""
MOST_QUESTIONS: Final = 50
"""Of one job, whatever became of them."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a factory is held to."""

    answer_by: datetime | None
    """Empty where it has nothing to answer."""
    ships_on: date


def restarted(stopped: Promise, *, stood: timedelta, stood_before: timedelta) -> Promise:
    """What the factory is held to once the clock runs again.

    `stood`: for how long, this time; `stood_before`: in all earlier stops.
    """
    stood = max(stood, timedelta())
    days = (stood_before + stood) // DAY - stood_before // DAY
    answer_by = None if stopped.answer_by is None else stopped.answer_by + stood
    return Promise(answer_by, stopped.ships_on + timedelta(days=days))
