"""STEP, STL, OBJ and DXF files made to hurt, and files that are two things at once."""

import struct
from collections.abc import Callable
from typing import Final

from tests.marketplace.adapters.geometry_kernel.hostile.archives import GOOD
from tools.made_parts import binary_stl, block, obj
from tools.samples import FOLDER

BRACKET: Final = (FOLDER / "bracket.step").read_text(encoding="ascii")
STL: Final = binary_stl(block(1, 2, 3))
OBJ: Final = obj(block(1, 2, 3))

Maker = Callable[[], bytes]


def step(body: str) -> bytes:
    return f"ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\n{body}\nENDSEC;\nEND-ISO-10303-21;\n".encode()


def dxf(*pairs: object) -> bytes:
    whole = (0, "SECTION", 2, "ENTITIES", *pairs, 0, "ENDSEC", 0, "EOF")
    return "".join(f"{each}\n" for each in whole).encode()


def step_files() -> dict[str, Maker]:
    return {
        "nothing in it": lambda: step(""),
        "an entity that is not there": lambda: BRACKET.replace("#10 =", "#999999 =").encode(),
        "entities that are each other": lambda: step(
            "#1=ADVANCED_FACE('',(#2),#2,.T.);\n#2=ADVANCED_FACE('',(#1),#1,.T.);"
        ),
        "an entity that is itself": lambda: step("#1=#1;"),
        "a chain of 50,000 entities": lambda: step(
            "\n".join(f"#{n}=SHELL_BASED_SURFACE_MODEL('',(#{n + 1}));" for n in range(1, 50_000))
        ),
        "brackets 100,000 deep": lambda: step("#1=A(" + "(" * 100_000),
        "one line of 20 MB": lambda: step("#1=CARTESIAN_POINT('" + "x" * (20 << 20) + "',(0.,0.,0.));"),
        "a word without an end": lambda: step("#1=CARTESIAN_POINT('" + "x" * 100_000),
        "a number of 100,000 digits": lambda: BRACKET.replace("80.", "8" + "0" * 100_000 + ".").encode(),
        "an id beyond 64 bits": lambda: BRACKET.replace("#10 =", "#99999999999999999999 =").encode(),
        "corners at infinity": lambda: BRACKET.replace("80.", "1.E400").encode(),
        "corners that are no numbers": lambda: BRACKET.replace("80.", "NAN").encode(),
        "a part of ten thousand kilometres": lambda: BRACKET.replace("80.", "1.E10").encode(),
        "a radius below zero": lambda: BRACKET.replace("3.3)", "-3.3)").encode(),
        "zeros all through": lambda: b"ISO-10303-21;" + bytes(100_000) + b"END-ISO-10303-21;",
        "every entity twice": lambda: BRACKET.replace(
            "ENDSEC;\nEND-ISO", BRACKET.partition("DATA;")[2].partition("ENDSEC;")[0] + "ENDSEC;\nEND-ISO"
        ).encode(),
        "an outside document": lambda: step(
            "#1=DOCUMENT_FILE('/etc/passwd','','',#2,'','file:///etc/passwd');\n#2=DOCUMENT_TYPE('');"
        ),
    }


def stl_files() -> dict[str, Maker]:
    count = struct.pack("<I", 2**31)
    return {
        "2³¹ triangles in 84 bytes": lambda: bytes(80) + count,
        "2³¹ triangles, twelve there": lambda: STL[:80] + count + STL[84:],
        "corners that are no numbers": lambda: STL[:96] + struct.pack("<f", float("nan")) + STL[100:],
        "corners at infinity": lambda: STL[:96] + struct.pack("<f", float("inf")) + STL[100:],
        "corners at 3e38": lambda: STL[:96] + struct.pack("<f", 3e38) + STL[100:],
        "all corners in one place": lambda: STL[:84] + bytes(len(STL) - 84),
        "the same triangle 3,000 times": lambda: STL[:80] + struct.pack("<I", 3_000) + STL[84:134] * 3_000,
        "text without corners": lambda: b"solid x\n" + b"facet normal 0 0 1\n" * 10_000 + b"endsolid x\n",
        "text with a word for a number": lambda: (
            b"solid x\nfacet normal 0 0 1\nouter loop\nvertex a b c\nvertex 1 0 0\nvertex 0 1 0\n"
            b"endloop\nendfacet\nendsolid x\n"
        ),
        "one line of 8 MB": lambda: b"solid x\nfacet normal 0 0 1\n" + b"vertex 0 0 0 " * 600_000 + b"\nendsolid x\n",
        "numbers of 10,000 digits": lambda: (
            b"solid x\nfacet normal 0 0 1\nouter loop\n"
            + b"vertex %b 0 0\n" % (b"9" * 10_000) * 3
            + b"endloop\nendfacet\nendsolid x\n"
        ),
    }


