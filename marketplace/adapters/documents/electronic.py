"""Factur-X (ZUGFeRD 2): the XML of an invoice within its PDF, checked by the published schemas before it goes in."""

from dataclasses import dataclass
from typing import Final

import facturx

FLAVOUR: Final = "factur-x"
LEVEL: Final = "en16931"


@dataclass(frozen=True, slots=True)
class FacturX:
    """The library `factur-x`, within this process."""

    def embed(self, pdf: bytes, xml: bytes, *, title: str, author: str) -> bytes:
        """The PDF with `factur-x.xml` in it, the two being alternatives of one document (Factur-X 1.0, section 6).

        Raises an error of the library where the XML is not of its schema.
        """
        told = {"author": author, "keywords": "Factur-X, EN 16931", "title": title, "subject": title}
        made: bytes = facturx.generate_from_binary(
            pdf, xml, flavor=FLAVOUR, level=LEVEL, pdf_metadata=told, lang="en", afrelationship="alternative"
        )
        return made
