"""What turns a printed invoice into one that programs read too."""

from typing import Protocol


class ElectronicInvoices(Protocol):
    """Puts an invoice for programs into the printed one."""

    def embed(self, pdf: bytes, xml: bytes, *, title: str, author: str) -> bytes:
        """The PDF with the XML in it, under the name and with the marks by which programs find it.

        Raises whatever the file's own rules say against the XML.
        """
        ...
