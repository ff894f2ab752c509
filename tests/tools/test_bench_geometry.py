"""The instruments of the geometry bench, and the parts it is made with."""

from pathlib import Path

import pytest

from marketplace.adapters.geometry_kernel.measurer import KernelMeasurer
from marketplace.geometry.sniffing import sniff
from marketplace.geometry.values import FileKind
from tools import made_parts
from tools.bench_geometry.costs import Cost, cold, once, per_minute, warm
from tools.bench_geometry.targets import promises
from tools.samples import FOLDER


@pytest.fixture(scope="module")
def kernel():
    with KernelMeasurer() as measurer:
        yield measurer


def test_there_are_twenty_good_parts_in_all_formats(tmp_path):
    made = made_parts.write(tmp_path)

    assert len(made) == 20
    assert {sniff(path) for path in made} == set(FileKind)


def test_a_cost_is_what_the_child_used_and_its_steps_lie_within(kernel):
    cost = once(kernel, FOLDER / "bracket.step")

    assert not cost.refused
    assert cost.steps
    assert 0 < cost.read_s + cost.measure_s + cost.of("features") + cost.of("preview") <= cost.cpu_s + 0.02
    assert 50 < cost.peak_mb < 2000
    assert cost.wall_s > 0


def test_a_cold_kernel_costs_its_start(kernel):
    path = FOLDER / "clip.stl"

    assert cold(path).cpu_s > 2 * warm(kernel, path, 3).cpu_s


def test_a_refused_file_has_a_cost_and_no_steps(kernel, tmp_path):
    path = tmp_path / "torn.step"
    path.write_text("ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n")
    cost = once(kernel, path)
    path.write_bytes(b"GIF89a")

    assert cost.refused.startswith("file_")
    assert cost.cpu_s > 0
    assert once(kernel, path).refused == "file_type_unknown"


def cost(*, cpu_s: float = 0.5, **steps: float) -> Cost:
    return Cost(steps, 0.0, cpu_s, 0.0, 600.0)


@pytest.mark.parametrize(
    ("size", "kind", "spent", "kept"),
    [
        (250_000, FileKind.STEP, cost(cpu_s=0.7, preview=0.3), [True, True]),
        (250_000, FileKind.STEP, cost(cpu_s=0.71, preview=0.31), [False, False]),
        (250_001, FileKind.STEP, cost(cpu_s=1.5, preview=0.1), [True, True]),
        (2_000_001, FileKind.STEP, cost(cpu_s=100, preview=0.1), [True]),
        (900, FileKind.DXF, cost(cpu_s=0.11), [False]),
        (900, FileKind.STL, cost(cpu_s=9, preview=0.2), [True]),
        (65_000_084, FileKind.STL, cost(cpu_s=9, read=3, preview=2), [True, False]),
    ],
)
def test_what_was_promised_of_a_file(tmp_path: Path, size, kind, spent, kept):
    path = tmp_path / "part"
    with path.open("wb") as file:
        file.truncate(size)

    assert [promise.is_kept for promise in promises(path, kind, spent)] == kept


def test_files_per_minute_count_the_cpu_of_all():
    assert per_minute([cost(cpu_s=1.0), cost(cpu_s=3.0)]) == 30
