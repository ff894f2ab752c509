"""The kernel loads on a machine that cannot draw. Whether this one can is hidden in a mount namespace of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace.adapters.geometry_kernel import headless

HIDDEN = """
import sys
from marketplace.adapters.geometry_kernel import headless
headless._loads = lambda name: name not in headless.VIEWER_NEEDS
headless.allow()
from OCP.BRepPrimAPI import BRepPrimAPI_MakeBox
print(BRepPrimAPI_MakeBox(1, 2, 3).Shape().IsNull())
"""


def libraries() -> list[Path]:
    """The real files behind libGL and libX11, where this machine has them."""
    folders = [
        Path(f) for f in ("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib64")
    ]
    return sorted({(f / name).resolve() for f in folders for name in headless.VIEWER_NEEDS if (f / name).exists()})


def test_the_kernel_loads_without_the_libraries_of_its_viewer():
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("hiding libraries needs root and unshare")
    hide = "".join(f"mount --bind /dev/null {path}; " for path in libraries())
    command = ["unshare", "-m", "sh", "-c", f'{hide} exec "$0" -c "$1"', sys.executable, HIDDEN]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[4])

    assert (done.stdout.strip(), done.returncode) == ("False", 0), done.stderr
