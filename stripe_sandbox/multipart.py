"""Reading a form with a file in it (`multipart/form-data`, RFC 7578)."""

import re
from typing import NamedTuple

from stripe_sandbox.errors import InvalidRequest

BOUNDARY = re.compile(r'boundary="?([^";,]{1,70})"?', re.IGNORECASE)
NAME = re.compile(r'[; ]name="([^"]*)"')
FILE_NAME = re.compile(r'filename="([^"]*)"')
TYPE = re.compile(r"^content-type:\s*([\w.+-]+/[\w.+-]+)", re.IGNORECASE | re.MULTILINE)


class Upload(NamedTuple):
    """A file as it was sent."""

    name: str
    type: str
    content: bytes


def read(content_type: str, body: bytes) -> tuple[list[tuple[str, str]], dict[str, Upload]]:
    """The fields of a form and its files by field name. Raises InvalidRequest for a form that is not well made."""
    found = BOUNDARY.search(content_type)
    if found is None:
        raise InvalidRequest("A multipart form names its boundary.")
    pairs, files = [], {}
    for part in body.split(b"--" + found[1].encode())[1:-1]:
        header, separator, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        told = header.decode("utf-8", "replace")
        name = NAME.search(told)
        if not separator or name is None:
            raise InvalidRequest("A part of the form has no name.")
        content = content.removesuffix(b"\r\n")
        if file := FILE_NAME.search(told):
            type = TYPE.search(told)
            files[name[1]] = Upload(file[1], type[1] if type else "application/octet-stream", content)
        else:
            pairs.append((name[1], content.decode("utf-8", "replace")))
    return pairs, files
