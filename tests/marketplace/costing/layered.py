"""Layers of blocks in closed form, as the kernel measures them: for tests of what is laid down for them."""

from itertools import pairwise

from marketplace.geometry.shape import Layers

DEPTHS = (0.5, 0.75, 1.0, 1.25, 1.75)
SHELLS = (1.0, 2.0, 3.0)
ROOF_SHARE = 0.6


def block(x: float, y: float, z: float, *, props_mm2: float = 0.0) -> Layers:
    """A block: floor, middle and roof of each shell are bands of their own."""
    ends = sorted(
        {0.0, z, *(min(z, (1 - ROOF_SHARE) * s) for s in SHELLS), *(max(0, z - ROOF_SHARE * s) for s in SHELLS)}
    )
    heights = tuple(high - low for low, high in pairwise(ends))
    middles = [(low + high) / 2 for low, high in pairwise(ends)]
    inner = tuple(max(0.0, x - 2 * depth) * max(0.0, y - 2 * depth) for depth in DEPTHS)

    def even(figure: float) -> tuple[float, ...]:
        return (figure,) * len(heights)

    def kept(area: float, shell: float) -> tuple[float, ...]:
        low, high = (1 - ROOF_SHARE) * shell, z - ROOF_SHARE * shell
        return tuple(area if low < middle < high else 0.0 for middle in middles)

    return Layers(
        up=(0.0, 0.0, 1.0),
        heights_mm=heights,
        areas_mm2=even(x * y),
        perimeters_mm=even(2 * (x + y)),
        loops=even(1.0),
        small_mm=even(2 * (x + y) if 2 * (x + y) < 40 else 0.0),
        depths_mm=DEPTHS,
        inner_mm2=tuple(even(area) for area in inner),
        shells_mm=SHELLS,
        sparse_mm2=tuple(tuple(kept(area, shell) for shell in SHELLS) for area in inner),
        borders_mm=even(0.0),
        lids_mm2=tuple(tuple(area if shell < z else 0.0 for shell in SHELLS) for area in inner),
        roofs_mm2=inner,
        floors_mm2=tuple(0.0 for _ in DEPTHS),
        props_mm2=even(props_mm2),
        overhang_mm2=props_mm2,
    )
