"""What a label's code says, and how it looks (ISO/IEC 18004). Pure."""

from io import BytesIO
from typing import Final
from uuid import UUID

import segno

QUIET_MODULES: Final = 4
"""White around the code (ISO/IEC 18004 §5.3.8)."""


def words(parcel_id: UUID) -> str:
    """The parcel's id as a URN (RFC 9562 §4).

    In capitals, which URNs of this kind do not tell apart (RFC 8141 §3.1): so the code is of four modules fewer a side,
    each of them larger.
    """
    return f"urn:uuid:{parcel_id}".upper()


def picture(said: str) -> str:
    """A QR code as SVG, one unit a module; readable with 15 % of it lost (error correction M)."""
    made = BytesIO()
    segno.make_qr(said, error="m").save(made, kind="svg", border=QUIET_MODULES, xmldecl=False)
    return made.getvalue().decode()
