"""Invariants as data: what is always true, and the SQL that proves it over a whole database."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invariant:
    """One sentence of DESIGN §5 about stored rows."""

    id: str
    says: str
    counted: str
    """A query whose one number says how many rows were looked at."""
    broken: str
    """A query that names, in its first column, every row that breaks the sentence."""


@dataclass(frozen=True, slots=True)
class Proof:
    """One sentence about stored rows that SQL cannot prove: signatures, say."""

    id: str
    says: str
    counted: str
    """A query whose one number says how many rows were looked at."""
    broken: Callable[[], Iterable[str]]
    """Names every row that breaks the sentence."""
