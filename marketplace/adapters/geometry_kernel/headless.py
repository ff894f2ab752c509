"""OpenCASCADE on machines without a graphics stack.

The wheel links its viewer, which we never use, against libGL and libX11, so that `import OCP` fails where they are not
installed (a server, a slim container). A library that is loaded already satisfies the dynamic linker by its soname: we
load a stand-in under each missing name, which exports the names that the viewer looks for and does nothing.
"""

import ctypes
import platform
import re
import struct
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

VIEWER_NEEDS: Final = ("libGL.so.1", "libX11.so.6")
VIEWER: Final = ("libTKOpenGl-*", "libTKService-*")
SYMBOL: Final = re.compile(rb"(?<=\0)(?:gl|X|_X)[A-Za-z0-9_]+(?=\0)")
MACHINES: Final = {"x86_64": 62, "aarch64": 183}
"""e_machine of the processors that the wheel exists for (System V ABI)."""


def allow() -> None:
    """Make `import OCP` work whether or not this machine can draw. Call it first; a second call does nothing."""
    missing = [name for name in VIEWER_NEEDS if not _loads(name)]
    if not missing or not sys.platform.startswith("linux"):
        return
    symbols = _wanted()
    with tempfile.TemporaryDirectory() as folder:
        for name in missing:
            path = Path(folder) / name
            path.write_bytes(library(name.encode(), symbols))
            ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _wanted() -> list[bytes]:
    """Every name in the viewer's libraries that looks like one of OpenGL's or Xlib's.

    Linkers store a name that ends another only once: `XQueryExtension` may stand only inside `glXQueryExtension`.
    """
    spec = find_spec("OCP")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    libraries = Path(spec.submodule_search_locations[0]).parent / "cadquery_ocp_novtk.libs"
    paths = [path for pattern in VIEWER for path in libraries.glob(pattern)]
    names = {name for path in paths for name in SYMBOL.findall(path.read_bytes())}
    return sorted(names | {name.removeprefix(b"gl") for name in names if name.startswith(b"glX")})


def library(soname: bytes, symbols: Sequence[bytes]) -> bytes:
    """An ELF shared object that exports these symbols and holds no code (System V ABI, chapters 4 and 5).

    One segment holds everything: header, two program headers, symbol table, strings, hash table, dynamic section.
    """
    strings = b"\0" + soname + b"\0" + b"".join(symbol + b"\0" for symbol in symbols)
    table, offset = struct.pack("<IBBHQQ", 0, 0, 0, 0, 0, 0), len(soname) + 2
    for symbol in symbols:
        table += struct.pack(
            "<IBBHQQ", offset, 0x12, 0, 1, 64, 0
        )  # global function, at an address that is never called
        offset += len(symbol) + 1
    count = len(symbols) + 1
    chain = [*range(1, count), 0]  # one bucket, whose chain runs through all symbols
    hashes = struct.pack(f"<{3 + count}I", 1, count, chain[0], 0, *chain[1:])
    at_table = 64 + 2 * 56
    at_strings = at_table + len(table)
    at_hashes = _aligned(at_strings + len(strings))
    at_dynamic = _aligned(at_hashes + len(hashes))
    entries = [(14, 1), (4, at_hashes), (5, at_strings), (6, at_table), (10, len(strings)), (11, 24), (0, 0)]
    dynamic = b"".join(struct.pack("<QQ", tag, value) for tag, value in entries)
    size = at_dynamic + len(dynamic)
    image = bytearray(size)
    image[:64] = _header()
    image[64:176] = _segment(1, 0, size, 4096) + _segment(2, at_dynamic, len(dynamic), 8)
    for place, piece in ((at_table, table), (at_strings, strings), (at_hashes, hashes), (at_dynamic, dynamic)):
        image[place : place + len(piece)] = piece
    return bytes(image)


def _header() -> bytes:
    identity = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    machine = MACHINES[platform.machine()]
    return identity + struct.pack("<HHIQQQIHHHHHH", 3, machine, 1, 0, 64, 0, 0, 64, 56, 2, 64, 0, 0)


def _segment(kind: int, offset: int, size: int, alignment: int) -> bytes:
    """A program header: readable and writable, loaded where it lies in the file."""
    return struct.pack("<IIQQQQQQ", kind, 6, offset, offset, offset, size, size, alignment)


def _aligned(offset: int) -> int:
    return -(-offset // 8) * 8
