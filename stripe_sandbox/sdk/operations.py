"""Which requests exist at Stripe, and which class describes the parameters of each."""

import re
from functools import cache
from typing import NamedTuple

from stripe_sandbox.sdk import source

REQUEST = re.compile(r'_request\(\s*"(get|post|delete)",\s*"(/v1/[^"]*)"')
PARAMETERS = re.compile(r'params: (?:Optional\[)?"(\w+)"')
IMPORTED = re.compile(r"from (stripe\.params[\w.]*) import \(?\s*(\w+)")
PLACEHOLDER = re.compile(r"\{\w+\}")


class Parameters(NamedTuple):
    """A class of the SDK that describes the parameters of an operation."""

    module: str
    name: str


@cache
def operations() -> dict[tuple[str, str], Parameters | None]:
    """Every v1 operation: (method, path with `{}` for each id) to its parameters, None where it takes none."""
    found: dict[tuple[str, str], Parameters | None] = {}
    for file in sorted(source.root().rglob("_*_service.py")):
        found.update(_in_service(file.read_text("utf-8")))
    return found


def _in_service(service: str) -> dict[tuple[str, str], Parameters | None]:
    modules = {name: module for module, name in IMPORTED.findall(service)}
    found = {}
    for function in service.split("\n    def ")[1:]:
        request, described = REQUEST.search(function), PARAMETERS.search(function)
        if request:
            parameters = Parameters(modules[described[1]], described[1]) if described else None
            found[request[1].upper(), shape(request[2])] = parameters
    return found


def shape(path: str) -> str:
    """A path with its placeholders made anonymous: `/v1/transfers/{transfer}` to `/v1/transfers/{}`."""
    return PLACEHOLDER.sub("{}", path)
