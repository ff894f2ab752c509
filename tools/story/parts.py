"""Chapter 2: a STEP bracket, an STL clip and an open mesh are measured; the first two against the closed form."""

from dataclasses import dataclass
from typing import Any

from tools.client import Client
from tools.samples import FOLDER, TRUTHS, Truth
from tools.story.persons import People
from tools.story.stage import Stage
from tools.story.telling import equal, near

Json = dict[str, Any]
WITHIN = 1e-5
"""STL keeps coordinates as 32-bit floats; the kernel's STEP volume is closer by orders."""


@dataclass(frozen=True)
class Parts:
    """The measured revisions by what they are, as the customer sees them."""

    bracket: Json
    clip: Json
    open_clip: Json


def play(stage: Stage, people: People) -> Parts:
    """Upload all three, wait for the worker, compare with what the samples are by construction."""
    stage.teller.chapter(2, "Parts are measured by a real kernel in a process of its own")
    customer = people.customer.client
    return Parts(
        bracket=_measured(stage, customer, "bracket.step", "Bracket, left"),
        clip=_measured(stage, customer, "clip.stl", "Cable clip"),
        open_clip=_measured(stage, customer, "open_clip.stl", "Cable clip, damaged file"),
    )


def _measured(stage: Stage, customer: Client, file: str, name: str) -> Json:
    path, truth = FOLDER / file, TRUTHS[file]
    with stage.teller.step(f"{file} is uploaded, measured, and its units are confirmed"):
        part = customer.upload("/v1/customer/parts", path, name=name)
        address = f"/v1/customer/parts/{part['id']}/revisions/1"
        seen = stage.teller.until("waiting for the measurement", lambda: settled(customer, address))
        equal(f"state of {file}", seen["state"], "measured")
        measured = seen["measurement"]
        stage.teller.fact("file", f"{seen['kind']}, {seen['size_bytes']:,} bytes, sha256 {seen['sha256'][:12]}…")
        _told(stage, measured, truth)
        _compared(stage, measured, truth)
        seen = customer.post(f"{address}/units", {"units": "mm"})
        equal(f"units of {file}", seen["units"], "mm")
        stage.teller.fact("units", f"mm, confirmed by the customer; the file says {measured['declared_units'] or '-'}")
        _judged(stage, seen)
    return {**seen, "part": part}


def settled(customer: Client, address: str) -> Json | None:
    seen = customer.get(address)
    return None if seen["state"] == "measuring" else seen


def _told(stage: Stage, measured: Json, truth: Truth) -> None:
    x, y, z = measured["box_mm"]
    shape = f"{measured['triangles']:,} triangles" if measured["triangles"] else f"{measured['faces']} faces"
    closed = "closed" if measured["is_closed"] else "OPEN: no volume"
    stage.teller.fact("shape", f"{closed}, {shape}, {measured['bodies']} body; {measured['engine']}")
    stage.teller.fact("bounding box", f"{x:.3f} × {y:.3f} × {z:.3f} mm")
    if truth.is_closed:
        off = near("volume", measured["volume_mm3"], truth.volume_mm3, within=WITHIN)
        stage.teller.fact("volume", f"{measured['volume_mm3']:,.3f} mm³ (closed form {truth.volume_mm3:,.3f}, {off})")
    off = near("area", measured["area_mm2"], truth.area_mm2, within=WITHIN)
    stage.teller.fact("area", f"{measured['area_mm2']:,.3f} mm² (closed form {truth.area_mm2:,.3f}, {off})")


def _compared(stage: Stage, measured: Json, truth: Truth) -> None:
    equal("closed", measured["is_closed"], truth.is_closed)
    equal("triangles", measured["triangles"], truth.triangles)
    equal("faces", measured["faces"], truth.faces)
    for side, came, expected in zip("xyz", measured["box_mm"], truth.box_mm, strict=True):
        near(f"box {side}", came, expected, within=WITHIN)
    holes = sorted((h["diameter_mm"], h["depth_mm"], h["is_through"]) for h in measured["holes"])
    equal("holes", [(round(d, 3), round(deep, 3), through) for d, deep, through in holes], sorted(truth.holes))
    if holes:
        words = (f"ø {d:g} × {deep:g} mm {'through' if through else 'blind'}" for d, deep, through in truth.holes)
        stage.teller.fact("cylindrical holes", "\n".join(f"{word}, found" for word in words))


def _judged(stage: Stage, seen: Json) -> None:
    for process, findings in seen["findings"].items():
        words = "\n".join(f"{each['severity']}: {each['message']}" for each in findings) or "nothing stands against it"
        stage.teller.fact(f"made by {process}", words)
