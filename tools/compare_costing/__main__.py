"""`make compare-costing`: exits 1 if an example differs beyond its limit."""

import sys
from itertools import chain
from typing import Final

from tools.compare_costing import bending, laser, milling, turning
from tools.compare_costing.examples import Example, lines

EXAMPLES: Final[tuple[Example, ...]] = tuple(
    chain(milling.EXAMPLES, turning.EXAMPLES, laser.EXAMPLES, bending.EXAMPLES)
)
"""By process; another process adds the examples of its own module."""


def main() -> int:
    print(lines(EXAMPLES))
    return int(any(not each.agrees for each in EXAMPLES))


if __name__ == "__main__":
    sys.exit(main())
