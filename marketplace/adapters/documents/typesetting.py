"""Typst as a typesetter: no fonts of the system, no packages, no file beyond the template's folder, no warnings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

FONTS: Final = Path(__file__).with_name("fonts")


class TemplateFlawed(RuntimeError):
    """A template of ours cannot be set, or only with warnings: a missing font would let words vanish from the page."""


@dataclass(frozen=True, slots=True)
class TypstTypesetter:
    """Sets templates within this process: milliseconds a page."""

    def pdf(self, template: Path, figures: Mapping[str, Any], *, made_at: datetime) -> bytes:
        """The template with these figures as PDF. Raises TemplateFlawed."""
        try:
            made, warnings = typst.compile_with_warnings(
                str(template),
                root=str(template.parent),
                font_paths=fonts(),
                sys_inputs={"figures": json.dumps(figures, ensure_ascii=False)},
                format="pdf",
                timestamp=int(made_at.timestamp()),
            )
        except typst.TypstError as flaw:
            raise TemplateFlawed(f"{template.name}: {flaw}") from flaw
        if warnings:
            raise TemplateFlawed(f"{template.name}: {'; '.join(each.message for each in warnings)}")
        assert isinstance(made, bytes)
        return made


@cache
def fonts() -> typst.Fonts:
    """Typst's own Latin fonts and our Chinese one, read once in the life of a process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONTS)])
