"""Forty plates with hundreds of features in known places: all are found, none is invented."""

import sys
from collections import Counter

import pytest

from marketplace.adapters.geometry_kernel.brep.features import features
from tests.marketplace.adapters.geometry_kernel.brep.parts import part_of
from tests.marketplace.adapters.geometry_kernel.brep.plates import plate

PLATES = range(40)
FEATURES = ("holes", "pockets", "bosses", "roundings", "sharp edges")
KINDS = {"through", "flat", "118° point", "90° point", "round", "counterbore", "countersink", "cross", "slope"}


def found_hole(hole):
    widenings = [figure for w in hole.widenings for figure in (w.kind.value, w.diameter_mm, w.depth_mm, w.angle_deg)]
    return (hole.diameter_mm, hole.depth_mm, hole.is_through, hole.bottom, *hole.at_mm, *widenings)


def true_hole(kind, diameter, depth, is_through, bottom, widenings, at):
    return (diameter, depth, is_through, bottom, *at, *(figure for widening in widenings for figure in widening))


def right(truth, found):
    """How many true features were found, each once: lengths to a tenth of a micrometre, all else as it is."""
    left = list(found)
    for feature in truth:
        alike = next((index for index, other in enumerate(left) if is_alike(feature, other)), None)
        if alike is not None:
            left.pop(alike)
    return len(found) - len(left)


def is_alike(feature, other):
    return len(feature) == len(other) and all(map(is_equal, feature, other))


def is_equal(figure, other):
    return abs(figure - other) < 1e-4 if isinstance(figure, float) and isinstance(other, float) else figure == other


def compared(seed):
    shape, drawn = plate(seed)
    holes, others = features(part_of(shape))
    sharp = others.sharp_edges.count if others.sharp_edges else 0
    pockets = [(p.depth_mm, p.length_mm, p.width_mm, p.radius_mm, p.is_through) for p in others.pockets]
    pairs = {
        "holes": ([true_hole(*hole) for hole in drawn.holes], [found_hole(hole) for hole in holes]),
        "pockets": ([tuple(map(as_float, pocket)) for pocket in drawn.pockets], pockets),
        "bosses": ([tuple(map(float, b)) for b in drawn.bosses], [(b.diameter_mm, b.height_mm) for b in others.bosses]),
        "roundings": (
            list(drawn.roundings.elements()),
            [(r.radius_mm, r.is_inside) for r in others.roundings for _ in range(r.count)],
        ),
        "sharp edges": ([()] * drawn.sharp, [()] * sharp),
    }
    return pairs, by_kind(drawn.holes, pairs["holes"][1])


def as_float(figure):
    return figure if isinstance(figure, bool) else float(figure)


def by_kind(truth, found):
    """For each kind of hole how many there are and how many of them were found."""
    kinds = {kind: [true_hole(*hole) for hole in truth if hole[0] == kind] for kind in {hole[0] for hole in truth}}
    return {kind: (len(holes), right(holes, found)) for kind, holes in kinds.items()}


@pytest.fixture(scope="module")
def plates():
    return [compared(seed) for seed in PLATES]


@pytest.mark.parametrize("feature", FEATURES)
def test_every_feature_is_found_and_none_is_invented(plates, feature):
    for seed, (pairs, _) in zip(PLATES, plates, strict=True):
        truth, found = pairs[feature]
        assert (right(truth, found), len(found)) == (len(truth), len(truth)), f"plate {seed}: {truth} {found}"


def test_there_are_enough_holes_of_every_kind(plates):
    holes = Counter(kind for _, kinds in plates for kind, (count, _) in kinds.items() for _ in range(count))

    assert sum(holes.values()) >= 290
    assert set(holes) == KINDS
    assert min(holes.values()) >= 15


def test_precision_and_recall(plates):
    """Run with -s to see the table."""
    rows = [
        (feature, *map(sum, zip(*(counts(pairs[feature]) for pairs, _ in plates), strict=True))) for feature in FEATURES
    ]
    for kind in sorted(KINDS):
        true, found = map(sum, zip(*(kinds.get(kind, (0, 0)) for _, kinds in plates), strict=True))
        rows.append((f"  {kind}", true, found, found))
    sys.stdout.write(table(rows))

    assert all(true == found == hits > 0 for _, true, found, hits in rows)


def counts(pair):
    truth, found = pair
    return len(truth), len(found), right(truth, found)


def table(rows):
    head = f"\n{'feature':<16}{'true':>6}{'found':>7}{'right':>7}{'precision':>11}{'recall':>8}\n"
    lines = (f"{name:<16}{t:>6}{f:>7}{r:>7}{r / max(f, 1):>11.4f}{r / max(t, 1):>8.4f}\n" for name, t, f, r in rows)
    return head + "".join(lines)
