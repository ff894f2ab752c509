"""A worker that is itself shut in by bubblewrap still shuts its children in and measures (docs/decisions/0012)."""

import shutil
import subprocess
import sys

import pytest

from tools.samples import FOLDER

SHUT_IN = (
    *("bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--uid", "1000", "--gid", "1000"),
    *("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--chdir", str(FOLDER.parent)),
)
MEASURE = """
import sys
from pathlib import Path
from marketplace.adapters.geometry_kernel.measurer import KernelMeasurer
from marketplace.geometry.values import FileKind

with KernelMeasurer() as kernel:
    print(kernel.measure(Path(sys.argv[1]), FileKind.STEP).measurement.volume_mm3)
"""


def is_usable():
    found = shutil.which("bwrap")
    return found is not None and subprocess.run([*SHUT_IN, "true"], check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not is_usable(), reason="no bubblewrap, or it may not make namespaces here")
def test_a_worker_inside_bubblewrap_measures(measured_sample):
    done = subprocess.run(
        [*SHUT_IN, sys.executable, "-c", MEASURE, str(FOLDER / "bracket.step")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    assert float(done.stdout.split()[-1]) == measured_sample.volume_mm3


@pytest.fixture
def measured_sample(kernel):
    from marketplace.geometry.values import FileKind

    return kernel.measure(FOLDER / "bracket.step", FileKind.STEP).measurement
