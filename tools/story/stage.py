"""What every chapter stands on: the running servers, the teller, and Stripe as the outside world sees it."""

import secrets
from dataclasses import dataclass, field, replace
from typing import Any

import requests
import stripe

from tools.client import Client
from tools.stack import Running
from tools.story.telling import Teller

stripe.enable_telemetry = False
Json = dict[str, Any]


@dataclass(frozen=True)
class Stage:
    """One performance of the story."""

    running: Running
    teller: Teller
    password: str = field(default_factory=lambda: secrets.token_urlsafe(15))
    """Of everybody in the story; another one at each performance."""

    def __post_init__(self) -> None:
        self.teller.while_waiting = self.running.must_run

    def visitor(self) -> Client:
        """A new person at the door, nobody yet."""
        return Client(self.running.web_url)

    def flask(self, *words: str, **settings: str) -> str:
        """Run `flask --app wsgi …` with more settings; its output. Raises ChildFailed if it fails."""
        return replace(self.running, environment={**self.running.environment, **settings}).flask(*words)

    def stripe(self, key: str = "") -> stripe.StripeClient:
        """The SDK at the running stack's Stripe: with the platform's key, or as a browser with a publishable one."""
        session = requests.Session()
        session.trust_env = False
        base: Any = dict.fromkeys(("api", "connect", "files", "meter_events"), self.running.stripe_url)
        return stripe.StripeClient(
            key or self.running.environment["STRIPE_API_KEY"],
            base_addresses=base,
            http_client=stripe.RequestsClient(session=session),
        )

    def stripe_control(self, method: str, path: str) -> Json:
        """What only the local Stripe has: look at all of it, send an event again."""
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, f"{self.running.stripe_url}/_sandbox/{path}", timeout=30)
            answer.raise_for_status()
            found: Json = answer.json()
            return found
