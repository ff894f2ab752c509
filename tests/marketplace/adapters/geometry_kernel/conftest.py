from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from marketplace.adapters.geometry_kernel import headless
from marketplace.adapters.geometry_kernel.measurer import KernelMeasurer
from marketplace.geometry.outcomes import Measured, Outcome
from marketplace.geometry.sniffing import sniff
from marketplace.geometry.values import FileKind, Measurement

headless.allow()  # geometry_parts imports OCP


@pytest.fixture(scope="session")
def kernel() -> Iterator[KernelMeasurer]:
    """One measurer for all tests: its zygote must outlive every file they throw at it."""
    with KernelMeasurer() as measurer:
        yield measurer


@pytest.fixture
def measured(kernel: KernelMeasurer, tmp_path: Path) -> Callable[..., Measurement]:
    """Measure a STEP shape, or STL triangles, through the whole kernel."""
    from tests.marketplace.adapters.geometry_kernel.geometry_parts import binary_stl, written

    def measure(part: Any, **options: Any) -> Measurement:
        path = tmp_path / "part"
        if isinstance(part, list):
            path.write_bytes(binary_stl(part))
        else:
            written(path, part, **options)
        outcome = kernel.measure(path, sniff(path))
        assert isinstance(outcome, Measured), outcome
        return outcome.measurement

    return measure


@pytest.fixture
def tried(kernel: KernelMeasurer, tmp_path: Path) -> Callable[[bytes, FileKind], Outcome]:
    """Measure bytes that nobody sniffed."""

    def measure(content: bytes, kind: FileKind) -> Outcome:
        path = tmp_path / "part"
        path.write_bytes(content)
        return kernel.measure(path, kind)

    return measure
