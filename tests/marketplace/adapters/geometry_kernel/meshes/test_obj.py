import pytest

from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.values import FileKind
from marketplace.kernel.errors import Rejected
from tests.marketplace.adapters.geometry_kernel.meshes.mesh_files import obj, part_of
from tests.marketplace.adapters.geometry_kernel.meshes.solids import block

CUBE = b"""mtllib ../../etc/passwd
o cube
g all
usemtl steel
v 0 0 0
v 2 0 0 1.0
v 2 2 0 0.5 0.5 0.5
v 0 2 0
v 0 0 2  # up
v 2 0 2
v 2 2 2
v 0 2 2
vn 0 0 1
vt 0 0
s off
"""
QUADS = b"f 1 4 3 2\nf 5//1 6//1 7//1 8//1\nf 1/1 2/1 6/1 5/1\nf 2/1/1 3/1/1 7/1/1 6/1/1\nf 3 4 8 7\nf 4 1 5 8\n"


def read(folder, content, **limits):
    return part_of(folder, content, FileKind.OBJ, Limits(**limits)).core


@pytest.mark.parametrize(
    "faces",
    [
        QUADS,
        QUADS.replace(b"\n", b"\r\n"),
        QUADS.replace(b" 3 2", b" \\\n3 2"),
        b"f -8 -5 -6 -7\n" + QUADS[10:],
        QUADS.rstrip(),
        QUADS.replace(b"f 3 4 8 7", b"l 1 2 3\np 1\n\n  f 3 4 8\nf 3 8 7"),
    ],
    ids=["quads", "other line ends", "joined lines", "counted backwards", "no last line end", "mixed"],
)
def test_a_cube_in_many_spellings(tmp_path, faces):
    core = read(tmp_path, CUBE + faces)

    assert (core.is_closed, core.triangles, core.declared_units) == (True, 12, None)
    assert (core.volume_mm3, core.area_mm2, core.box_mm) == (pytest.approx(8), pytest.approx(24), (2, 2, 2))


def test_negative_numbers_count_from_where_they_stand(tmp_path):
    corner = b"v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf -4 -2 -3\nf -4 -3 -1\nf -3 -2 -1\nf -2 -4 -1\n"
    core = read(tmp_path, corner + corner.replace(b"v 0 0 0", b"v 9 9 9").replace(b"v 1 0 0", b"v 9 9 9"))

    assert (core.triangles, core.box_mm) == (8, (9, 9, 9))


@pytest.mark.parametrize("faces_out", [True, False])
@pytest.mark.parametrize("side", range(6), ids=["xy", "yx", "yz", "zy", "zx", "xz"])
def test_a_polygon_that_is_not_convex_has_its_area(tmp_path, side, faces_out):
    """A prism over an L, 3 wide, its arms 1 wide: 5 square units; its caps are six-cornered faces."""
    ring = [(0, 0), (3, 0), (3, 1), (1, 1), (1, 3), (0, 3)]
    places = [(x, y, z) for z in (0, 2) for x, y in ring]
    turn = [lambda p: p, lambda p: (p[1], p[0], -p[2]), lambda p: (p[2], p[0], p[1])]
    turn += [lambda p: (-p[2], p[1], p[0]), lambda p: (p[1], p[2], p[0]), lambda p: (p[0], -p[2], p[1])]
    lines = ["v {} {} {}".format(*turn[side](place)) for place in places]
    faces = [(5, 4, 3, 2, 1, 0), (6, 7, 8, 9, 10, 11), *((n, (n + 1) % 6, (n + 1) % 6 + 6, n + 6) for n in range(6))]
    lines += ["f " + " ".join(str(n + 1) for n in (face if faces_out else face[::-1])) for face in faces]
    core = read(tmp_path, "\n".join(lines).encode())

    assert core.is_closed
    assert bool(core.remarks) == (not faces_out)
    assert core.volume_mm3 == pytest.approx(10)
    assert core.area_mm2 == pytest.approx(2 * 5 + 12 * 2)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (CUBE, "file_no_geometry"),
        (CUBE + b"cstype bezier\nsurf 0 1 0 1 1\n", "file_no_geometry"),
        (CUBE + b"f 1 2 9\n", "file_unreadable"),
        (CUBE + b"f 1 2 -9\n", "file_unreadable"),
        (CUBE + b"f 0 1 2\n", "file_unreadable"),
        (CUBE + b"f 1 2\n", "file_unreadable"),
        (CUBE + b"f 1 2 x\n", "file_unreadable"),
        (CUBE + b"f 1 2 99999999999999999999\n", "file_unreadable"),
        (CUBE + b"v 1 2\n", "file_unreadable"),
        (CUBE + b"v 1 2 up\n", "file_unreadable"),
        (CUBE + b"v 1 2 nan\n" + QUADS, "file_not_finite"),
        (CUBE + b"v 1 2 1e999\n" + QUADS, "file_not_finite"),
        (CUBE + b"v 1 2 1e300\nf 1 2 9 4\n", "file_out_of_range"),
        (b"f 1 2 3\n" + b"v 1 2 3 " * 300_000, "file_unreadable"),
        (b"f 1 2 3 \\\n" * 300_000, "file_unreadable"),
    ],
)
def test_what_is_refused(tmp_path, content, code):
    with pytest.raises(Rejected) as refused:
        read(tmp_path, content)

    assert refused.value.code == code


def test_the_number_of_triangles_is_bounded(tmp_path):
    assert read(tmp_path, obj(block((1, 1, 1))), triangles=12).is_closed
    with pytest.raises(Rejected, match="11 triangles"):
        read(tmp_path, obj(block((1, 1, 1))), triangles=11)
