"""Run by the interpreter that has gmsh, never imported by ours: solids of a STEP file as one line of JSON.

Free surfaces and wires are not counted. gmsh has two boxes: one around the poles of free-form surfaces, which may be
too wide, and one around its own triangles (OCCBoundsUseStl), which may be too narrow by the height of a chord.
"""

import json
import sys

import gmsh


def main(path: str) -> None:
    gmsh.initialize()
    gmsh.option.setNumber("General.Terminal", 0)
    gmsh.option.setString("Geometry.OCCTargetUnit", "MM")
    gmsh.model.occ.importShapes(path)
    gmsh.model.occ.synchronize()
    solids = gmsh.model.getEntities(3)
    print("\n" + json.dumps([_solid(tag) for _, tag in solids]))
    gmsh.finalize()


def _solid(tag: int) -> dict[str, object]:
    faces = gmsh.model.getBoundary([(3, tag)], combined=False, oriented=False)
    return {
        "volume": gmsh.model.occ.getMass(3, tag),
        "area": sum(gmsh.model.occ.getMass(2, face) for _, face in faces),
        "wide": _box(tag, of_triangles=False),
        "narrow": _box(tag, of_triangles=True),
    }


def _box(tag: int, *, of_triangles: bool) -> tuple[float, ...]:
    gmsh.option.setNumber("Geometry.OCCBoundsUseStl", int(of_triangles))
    return gmsh.model.getBoundingBox(3, tag)


if __name__ == "__main__":
    main(sys.argv[1])
