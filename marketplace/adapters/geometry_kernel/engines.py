"""What measures each kind of file, with its version; known without loading the kernels."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final

from marketplace.geometry.values import FileKind


def _rays() -> str:
    try:
        return f"embreex {version('embreex')}"
    except PackageNotFoundError:  # no wheel for this machine
        return "rays by our own tree"


_MESHES: Final = f"numpy {version('numpy')}, scipy {version('scipy')}, manifold3d {version('manifold3d')}, {_rays()}"

ENGINES: Final = {
    FileKind.STEP: f"commonforge-step 5, cadquery-ocp-novtk {version('cadquery-ocp-novtk')}, {_MESHES}",
    FileKind.STL: f"commonforge-stl 5, {_MESHES}",
    FileKind.OBJ: f"commonforge-obj 4, {_MESHES}",
    FileKind.THREE_MF: f"commonforge-3mf 4, {_MESHES}",
    FileKind.DXF: f"commonforge-dxf 2, ezdxf {version('ezdxf')}, shapely {version('shapely')}",
}
"""The first figure rises whenever our own reading of a kind changes: measurements are kept by engine."""
