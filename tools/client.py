"""A small HTTP client for programs of ours: JSON both ways, refusals as exceptions, one session for each person."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

TIMEOUT_S = 30
Json = dict[str, Any]


class Refused(Exception):
    """The server said no, with a problem document (RFC 9457)."""

    def __init__(self, request: str, status: int, document: Json) -> None:
        self.request, self.status, self.document = request, status, document
        self.code, self.detail = str(document.get("code", "")), str(document.get("detail", ""))
        named = f" {document['errors']}" if "errors" in document else ""
        super().__init__(f"{request} answered {status} {self.code}: {self.detail}{named}")


class Client:
    """One person's session with the server at `base_url`."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the surroundings does not reach this machine's own servers

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, path: str, **query: object) -> Any:
        """What lies at an address. Raises Refused."""
        return self.send("GET", path, params=query)

    def post(self, path: str, body: Json | None = None, *, key: str | None = None, if_match: str | None = None) -> Any:
        """Send an object, under an Idempotency-Key if one is given. Raises Refused."""
        return self.send("POST", path, json=body or {}, headers=_given({"Idempotency-Key": key, "If-Match": if_match}))

    def put(self, path: str, body: Json, *, if_match: str | None = None) -> Any:
        """Put an object at an address. Raises Refused."""
        return self.send("PUT", path, json=body, headers=_given({"If-Match": if_match}))

    def upload(self, path: str, file: Path, **form: str) -> Any:
        """Send a file with a form's other fields. Raises Refused."""
        with file.open("rb") as stream:
            return self.send("POST", path, files={"file": (file.name, stream)}, data=form)

    def download(self, path: str) -> bytes:
        """The bytes that lie at an address. Raises Refused."""
        return self._answer("GET", path).content

    def etag(self, path: str) -> str:
        """The version that lies at an address now, for If-Match. Raises Refused."""
        return self._answer("GET", path).headers["ETag"]

    def send(self, method: str, path: str, **sent: Any) -> Any:
        """One request; the object of its answer, None for an empty one. Raises Refused."""
        answer = self._answer(method, path, **sent)
        return answer.json() if answer.content else None

    def _answer(self, method: str, path: str, **sent: Any) -> requests.Response:
        answer = self._session.request(method, urljoin(self.base_url, path), timeout=TIMEOUT_S, **sent)
        if not answer.ok:
            raise Refused(f"{method} {path}", answer.status_code, _problem(answer))
        return answer


def _given(headers: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if value is not None}


def _problem(answer: requests.Response) -> Json:
    try:
        document = answer.json()
    except ValueError:
        document = None
    return document if isinstance(document, dict) else {"detail": answer.text[:500]}
