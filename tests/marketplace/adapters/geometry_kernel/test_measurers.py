"""What every measurer keeps, whether it forks or spawns."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from marketplace import bootstrap
from marketplace.adapters.geometry_kernel.engines import ENGINES
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.measurer import KernelMeasurer
from marketplace.adapters.geometry_kernel.spawning import SPARES, SpawnMeasurer
from marketplace.geometry.outcomes import Crashed, Measured, OutOfMemory, Refused, TimedOut
from marketplace.geometry.sniffing import sniff
from marketplace.geometry.values import FileKind
from tests.marketplace.adapters.geometry_kernel.test_hostile_files import entities_that_contain_themselves
from tools.samples import FOLDER, TRUTHS

BRACKET = FOLDER / "bracket.step"
CLIP = FOLDER / "clip.stl"


@pytest.fixture(scope="module", params=[KernelMeasurer, SpawnMeasurer])
def measurer(request):
    with request.param() as each:
        yield each


@pytest.fixture
def limited(measurer, monkeypatch):
    def limit(**limits):
        monkeypatch.setattr(measurer, "limits", replace(Limits(), **limits))
        return measurer

    return limit


def test_several_files_at_once_each_have_their_own_answer(measurer):
    files = [BRACKET, CLIP, BRACKET]
    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(lambda path: measurer.measure(path, sniff(path)), files))

    assert all(isinstance(each, Measured) for each in outcomes)
    volumes = [each.measurement.volume_mm3 for each in outcomes]
    assert volumes == pytest.approx([TRUTHS[path.name].volume_mm3 for path in files])


def test_a_refusal_travels_with_its_words(measurer, tmp_path):
    path = tmp_path / "part"
    path.write_text("ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n")

    outcome = measurer.measure(path, FileKind.STEP)

    assert isinstance(outcome, Refused)
    assert outcome.message


def test_limits_hold_and_a_good_file_after_each_is_measured(measurer, limited, tmp_path):
    facet = b"facet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\n"
    long = tmp_path / "long.stl"
    long.write_bytes(b"solid long\n" + facet * 300_000 + b"endsolid long\n")

    assert limited(wall_s=0).measure(BRACKET, FileKind.STEP) == TimedOut(0)
    assert limited(memory_bytes=16 << 20).measure(long, FileKind.STL) == OutOfMemory()
    assert isinstance(limited(file_bytes=10).measure(CLIP, FileKind.STL), Refused)
    assert isinstance(limited().measure(CLIP, FileKind.STL), Measured)


def test_a_file_that_kills_the_kernel_kills_one_child_only(measurer, tmp_path):
    path = tmp_path / "part"
    outcomes = []
    for seed in range(4):
        path.write_text(entities_that_contain_themselves(random.Random(seed), BRACKET.read_text()))
        outcomes.append(measurer.measure(path, FileKind.STEP))

    assert any(isinstance(outcome, Crashed) for outcome in outcomes)
    assert isinstance(measurer.measure(BRACKET, FileKind.STEP), Measured)


def test_an_empty_file_needs_no_process(measurer, tmp_path):
    path = tmp_path / "empty"
    path.touch()

    assert measurer.measure(path, FileKind.STL).code == "file_empty"


def test_a_missing_file_is_the_callers_mistake(measurer, tmp_path):
    with pytest.raises(FileNotFoundError):
        measurer.measure(tmp_path / "nothing", FileKind.STEP)


def test_engines_are_told(measurer):
    assert {kind: measurer.engine(kind) for kind in FileKind} == ENGINES


def test_a_dead_spare_costs_one_more_try():
    with SpawnMeasurer() as measurer:
        assert isinstance(measurer.measure(CLIP, FileKind.STL), Measured)
        assert len(measurer._spares) == SPARES
        measurer._spares[0].process.kill()
        measurer._spares[0].process.wait()

        assert isinstance(measurer.measure(CLIP, FileKind.STL), Measured)
        pids = [spare.process.pid for spare in measurer._spares]
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert not measurer._spares


@pytest.mark.parametrize(("platform", "wanted"), [("darwin", SpawnMeasurer), ("linux", KernelMeasurer)])
def test_the_platform_decides(monkeypatch, config, platform, wanted):
    monkeypatch.setattr(bootstrap.sys, "platform", platform)

    assert isinstance(bootstrap.ports(config).measurer, wanted)
