"""Certificates that a customer may require: of the factory, or with the lot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from marketplace.capability.catalogue import rows
from marketplace.kernel.errors import Rejected


class CertificateUnknown(Rejected):
    """The catalogue has no such certificate."""

    code = "certificate_unknown"


class CertificateKind(StrEnum):
    """Who holds it: the factory (management, competence), the lot (document), or the law's list (declaration)."""

    MANAGEMENT = "management"
    COMPETENCE = "competence"
    DOCUMENT = "document"
    DECLARATION = "declaration"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate: who issues it, what it covers, and where anyone can check it."""

    id: str
    name_en: str
    name_zh: str
    kind: CertificateKind
    standard: str
    body: str
    covers: str
    checked_at: str


@cache
def certificates() -> Mapping[str, Certificate]:
    """Every certificate by its id."""
    return MappingProxyType(
        {
            name: Certificate(id=name, **{**row, "kind": CertificateKind(row["kind"])})
            for name, row in rows("certificates.toml", "certificate").items()
        }
    )


def check(asked: Iterable[str]) -> None:
    """Raises CertificateUnknown unless all of them are in the catalogue."""
    unknown = sorted(set(asked) - set(certificates()))
    if unknown:
        named = ", ".join(map(repr, unknown))
        raise CertificateUnknown(
            f"The catalogue has no certificate {named}.", unknown=unknown, known=sorted(certificates())
        )
