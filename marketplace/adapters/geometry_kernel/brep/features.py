"""What a machinist would point at in a part: holes, pockets, bosses, roundings, sharp inner edges."""

from marketplace.adapters.geometry_kernel.brep import adjacency, bosses, faces, roundings, threads
from marketplace.adapters.geometry_kernel.brep.adjacency import Edges
from marketplace.adapters.geometry_kernel.brep.faces import FaceTable
from marketplace.adapters.geometry_kernel.brep.holes import holes
from marketplace.adapters.geometry_kernel.brep.part import Part
from marketplace.adapters.geometry_kernel.brep.pockets import pockets
from marketplace.adapters.geometry_kernel.brep.sharp_edges import sharp_edges
from marketplace.geometry.features import Features, Hole
from marketplace.geometry.figures import MAX_LISTED


def features(
    part: Part, table: FaceTable | None = None, edges: Edges | None = None
) -> tuple[tuple[Hole, ...], Features]:
    """Holes with their threads, and all other features. Raises NotFinite or TooComplex.

    `table` and `edges` are the part's, where they are at hand.
    """
    table = faces.table(part.faces) if table is None else table
    edges = adjacency.edges(table) if edges is None else edges
    found = holes(table, edges)
    taken = frozenset(face for hole in found for face in hole.faces)
    radius, at = roundings.smallest_inner(table, taken) or (None, None)
    others = Features(
        pockets=pockets(table, edges, taken)[:MAX_LISTED],
        bosses=bosses.bosses(table, edges)[:MAX_LISTED],
        roundings=roundings.roundings(table, edges, taken),
        sharp_edges=sharp_edges(table, edges, part.faces_of),
        smallest_inner_radius_mm=radius,
        smallest_inner_radius_at_mm=at,
    )
    return threads.bound((hole.hole for hole in found), part.callouts), others
