"""A marketplace that runs, as the measures know it."""

from sqlalchemy import make_url

from tools.bench.cpu import postmaster
from tools.bench.limits import plain
from tools.bench.orders import Where
from tools.stack import Running


def address_of(running: Running) -> str:
    """Its database's address, as libpq reads it."""
    return plain(make_url(running.environment["DATABASE_URL"]))


def where(running: Running) -> Where:
    """Its servers, and the roots of their process trees; the database's only if it runs on this machine."""
    roots = {child.name.partition("-")[0]: child.process.pid for child in running.children}
    server = postmaster(address_of(running))
    if server:
        roots["database"] = server
    return Where(running.web_url, running.stripe_url, address_of(running), roots)
