"""Bodies that run through each other are measured as the one that they make."""

import numpy as np
import pytest

from marketplace.geometry.values import FileKind, RemarkKind
from tests.marketplace.adapters.geometry_kernel.meshes.mesh_files import binary_stl, inside_out, joined, part_of
from tests.marketplace.adapters.geometry_kernel.meshes.solids import block, icosphere


def test_two_blocks_that_run_through_each_other_count_what_they_share_once(tmp_path):
    part = part_of(tmp_path, binary_stl(joined(block((10, 10, 10)), block((10, 10, 10), (5, 5, 5)))), FileKind.STL)

    assert (part.core.is_closed, part.core.overlaps, part.core.bodies) == (True, True, 2)
    assert part.core.volume_mm3 == pytest.approx(2000 - 125, rel=1e-9)
    assert part.core.area_mm2 == pytest.approx(2 * 600 - 6 * 25, rel=1e-9)
    assert [remark.kind for remark in part.core.remarks] == [RemarkKind.MENDED]
    assert part.mesh.areas.sum() == pytest.approx(part.core.area_mm2)


def test_a_body_through_a_hollow_one_keeps_the_hollow(tmp_path):
    hollow = joined(block((10, 10, 10)), inside_out(block((2, 2, 2), (1, 1, 1))))
    core = part_of(tmp_path, binary_stl(joined(hollow, block((10, 10, 10), (5, 5, 5)))), FileKind.STL).core

    assert (core.overlaps, core.volume_mm3) == (True, pytest.approx(1000 - 8 + 1000 - 125, rel=1e-9))


@pytest.mark.parametrize("gap", [0.0, 0.01])
def test_flush_or_nearly_flush_blocks_do_not_overlap(tmp_path, gap):
    """Faces of different size that touch, so that their edges stay apart."""
    content = binary_stl(joined(block((10, 10, 10)), block((4, 4, 4), (3, 3, 10 + gap))))
    core = part_of(tmp_path, content, FileKind.STL).core

    assert (core.is_closed, core.overlaps, core.volume_mm3) == (True, False, pytest.approx(1064))


def test_balls_too_many_to_try_say_so(tmp_path):
    balls = joined(*[icosphere(1, 1.0) for _ in range(1)], *[_moved(icosphere(1, 1.0), 1.5 * n) for n in range(1, 60)])
    core = part_of(tmp_path, binary_stl(balls), FileKind.STL).core

    assert (core.is_closed, core.overlaps, core.shells) == (True, None, 60)
    assert [remark.kind for remark in core.remarks] == [RemarkKind.NOT_MEASURED]


def _moved(mesh, by):
    return type(mesh)(mesh.vertices + np.array([by, 0, 0]), mesh.triangles)
