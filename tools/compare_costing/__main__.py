"""`make compare-costing [SECONDS=3]`: exits 1 if an example differs beyond its limit; a shape is nested for so long."""

import os
import sys
from itertools import chain
from typing import Final

from tools.compare_costing import bending, forming, laser, milling, nesting, quantities, turning
from tools.compare_costing.examples import Example, lines

EXAMPLES: Final[tuple[Example, ...]] = tuple(
    chain(milling.EXAMPLES, turning.EXAMPLES, laser.EXAMPLES, bending.EXAMPLES, quantities.EXAMPLES, forming.EXAMPLES)
)
"""By process; another process adds the examples of its own module."""


def main() -> int:
    found = [*EXAMPLES, *nesting.nests(int(os.environ.get("SECONDS", "3")))]
    print(lines(found))
    return int(any(not each.agrees for each in found))


if __name__ == "__main__":
    sys.exit(main())
