"""How the SDK reaches Stripe: by kept-alive connections of urllib3, without what `requests` does around each call."""

import urllib.request
from collections.abc import Mapping
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

import stripe
import urllib3
from urllib3.exceptions import HTTPError, LocationValueError, SSLError
from urllib3.util import make_headers, parse_url

CONNECT_S: Final = 3.05
ANSWER_S: Final = 20
KEPT: Final = 16
"""Connections kept open to each host; a thread that finds none free opens one more."""

Answer = tuple[bytes, int, Mapping[str, str]]


class PooledClient(stripe.HTTPClient):
    """One pool for the process. Raises stripe.APIConnectionError, which says whether asking again may help."""

    name = "urllib3"

    def __init__(self, *, proxy: str | None) -> None:
        super().__init__()
        self._accepts = make_headers(accept_encoding=True)
        self._pool = _pool(proxy)

    def request(  # type: ignore[override]  # the SDK's own clients answer in bytes too
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **_: Any
    ) -> Answer:
        try:
            answer = self._pool.request(
                method.upper(), url, headers={**self._accepts, **(headers or {})}, body=post_data, redirect=False
            )
        except HTTPError as error:
            _unreachable(error)
        return answer.data, answer.status, answer.headers

    def close(self) -> None:
        """Hang up."""
        self._pool.clear()


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for an address, if it names one."""
    parts = urlsplit(url)
    if not parts.hostname or urllib.request.proxy_bypass(parts.hostname):
        return None
    named = urllib.request.getproxies()
    proxy = named.get(parts.scheme) or named.get("all")
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy


def _pool(proxy: str | None) -> urllib3.PoolManager:
    """Certificates are those that the SDK brings; nothing is asked again here: the SDK does, under the same key."""
    settings: dict[str, Any] = {
        "maxsize": KEPT,
        "retries": False,
        "timeout": urllib3.Timeout(connect=CONNECT_S, read=ANSWER_S),
        "cert_reqs": "CERT_REQUIRED",
        "ca_certs": stripe.ca_bundle_path,
    }
    if proxy is None:
        return urllib3.PoolManager(**settings)
    return urllib3.ProxyManager(proxy, proxy_headers=make_headers(proxy_basic_auth=parse_url(proxy).auth), **settings)


def _unreachable(error: HTTPError) -> NoReturn:
    """A connection that broke may hold at the next try; a certificate that is not Stripe's, or no address, will not."""
    may_help = not isinstance(error, SSLError | LocationValueError)
    raise stripe.APIConnectionError(  # type: ignore[no-untyped-call]
        f"Stripe cannot be reached ({type(error).__name__}: {error}).", should_retry=may_help
    ) from error
