"""The process in which a stranger's calendar is read: little memory, few seconds, then it is killed.

It reads a line of JSON (zone, first, last) and the calendar from its input, and writes JSON: spans, or why not.
"""

import json
import sys
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from marketplace.calendars.errors import CalendarUnreadable
from marketplace.calendars.ical import busy_spans

CPU_S: Final = 10
MEMORY_BYTES: Final = 512 * 2**20


def main() -> None:
    """Read, answer, end."""
    _limit()
    asked = json.loads(sys.stdin.readline())
    first, last = date.fromisoformat(asked["first"]), date.fromisoformat(asked["last"])
    try:
        spans = busy_spans(sys.stdin.read(), ZoneInfo(asked["zone"]), first, last)
    except CalendarUnreadable as refusal:
        json.dump({"refusal": refusal.message}, sys.stdout)
    else:
        json.dump({"spans": [[span.starts.timestamp(), span.ends.timestamp()] for span in spans]}, sys.stdout)


def _limit() -> None:
    """Where the system knows limits; elsewhere the parent's clock is the limit."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    main()
