"""Finding the page of an address."""

from collections.abc import Callable

from stripe_sandbox import passing
from stripe_sandbox.calls import Call
from stripe_sandbox.errors import UnknownAddress
from stripe_sandbox.pages import approving, checkout, invoicing, onboarding, transferring, uploads
from stripe_sandbox.wire import Reply, Request
from stripe_sandbox.world import PLATFORM, World

ADDRESS = "/_sandbox/"
Page = Callable[[Call, Request, str], Reply]
PAGES: dict[str, Page] = {
    "approve": approving.answer,
    "checkout": checkout.answer,
    "files": uploads.answer,
    "invoice": invoicing.answer,
    "onboarding": onboarding.answer,
    "transfer": transferring.answer,
}


def find(path: str) -> tuple[Page, str] | None:
    """The page at an address, and what follows its name there; None for what is no page."""
    name, _, rest = path.removeprefix(ADDRESS).partition("/")
    return (PAGES[name], rest) if name in PAGES else None


def answer(world: World, request: Request, page: Page, rest: str) -> Reply:
    """Show a page or take what was sent from it. Raises UnknownAddress, and what the page raises."""
    if request.method not in ("GET", "POST"):
        raise UnknownAddress(request.method, request.path)
    with world.lock:
        passing.catch_up(world)
        call = Call(world, PLATFORM, True, None, request.base_url)
        return page(call, request, rest)
