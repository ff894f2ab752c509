"""Writes the tables of docs/geometry.md that follow from the code: `python -m tools.geometry_docs`."""

from typing import Any, Final

from marketplace.adapters.geometry_kernel import headless
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry import figures, sniffing
from marketplace.manufacturability.rules import RULES
from marketplace.manufacturability.values import Bound, Process, Rule
from tools import papers

PAPER: Final = papers.ROOT / "docs" / "geometry.md"

_NUMBER: Final = {process: number for number, process in enumerate(Process)}


def main() -> None:
    PAPER.write_text(written(PAPER.read_text(encoding="utf-8")), encoding="utf-8")


def written(paper: str) -> str:
    """The paper with its tables written anew. Raises ValueError where a mark is missing."""
    return papers.written(paper, {"limits": limits, "rules": rules})


def limits() -> str:
    """What a file may cost and hold, from the constants that say so."""
    rows = [*_of_all(), *_of_step(), *_of_triangles(), *_of_drawings()]
    return papers.table(("where", "limit", "at most"), [(where, what, _shown(most)) for where, what, most in rows])


def _of_all() -> list[tuple[str, str, int | str]]:
    bounds = Limits()
    return [
        ("every file", "size", _size(bounds.file_bytes)),
        ("every file", "time by the clock, CPU time", f"{bounds.wall_s} s, {bounds.cpu_s} s"),
        ("every file", "memory beyond the loaded kernels", _size(bounds.memory_bytes)),
        ("every file", "record, pictures", f"{_size(bounds.record_bytes)}, {_size(bounds.pictures_bytes)}"),
        ("every file", "coordinates from the origin", f"{figures.MAX_LENGTH_MM / 2e6:g} km"),
        ("every file", "holes, pockets, bends, … of one sort", figures.MAX_LISTED),
        ("every file", "looked at to know the format, at either end", _size(sniffing.WINDOW_BYTES)),
    ]


def _of_step() -> list[tuple[str, str, int | str]]:
    headless.allow()
    from marketplace.adapters.geometry_kernel.brep import callouts, exact, structure, tessellation

    bounds = Limits()
    return [
        ("STEP", "size", _size(bounds.step_bytes)),
        ("STEP", "faces, each as often as it is used", bounds.faces),
        ("STEP", "instances of an assembly", structure.MAX_INSTANCES),
        ("STEP", "components, callouts listed", f"{exact.MAX_COMPONENTS:,}, {callouts.MAX_CALLOUTS:,}"),
        ("STEP", "triangles of its mesh before it is made coarser", tessellation.MANY_TRIANGLES),
    ]


def _of_triangles() -> list[tuple[str, str, int | str]]:
    from marketplace.adapters.geometry_kernel import measuring
    from marketplace.adapters.geometry_kernel.meshes import instances, lines, model_xml, overlaps, package

    bounds = Limits()
    return [
        ("STL, OBJ, 3MF", "triangles", bounds.triangles),
        ("STL, OBJ, 3MF", "triangles before further figures come from a coarser copy", measuring.MOST_TRIANGLES),
        (
            "STL, OBJ, 3MF",
            "shells, triangles that are tried for overlaps",
            f"{overlaps.MAX_SHELLS}, {overlaps.MAX_TRIANGLES:,}",
        ),
        ("OBJ", "characters of a line", lines.MAX_LINE_BYTES),
        ("3MF", "entries of the archive", package.MAX_ENTRIES),
        ("3MF", "bytes unpacked, counted while reading", _size(package.MAX_UNPACKED_BYTES)),
        ("3MF", f"packed, above {_size(package.RATIO_FROM_BYTES)}", f"{package.MAX_RATIO} : 1"),
        ("3MF", "depth of XML; objects; references", _three(model_xml)),
        ("3MF", "objects built; depth of nesting", f"{instances.MAX_INSTANCES:,}; {instances.MAX_DEPTH}"),
    ]


def _three(model_xml: Any) -> str:
    return f"{model_xml.MAX_DEPTH}; {model_xml.MAX_OBJECTS:,}; {model_xml.MAX_REFERENCES:,}"


def _of_drawings() -> list[tuple[str, str, int | str]]:
    from marketplace.adapters.geometry_kernel.drawings import blocks, chaining, curves, document, outlines, strokes

    return [
        ("DXF", "size", _size(document.MAX_BYTES)),
        ("DXF", "entities in the file; drawn, blocks unfolded", f"{document.MAX_ENTITIES:,}; {blocks.MAX_DRAWN:,}"),
        ("DXF", "depth of blocks", blocks.MAX_DEPTH),
        ("DXF", "points of one curve; of all", f"{curves.MAX_CURVE_POINTS:,}; {strokes.MAX_POINTS:,}"),
        ("DXF", "gap that is closed; how near curves are followed", f"{chaining.END_MM} mm; {outlines.FOLLOWED_MM} mm"),
    ]


def rules() -> str:
    """The rules by process and topic, the gravest of a topic first, with their sources numbered below."""
    listed = sorted(RULES, key=lambda rule: (not _is_for_all(rule), _NUMBER[rule.processes[0]], rule.topic))
    sources = list(dict.fromkeys(rule.source for rule in listed))
    heads = ("rule", "processes", "metric", "limit", "severity", "source")
    table = papers.table(heads, [_row(rule, sources.index(rule.source) + 1) for rule in listed])
    legend = "\n".join(f"{number}. {source}" for number, source in enumerate(sources, start=1))
    return f"{table}\n\n{legend}"


def _row(rule: Rule, source: int) -> tuple[str, ...]:
    processes = "all" if _is_for_all(rule) else ", ".join(rule.processes)
    sign = "<" if rule.bound is Bound.BELOW else ">"
    return f"`{rule.id}`", processes, rule.metric, f"{sign} {rule.limit:g} {rule.unit}", rule.severity, f"{source}"


def _is_for_all(rule: Rule) -> bool:
    return set(rule.processes) == set(Process)


def _size(count: int) -> str:
    for shift, unit in ((30, "GB"), (20, "MB")):
        if count >= 1 << shift:
            return f"{count >> shift} {unit}"
    return f"{count >> 10} kB"


def _shown(most: int | str) -> str:
    return most if isinstance(most, str) else f"{most:,}"


if __name__ == "__main__":
    main()
