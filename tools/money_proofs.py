"""Play the long form of the proofs of money, and print what was counted: `make money`.

make money                     20,000 stories, 200 rounds of each pair
make money STORIES=100000      more of them
make money SEED=number         others
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path
from typing import Final

TESTS: Final = ("tests/marketplace/workflows/test_money_tales.py", "tests/marketplace/workflows/test_money_at_once.py")
IN_A_TALE: Final = 5
"""Stories: a tale in its natural order and in four others."""
TALES: Final = 25
"""Of a chunk, after which the stored invariants are proved and the tables emptied."""


def main() -> int:
    asked = _asked()
    chunks = -(-asked.stories // (TALES * IN_A_TALE))
    settings = {"MONEY_CHUNKS": chunks, "MONEY_TALES": TALES, "MONEY_ROUNDS": asked.rounds, "MONEY_SEED": asked.seed}
    print(f"Seed {asked.seed}: {chunks} chunks of {TALES} tales, {asked.rounds} rounds of each pair.", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        pytest = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            str(asked.workers),
            "--dist",
            "load",
            f"--junitxml={report}",
            *TESTS,
        ]
        environment = os.environ | {name: str(value) for name, value in settings.items()}
        code = subprocess.run(pytest, env=environment, check=False).returncode
        counted = counts(report.read_text()) if report.exists() else Counter[str]()
    print(told(counted, seconds=time.monotonic() - began))
    return code


def counts(report: str) -> Counter[str]:
    """What the tests have recorded, summed up, and how many of them there were and failed."""
    found: Counter[str] = Counter()
    for case in ElementTree.fromstring(report).iter("testcase"):  # noqa: S314 - written by our own pytest
        found["tests"] += 1
        found["failed"] += any(case.find(each) is not None for each in ("failure", "error"))
        for each in case.iter("property"):
            found[each.get("name", "")] += int(each.get("value", "0"))
    return found


def told(counted: Counter[str], *, seconds: float) -> str:
    """What was played and found, for a person."""
    return (
        f"{counted['stories']} stories, of which {counted['orderings']} in another order than the natural one: "
        f"{counted['differences']} differences.\n"
        f"{counted['rounds']} rounds of two at once. {counted['tests']} tests, {counted['failed']} failed. "
        f"{seconds / 60:.0f} min, {counted['stories'] / max(seconds, 1):.1f} stories/s."
    )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", default="20261128")
    parser.add_argument("--workers", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
