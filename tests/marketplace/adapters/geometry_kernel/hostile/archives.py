"""3MF archives that lie about themselves, and models within them that no exporter wrote."""

import io
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator
from typing import Final

from tools.made_parts import block, model, package

MODEL: Final = model(block(1, 2, 3))
GOOD: Final = package(MODEL)
NAME: Final = b"3D/3dmodel.model"


def archives() -> dict[str, Callable[[], bytes]]:
    """Every kind by name; made when it is wanted, for some are large."""
    return {
        "a bomb beside the model": lambda: grown(("bomb.png", bytes(24 << 20))),
        "a bomb for a model": lambda: package(MODEL.replace("<resources>", "<resources>" + " " * (24 << 20))),
        "many small bombs": lambda: grown(*((f"{n}.png", bytes(9 << 20)) for n in range(30))),
        "a thousand and one entries": lambda: grown(*((f"{n}", b"") for n in range(1001))),
        "a million entries by its own word": lambda: ending(GOOD, entries=0xFFFE),
        "an archive within an archive": lambda: package(GOOD),
        "the model twice": lambda: grown((NAME.decode(), MODEL.encode())),
        "the model twice in two cases": lambda: grown(("3d/3DMODEL.MODEL", MODEL.encode())),
        "two entries in one place": overlapping,
        "a name above its folder": lambda: grown(("../../../../etc/cron.d/x", b"x")),
        "an absolute name": lambda: grown(("/etc/passwd", b"x")),
        "a name with a drive": lambda: grown(("C:\\x", b"x")),
        "a name of 60,000 letters, often": lambda: grown(*((f"{n:0>60000}", b"") for n in range(20))),
        "encrypted": lambda: patched(8, 1, "<H"),
        "an unknown packing": lambda: patched(10, 99, "<H"),
        "a size too small": lambda: patched(24, 10, "<I"),
        "a size of four gigabytes": lambda: patched(24, 0xFFFFFFF0, "<I"),
        "ZIP64 sizes that are not there": lambda: patched(24, 0xFFFFFFFF, "<I"),
        "ZIP64 sizes beyond any disk": lambda: zip64(2**62),
        "a model at another place": lambda: patched(42, 7, "<I"),
        "a wrong sum": lambda: patched(16, 7, "<I"),
        "a directory beyond the end": lambda: ending(GOOD, at=0x7FFFFFF0),
        "a directory that is negative": lambda: ending(GOOD, size=0xFFFFFFF0),
        "half an archive": lambda: GOOD[: len(GOOD) // 2],
        "a model that is a link": lambda: linked(),
        "a model that is empty": lambda: package(""),
    }


def models() -> dict[str, Callable[[], bytes]]:
    """Honest archives of dishonest models."""
    return {name: (lambda text=text: package(text)) for name, text in _models()}


def _models() -> Iterator[tuple[str, str | bytes]]:
    declared = '<!DOCTYPE model [<!ENTITY a0 "ha">{}]><model '
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    laughing = MODEL.replace("<resources>", "<metadata>&a9;</metadata><resources>")
    yield "billion laughs", laughing.replace("<model ", declared.format(laughs))
    quadratic = MODEL.replace("<resources>", "<metadata>" + "&a0;" * 20_000 + "</metadata><resources>")
    yield "one long laugh, often", quadratic.replace("<model ", f'<!DOCTYPE m [<!ENTITY a0 "{"a" * 20_000}">]><model ')
    yield "an outside DTD", MODEL.replace("<model ", '<!DOCTYPE model SYSTEM "http://127.0.0.1:9/x.dtd"><model ')
    outside = MODEL.replace("<model ", '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><model ')
    yield "an outside entity", outside.replace('unit="millimeter"', 'unit="&x;"')
    yield "any DTD", MODEL.replace("<model ", "<!DOCTYPE model><model ")
    yield "elements 5,000 deep", MODEL.replace("<resources>", "<a>" * 5000 + "</a>" * 5000 + "<resources>")
    yield "elements 5,000 deep that never end", MODEL.replace("<resources>", "<a>" * 5000)
    yield "a name of a megabyte", MODEL.replace("<resources>", f"<{'n' * (1 << 20)}/><resources>")
    yield "a thousand attributes", MODEL.replace("<mesh>", "<mesh " + " ".join(f'a{n}="1"' for n in range(9999)) + ">")
    for wild in ("nan", "inf", "1e308", "-1e39", "", "0x10", "1,5"):
        yield f"a corner at “{wild}”", MODEL.replace('x="1.0"', f'x="{wild}"', 1)
    for index in ("8", "-1", "4294967296", "99999999999999999999", "1.5"):
        yield f"a triangle with corner {index}", MODEL.replace('v1="0"', f'v1="{index}"', 1)
    yield (
        "an object within itself",
        _built('<object id="2"><components><component objectid="2"/></components></object>'),
    )
    doubling = "".join(
        f'<object id="{n}"><components>{f"<component objectid={quote(n - 1)}/>" * 2}</components></object>'
        for n in range(2, 32)
    )
    yield "2³⁰ instances", _built(doubling, item=31)
    yield "an item of no object", _built("", item=77)
    yield "a transform of infinities", _built("", item=1, more='transform="1e308 0 0 0 1e308 0 0 0 1e308 0 0 0"')
    yield "a transform that is flat", _built("", item=1, more='transform="0 0 0 0 0 0 0 0 0 0 0 0"')
    yield "words in no known code", b"<?xml version='1.0' encoding='x-evil'?><model/>"
    yield "UTF-7", b"<?xml version='1.0' encoding='UTF-7'?>+ADw-model+AD4-"


def quote(number: int) -> str:
    return f'"{number}"'


def _built(objects: str, *, item: int = 2, more: str = "") -> str:
    return model(block(1, 2, 3), after=objects, build=f'<item objectid="{item}" {more}/>')


def grown(*more: tuple[str, bytes]) -> bytes:
    """A good archive with more entries."""
    content = io.BytesIO(GOOD)
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings(action="ignore"):
        for name, text in more:
            archive.writestr(name, text)
    return content.getvalue()


def patched(offset: int, figure: int, form: str) -> bytes:
    """Another figure in the directory's entry of the model (its name begins 46 bytes in)."""
    changed = bytearray(GOOD)
    struct.pack_into(form, changed, GOOD.rindex(NAME) - 46 + offset, figure)
    return bytes(changed)


def ending(content: bytes, *, entries: int | None = None, size: int | None = None, at: int | None = None) -> bytes:
    """Another end of the directory (APPNOTE 4.3.16)."""
    changed, start = bytearray(content), content.rindex(b"PK\x05\x06")
    for offset, form, figure in ((10, "<H", entries), (12, "<I", size), (16, "<I", at)):
        if figure is not None:
            struct.pack_into(form, changed, start + offset, figure)
    return bytes(changed)


def zip64(size: int) -> bytes:
    """The model's entry claims its size in a ZIP64 field (APPNOTE 4.5.3)."""
    changed = bytearray(patched(24, 0xFFFFFFFF, "<I"))
    start = changed.rindex(NAME) - 46
    struct.pack_into("<H", changed, start + 30, 12)
    at = start + 46 + len(NAME)
    changed[at:at] = struct.pack("<HHQ", 1, 8, size)
    end = changed.rindex(b"PK\x05\x06")
    (length,) = struct.unpack_from("<I", changed, end + 12)
    struct.pack_into("<I", changed, end + 12, length + 12)
    return bytes(changed)


def overlapping() -> bytes:
    """Two entries of the directory that lie over the same bytes, as in the better bomb of D. Fifield (2019)."""
    content = grown(("3D/other.model", MODEL.encode()))
    changed = bytearray(content)
    start = content.rindex(b"3D/other.model") - 46
    struct.pack_into("<I", changed, start + 42, struct.unpack_from("<I", changed, content.rindex(NAME) - 46 + 42)[0])
    return bytes(changed)


def linked() -> bytes:
    """The model is a symbolic link by its attributes, to a file of ours by its content."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as good, zipfile.ZipFile(content, "w") as archive:
        for entry in good.infolist():
            if entry.filename.encode() == NAME:
                entry.external_attr = 0o120777 << 16
                archive.writestr(entry, "/etc/passwd")
            else:
                archive.writestr(entry, good.read(entry))
    return content.getvalue()
