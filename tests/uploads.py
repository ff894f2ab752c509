"""Files to upload, good and bad, and a measurer that measures nothing: for tests of what happens around measuring."""

import io
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from marketplace.geometry.outcomes import Measured, Outcome, Pictures
from marketplace.geometry.values import FileKind, Measurement, Units
from marketplace.kernel import transaction

SAMPLES = Path(__file__).parent.parent / "samples"
STEP = (SAMPLES / "bracket.step").read_bytes()
STL = (SAMPLES / "clip.stl").read_bytes()
OPEN_STL = (SAMPLES / "open_clip.stl").read_bytes()
TRUNCATED_STEP = STEP[: len(STEP) // 2]
TRUNCATED_STL = STL[:-70]
NAN_STL = b"not a number".ljust(80) + struct.pack("<I", 1) + struct.pack("<12fH", *[float("nan")] * 12, 0)
"""A binary STL of the right length whose only triangle has no numbers."""


def a_cube(side: float = 10.0, *, kind: FileKind = FileKind.STL, units: Units | None = None) -> Measurement:
    """What a kernel would say of a cube."""
    is_stl = kind is FileKind.STL
    return Measurement(
        kind=kind,
        declared_units=units,
        volume_mm3=side**3,
        area_mm2=6 * side**2,
        box_mm=(side, side, side),
        is_closed=True,
        bodies=1,
        triangles=12 if is_stl else None,
        faces=None if is_stl else 6,
        holes=(),
        engine=ENGINE,
    )


ENGINE = "tests 1"


@dataclass
class SaysAlways:
    """A measurer that gives the same answer to every file and remembers what it was asked; an exception is raised."""

    answer: Outcome | Exception
    asked: list[bytes] = field(default_factory=list)

    def measure(self, path: Path, kind: FileKind) -> Outcome:
        transaction.outside()
        self.asked.append(path.read_bytes())
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def engine(self, kind: FileKind) -> str:
        return ENGINE


PICTURES = Pictures(thumbnail=b"\x89PNG\r\n\x1a\n and a picture", model=b"glTF and a model")


def measures(measurement: Measurement, pictures: Pictures | None = None) -> SaysAlways:
    return SaysAlways(Measured(measurement, pictures))


PARTS = "/v1/customer/parts"


def form(content: bytes = STL, file_name: str = "clip.stl", **fields: Any) -> dict[str, Any]:
    """A form with a file, as the arguments of a test client's `post`."""
    return {"data": {"file": (io.BytesIO(content), file_name), **fields}, "content_type": "multipart/form-data"}


def a_part(customer: FlaskClient, content: bytes = STL, **options: Any) -> Any:
    """Upload a new part; what the API says of it."""
    reply = customer.post(PARTS, **form(content, **options))
    assert reply.status_code == 202, reply.json
    return reply.json


def problem(reply: Any) -> tuple[int, str]:
    """Status and code of a problem document."""
    assert reply.content_type == "application/problem+json"
    return reply.status_code, reply.json["code"]


def stream(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)
