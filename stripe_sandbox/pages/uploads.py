"""What was uploaded, as it was sent."""

import base64

from stripe_sandbox.calls import Call
from stripe_sandbox.errors import NoSuchObject
from stripe_sandbox.wire import Reply, Request


def answer(call: Call, _request: Request, rest: str) -> Reply:
    """The content of a file. Raises NoSuchObject."""
    file = call.world.known(rest, "file")
    if file is None:
        raise NoSuchObject("file", rest)
    return Reply(200, base64.b64decode(file.kept["content"]), {}, "application/octet-stream")
