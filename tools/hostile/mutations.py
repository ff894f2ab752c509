"""Ways to damage a file: as disks and networks do it, as bad exporters do it, and as somebody with a plan does it."""

import random
import re
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Final

from marketplace.geometry.values import FileKind

Mutation = Callable[[random.Random, bytes], bytes]

WILD: Final = (b"1e308", b"-1.E308", b"0.", b"1E-300", b"nan", b"inf", b"1e40", b"-7", b"99999999999999999999", b"")
_NUMBER: Final = re.compile(rb"-?\d+\.\d*(?:[Ee][-+]?\d+)?")
_WHOLE: Final = re.compile(rb"(?<![\w.#-])\d+(?![\w.])")
_REFERENCE: Final = re.compile(rb"#\d+")
_ENTITY: Final = re.compile(rb"^(#\d+)( *= *[A-Z_0-9]+\()(.*)$", re.MULTILINE)
_TYPES: Final = re.compile(
    rb"CYLINDRICAL_SURFACE|CONICAL_SURFACE|SPHERICAL_SURFACE|PLANE|LINE|CIRCLE|ADVANCED_FACE|EDGE_LOOP|VERTEX_POINT"
    rb"|EDGE_CURVE|CLOSED_SHELL|MANIFOLD_SOLID_BREP|AXIS2_PLACEMENT_3D"
)
_DXF_TYPES: Final = re.compile(rb"\b(?:LINE|CIRCLE|ARC|LWPOLYLINE|ELLIPSE|SPLINE|INSERT|BLOCK|ENDBLK|ENDSEC)\b")


def cut_short(rng: random.Random, content: bytes) -> bytes:
    return content[: rng.randrange(1, len(content))]


def flipped_bits(rng: random.Random, content: bytes) -> bytes:
    damaged = bytearray(content)
    for _ in range(rng.choice((1, 10, 100))):
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    return bytes(damaged)


def other_bytes(rng: random.Random, content: bytes) -> bytes:
    damaged = bytearray(content)
    for _ in range(rng.choice((1, 10, 100))):
        damaged[rng.randrange(len(damaged))] = rng.randrange(256)
    return bytes(damaged)


def swapped_pieces(rng: random.Random, content: bytes) -> bytes:
    a, b, c = sorted(rng.randrange(len(content)) for _ in range(3))
    return content[:a] + content[b:c] + content[a:b] + content[c:]


def repeated_piece(rng: random.Random, content: bytes) -> bytes:
    a, b = sorted(rng.randrange(len(content)) for _ in range(2))
    return content[:b] + content[a:b] * rng.choice((1, 3)) + content[b:]


def lost_lines(rng: random.Random, content: bytes) -> bytes:
    share = rng.choice((0.001, 0.01, 0.1))
    return b"\n".join(line for line in content.split(b"\n") if rng.random() > share)


def wild_numbers(rng: random.Random, content: bytes) -> bytes:
    share = rng.choice((0.001, 0.01, 0.1))
    return _NUMBER.sub(lambda match: rng.choice(WILD) if rng.random() < share else match[0], content)


def wild_counts(rng: random.Random, content: bytes) -> bytes:
    """Whole numbers: indices, counts, group codes."""
    share = rng.choice((0.001, 0.01))
    return _WHOLE.sub(lambda match: _other_count(rng) if rng.random() < share else match[0], content)


def _other_count(rng: random.Random) -> bytes:
    return str(rng.choice((-1, 0, 1, 7, 2**31, 2**32, 2**63, 10**30))).encode()


def references_to_anywhere(rng: random.Random, content: bytes) -> bytes:
    everything = _REFERENCE.findall(content) or [b"#1"]
    return _REFERENCE.sub(lambda match: rng.choice(everything) if rng.random() < 0.004 else match[0], content)


def entities_that_contain_themselves(rng: random.Random, content: bytes) -> bytes:
    def again(match: re.Match[bytes]) -> bytes:
        references = _REFERENCE.findall(match[3])
        is_struck = bool(references) and rng.random() < 0.01
        inner = match[3].replace(rng.choice(references), match[1]) if is_struck else match[3]
        return match[1] + match[2] + inner

    return _ENTITY.sub(again, content)


def other_types(rng: random.Random, content: bytes) -> bytes:
    return _mixed(_TYPES, rng, content)


def other_dxf_types(rng: random.Random, content: bytes) -> bytes:
    return _mixed(_DXF_TYPES, rng, content)


def _mixed(words: re.Pattern[bytes], rng: random.Random, content: bytes) -> bytes:
    all_words = sorted(set(words.findall(content))) or [b"X"]
    return words.sub(lambda match: rng.choice(all_words) if rng.random() < 0.02 else match[0], content)


def wild_floats(rng: random.Random, content: bytes) -> bytes:
    """Corners of a binary STL, at their places."""
    damaged = bytearray(content)
    for _ in range(rng.choice((1, 10, 100))):
        facet = rng.randrange(max(1, (len(content) - 84) // 50))
        wild = rng.choice((float("nan"), float("inf"), -3e38, 1e-45, 0.0, 1e9))
        struct.pack_into("<f", damaged, min(84 + 50 * facet + 4 * rng.randrange(3, 12), len(damaged) - 4), wild)
    return bytes(damaged)


def other_triangle_count(rng: random.Random, content: bytes) -> bytes:
    count = rng.choice((0, 1, 2**31, 2**32 - 1, rng.randrange(1000)))
    return content[:80] + struct.pack("<I", count) + content[84:]


def inside_the_archive(rng: random.Random, content: bytes) -> bytes:
    """A 3MF whose model is damaged and whose archive is sound."""
    damage = rng.choice((cut_short, wild_numbers, wild_counts, lost_lines, swapped_pieces, repeated_piece, other_bytes))
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            inner = source.read(entry)
            target.writestr(entry, damage(rng, inner) if entry.filename.endswith(".model") else inner)
    return result.getvalue()


_ANY: Final[tuple[Mutation, ...]] = (cut_short, flipped_bits, other_bytes, swapped_pieces, repeated_piece)
_TEXT: Final[tuple[Mutation, ...]] = (lost_lines, wild_numbers, wild_counts)
_STEP: Final[tuple[Mutation, ...]] = (references_to_anywhere, entities_that_contain_themselves, other_types)

MUTATIONS: Final[dict[FileKind, tuple[Mutation, ...]]] = {
    FileKind.STEP: (*_ANY, *_TEXT, *_STEP),
    FileKind.STL: (*_ANY, *_TEXT, wild_floats, other_triangle_count),
    FileKind.OBJ: (*_ANY, *_TEXT),
    FileKind.THREE_MF: (*_ANY, *(inside_the_archive,) * 5),
    FileKind.DXF: (*_ANY, *_TEXT, other_dxf_types),
}


def mutated(kind: FileKind, content: bytes, rng: random.Random) -> bytes:
    """A damaged copy; the same for the same state of the generator."""
    return rng.choice(MUTATIONS[kind])(rng, content)
