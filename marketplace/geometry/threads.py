"""Names of threads, and which coarse thread a drilled hole may be meant for."""

import re
from typing import Final

TAP_DRILLS_MM: Final = {
    "M1": 0.75,
    "M1.2": 0.95,
    "M1.6": 1.25,
    "M2": 1.6,
    "M2.5": 2.05,
    "M3": 2.5,
    "M3.5": 2.9,
    "M4": 3.3,
    "M5": 4.2,
    "M6": 5.0,
    "M7": 6.0,
    "M8": 6.8,
    "M10": 8.5,
    "M12": 10.2,
    "M14": 12.0,
    "M16": 14.0,
    "M18": 15.5,
    "M20": 17.5,
    "M22": 19.5,
    "M24": 21.0,
    "M27": 24.0,
    "M30": 26.5,
    "M33": 29.5,
    "M36": 32.0,
    "M39": 35.0,
    "M42": 37.5,
    "M45": 40.5,
    "M48": 43.0,
}
"""Drill sizes for metric coarse threads (ISO 2306), for the diameters and pitches of ISO 261."""

_NEAR_MM: Final = 0.02

_NUMBER = r"\d{1,3}(?:[.,]\d{1,3})?"
_METRIC: Final = re.compile(rf"(?<![A-Za-z0-9])M({_NUMBER})(?:\s*[xX×*]\s*({_NUMBER}))?(?![\d.,]|\s*/)")
_UNIFIED: Final = re.compile(
    r"(?<![\d/.])(#?\d{1,2}|\d{1,2}/\d{1,2}|\d[ -]\d{1,2}/\d{1,2})\s*-\s*(\d{1,2})\s*-?\s*(UNJ?(?:C|F|EF|S)?|NPTF?)\b"
)
_PIPE: Final = re.compile(
    r"(?<![A-Za-z0-9])(G|Rp|Rc|R(?=\s?(?:\d )?\d/))\s?(\d \d/\d|\d/\d|\d)(?![\d/.,])(?:\s?([AB])\b)?"
)
_TAPER: Final = re.compile(r"(?<![\d/.])(\d \d/\d|\d/\d|\d)\s*(NPTF?)\b")


def tapped(diameter_mm: float) -> str | None:
    """The coarse thread whose tap drill has this diameter: a hint to ask about, never a fact about the part."""
    near = (name for name, drill in TAP_DRILLS_MM.items() if abs(drill - diameter_mm) <= _NEAR_MM)
    return next(near, None)


def designation(text: str) -> str | None:
    """The thread that a note or dimension names, written the usual way: `M6x1`, `1/4-20 UNC`, `G1/8`, `1/4 NPT`."""
    if unified := _UNIFIED.search(text):
        size, per_inch, series = unified.groups()
        return f"{size}-{per_inch} {series}"
    if taper := _TAPER.search(text):
        return f"{taper[1]} {taper[2]}"
    if metric := _METRIC.search(text):
        return _metric(metric[1].replace(",", "."), (metric[2] or "").replace(",", "."))
    if pipe := _PIPE.search(text):
        return "".join(part for part in pipe.groups() if part)
    return None


def pitch_mm(designation: str) -> float | None:
    """The pitch that a designation says or, of a coarse metric thread, implies; None where it does neither.

    Coarse: the nominal diameter less its tap drill (ISO 2306 drills to that, within a twentieth of a millimetre).
    """
    if unified := _UNIFIED.search(designation):
        return 25.4 / float(unified[2])
    if metric := _METRIC.search(designation):
        drill = TAP_DRILLS_MM.get(f"M{metric[1]}")
        return float(metric[2]) if metric[2] else drill and round(float(metric[1]) - drill, 3)
    return None


def _metric(diameter: str, pitch: str) -> str | None:
    """A pitch is smaller than a third of the diameter and at most 8 mm; a larger second figure is a length."""
    if not 1 <= float(diameter) <= 300:
        return None
    is_pitch = bool(pitch) and 0 < float(pitch) <= min(8.0, float(diameter) / 3)
    return f"M{diameter}x{pitch}" if is_pitch else f"M{diameter}"
