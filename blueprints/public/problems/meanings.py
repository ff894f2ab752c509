"""What problem codes mean, read off the refusals themselves: their kind, their code, their docstring."""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Final

from blueprints.http.problems import ADVICE_OF, CODE_OF, STATUS_OF
from marketplace.kernel.errors import NotFound, Refusal

OURS: Final = ("marketplace.", "blueprints.")


class ProblemUnknown(NotFound):
    """No refusal of this marketplace has this code."""

    code = "problem_unknown"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A code, its HTTP status, and one sentence or more."""

    code: str
    status: int
    meaning: str

    @property
    def title(self) -> str:
        return HTTPStatus(self.status).phrase


@cache
def meanings() -> Mapping[str, Meaning]:
    """Every problem by its code, in the order of the alphabet."""
    known = {code: _of_http(status) for status, code in CODE_OF.items()}
    known |= {refusal.code: _of(refusal) for refusal in _kinds()}
    known["internal_error"] = _of_http(500)
    return dict(sorted(known.items()))


def meaning(code: str) -> Meaning:
    """What one code means. Raises ProblemUnknown."""
    if code not in meanings():
        raise ProblemUnknown("There is no problem of this code; /problems lists them all.")
    return meanings()[code]


def _kinds() -> Iterator[type[Refusal]]:
    """The seven kinds, each before what belongs to it."""
    for kind in STATUS_OF:
        yield kind
        yield from (each for each in _below(kind) if "code" in vars(each) and each.__module__.startswith(OURS))


def _below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for refusal in kind.__subclasses__():
        yield refusal
        yield from _below(refusal)


def _of(refusal: type[Refusal]) -> Meaning:
    status = next(STATUS_OF[kind] for kind in refusal.__mro__ if kind in STATUS_OF)
    return Meaning(refusal.code, status, inspect.getdoc(refusal) or "")


def _of_http(status: int) -> Meaning:
    code = CODE_OF.get(status, "internal_error")
    return Meaning(code, status, ADVICE_OF.get(status) or HTTPStatus(status).description or HTTPStatus(status).phrase)
