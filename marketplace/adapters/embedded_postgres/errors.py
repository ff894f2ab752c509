"""Why the embedded server is not there; each message names the way out."""

WAY_OUT = "Set DATABASE_URL to a running PostgreSQL 15 or newer."


class EmbeddedPostgresFailed(RuntimeError):
    """The embedded PostgreSQL could not do what was asked."""


class NotAvailableHere(EmbeddedPostgresFailed):
    """This machine has no binaries for the embedded server, or no /proc to supervise it."""


class NoAccountToBorrow(EmbeddedPostgresFailed):
    """We are root, PostgreSQL refuses root, and the machine has neither `postgres` nor `nobody`."""


class UnsafeFolder(EmbeddedPostgresFailed):
    """A folder that must be ours belongs to somebody else, or the server's account cannot reach it."""


class DidNotStart(EmbeddedPostgresFailed):
    """The cluster could not be made, or the server ended before it was ready."""


class DidNotStop(EmbeddedPostgresFailed):
    """The server was told to end and is still there."""
