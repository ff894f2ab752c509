"""Printed documents, as the business asks for them: a template of its own, and figures."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol


class Typesetter(Protocol):
    """Makes PDF files."""

    def pdf(self, template: Path, figures: Mapping[str, Any], *, made_at: datetime) -> bytes:
        """The template with these figures (plain JSON values), as PDF.

        The same figures and instant give the same bytes.
        """
        ...