def obj_files() -> dict[str, Maker]:
    return {
        "a corner that is not there": lambda: OBJ + b"f 1 2 99\n",
        "a corner of number 0": lambda: OBJ + b"f 0 1 2\n",
        "a corner beyond 64 bits": lambda: OBJ + b"f 1 2 99999999999999999999999\n",
        "a corner long before the first": lambda: OBJ + b"f -99999999 1 2\n",
        "corners that are no numbers": lambda: OBJ.replace(b"v 1.0 ", b"v nan ", 1),
        "corners at infinity": lambda: OBJ.replace(b"v 1.0 ", b"v 1e999 ", 1),
        "a face of 300,000 corners": lambda: OBJ + b"f" + b" 1 2 3" * 100_000 + b"\n",
        "corners without a face": lambda: b"v 0 0 0\n" * 10_000 + b"f 1 1 1\n",
        "one line of 8 MB": lambda: b"v 0 0 0\nf 1 1 1\n# " + b"x" * (8 << 20) + b"\n",
        "free forms": lambda: b"v 0 0 0\nf 1 1 1\ncstype bspline\ndeg 100000\ncurv 0 1 1 1 1\nend\n",
    }


def dxf_files() -> dict[str, Maker]:
    circle = (0, "CIRCLE", 8, "0", 10)
    return {
        "blocks that hold each other": looped_blocks,
        "a circle at no number": lambda: dxf(*circle, "nan", 20, 0, 40, 5),
        "a circle at 1e308": lambda: dxf(*circle, "1e308", 20, 0, 40, 5),
        "a circle of radius 1e308": lambda: dxf(*circle, 0, 20, 0, 40, "1e308"),
        "a hundred thousand points": lambda: dxf(
            *(each for n in range(100_000) for each in (0, "POINT", 8, "0", 10, n, 20, 0))
        ),
        "a million entities": lambda: dxf().replace(
            b"0\nENDSEC", b"0\nLINE\n8\n0\n10\n0\n20\n0\n11\n1\n21\n1\n" * 1_000_000 + b"0\nENDSEC"
        ),
        "a spline of degree 10⁹": lambda: dxf(
            0, "SPLINE", 8, "0", 70, 8, 71, 10**9, 72, 10**9, 73, 10**9, 40, 0, 10, 0, 20, 0
        ),
        "a spline without anything": lambda: dxf(0, "SPLINE", 8, "0", 71, 3, 72, 0, 73, 0),
        "group codes that are words": lambda: b"0\nSECTION\n2\nENTITIES\nx\nLINE\n0\nENDSEC\n0\nEOF\n",
        "no section ever ends": lambda: b"0\nSECTION\n2\nENTITIES\n" * 10_000 + b"0\nEOF\n",
        "binary that stops": lambda: b"AutoCAD Binary DXF\r\n\x1a\0" + bytes(1000),
        "one line of 8 MB": lambda: dxf(0, "TEXT", 8, "0", 1, "x" * (8 << 20)),
    }


def looped_blocks() -> bytes:
    def holding(name: str, other: str) -> tuple[object, ...]:
        head = (0, "BLOCK", 8, "0", 2, name, 70, 0, 10, 0, 20, 0, 30, 0, 3, name, 1, "")
        return (*head, *((0, "INSERT", 8, "0", 2, other, 10, 1, 20, 1) * 3), 0, "ENDBLK", 8, "0")

    pairs = (0, "SECTION", 2, "BLOCKS", *holding("A", "B"), *holding("B", "A"), 0, "ENDSEC")
    blocks = "".join(f"{each}\n" for each in pairs).encode()
    return blocks + dxf(0, "INSERT", 8, "0", 2, "A", 10, 0, 20, 0)


def two_things() -> dict[str, Maker]:
    """Files that other programs take for something else; by content they are refused or are what we say."""
    return {
        "PDF and ZIP": lambda: b"%PDF-1.7\n" + GOOD,
        "GIF and HTML": lambda: b"GIF89a/*" + b"<script>alert(1)</script>" * 10,
        "PNG and ZIP": lambda: b"\x89PNG\r\n\x1a\n" + GOOD,
        "a program and ZIP": lambda: b"MZ" + bytes(62) + GOOD,
        "HTML": lambda: b"<html><script>alert(1)</script></html>",
        "SVG with an outside entity": lambda: b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
        "glTF that names a file": lambda: b'{"asset":{"version":"2.0"},"buffers":[{"uri":"file:///etc/passwd"}]}',
        "gzip": lambda: b"\x1f\x8b\x08" + bytes(100),
        "nothing": lambda: b"",
        "one byte": lambda: b"\0",
        "zeros": lambda: bytes(100_000),
    }
