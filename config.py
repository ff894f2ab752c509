"""Settings from the environment: typed, frozen, and refused all at once when they are wrong."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from stdnum import iban

from marketplace.geometry.sniffing import MAX_BYTES
from marketplace.kernel.errors import Refusal
from marketplace.taxes import numbers

DEVELOPMENT_SECRET: Final = "development-only-secret-key"  # noqa: S105 - refused in production
SANDBOX_KEY: Final = "sk_test_sandbox"
SANDBOX_PUBLISHABLE_KEY: Final = "pk_test_sandbox"
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")

Value = TypeVar("Value")


class Environment(StrEnum):
    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class ConfigRefused(Exception):
    """The settings are not fit to start with; the message names every fault."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything the application may be told from outside; secrets are not in its `repr`."""

    environment: Environment
    secret_key: str = field(repr=False)
    debug: bool
    data_dir: Path
    """Where the embedded database, and uploads by default, live."""
    files_dir: Path
    database_url: str | None = field(repr=False)
    """None: the embedded PostgreSQL under `data_dir`."""
    public_url: str
    stripe_api_key: str = field(repr=False)
    stripe_api_base: str | None
    """None: the real Stripe."""
    stripe_publishable_key: str
    """What a browser shows to Stripe; no secret."""
    stripe_webhook_secrets: tuple[str, ...] = field(repr=False)
    """More than one while a secret is being rolled."""
    platform_fee_bps: int
    """The platform's fee on top of the factory's price, in hundredths of a per cent."""
    platform_name: str
    """Who runs this marketplace, as its invoices name it."""
    platform_tax_number: tuple[str, str] | None
    """Country and number under which the platform is registered for tax, as on its invoices; None: it is not."""
    quote_days: int
    payment_minutes: int
    """How long an unpaid order holds its capacity."""
    unpaid_orders: int
    """How many orders one customer may leave unpaid at once."""
    unpaid_orders_verified: int
    """The same for a business that the staff has found in a register."""
    upload_bytes: int
    """The largest file of a part; never more than `sniff` would take."""
    measure_seconds: int
    """Wall-clock limit of reading one file."""
    smtp_url: str | None = field(repr=False)
    """smtp://name:password@host:587 (STARTTLS) or smtps://…; None: mails are written as files under `data_dir`."""
    mail_from: str
    """The address that mails are from."""
    record_signing_key: bytes | None = field(repr=False)
    """Seed of the Ed25519 key that signs quality records; None: a key file in `data_dir`, made at its first use."""
    calendars_from_this_machine: bool
    """Whether factories' calendars may be fetched from this very machine: for trying out, never in production."""

    bank_holder: str | None
    """In whose name the platform's bank account is, from which sellers are paid where the provider does not reach."""
    bank_iban: str | None = field(repr=False)

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def serves_https(self) -> bool:
        return self.public_url.startswith("https://")


def load(env: Mapping[str, str]) -> Config:
    """Read the settings. Raises ConfigRefused naming everything that is missing or unfit, at once."""
    read = _Reader(env)
    environment = read("ENVIRONMENT", Environment, Environment.DEVELOPMENT)
    data_dir = read("DATA_DIR", Path, Path(".var/data")).absolute()
    config = Config(
        environment=environment,
        secret_key=read("SECRET_KEY", str, DEVELOPMENT_SECRET),
        debug=read("FLASK_DEBUG", _boolean, False),
        data_dir=data_dir,
        files_dir=read("FILES_DIR", Path, data_dir / "files").absolute(),
        database_url=read("DATABASE_URL", _database_url, None),
        public_url=read("PUBLIC_URL", _url, "http://127.0.0.1:8000").rstrip("/"),
        stripe_api_key=read("STRIPE_API_KEY", str, SANDBOX_KEY),
        stripe_api_base=read("STRIPE_API_BASE", _url, None),
        stripe_publishable_key=read("STRIPE_PUBLISHABLE_KEY", str, SANDBOX_PUBLISHABLE_KEY),
        stripe_webhook_secrets=read("STRIPE_WEBHOOK_SECRET", _secrets, ()),
        platform_fee_bps=read("PLATFORM_FEE_BPS", _bounded(0, 5_000), 800),
        platform_name=read("PLATFORM_NAME", str, "Commonforge"),
        platform_tax_number=read("PLATFORM_TAX_NUMBER", _tax_number, None),
        quote_days=read("QUOTE_DAYS", _bounded(1, 365), 14),
        payment_minutes=read("PAYMENT_MINUTES", _bounded(1, 10_080), 60),
        unpaid_orders=read("UNPAID_ORDERS", _bounded(1, 1_000_000), 20),
        unpaid_orders_verified=read("UNPAID_ORDERS_VERIFIED", _bounded(1, 1_000_000), 200),
        upload_bytes=read("UPLOAD_BYTES", _bounded(1_024, MAX_BYTES), 100 * 2**20),
        measure_seconds=read("MEASURE_SECONDS", _bounded(1, 600), 60),
        smtp_url=read("SMTP_URL", _smtp_url, None),
        mail_from=read("MAIL_FROM", _address, "commonforge@localhost"),
        record_signing_key=read("RECORD_SIGNING_KEY", _seed, None),
        bank_holder=read("BANK_HOLDER", str, None),
        bank_iban=read("BANK_IBAN", _iban, None),
        calendars_from_this_machine=read("CALENDARS_FROM_THIS_MACHINE", _boolean, False),
    )
    faults = read.faults + _faults(config)
    if faults:
        raise ConfigRefused("These settings are not fit to start with:\n" + "\n".join(f"- {fault}" for fault in faults))
    return config


def _faults(config: Config) -> list[str]:
    """Everything that makes a set of well-formed settings unsafe."""
    faults = []
    sandboxed = config.stripe_api_base is not None and urlsplit(config.stripe_api_base).hostname in LOOPBACK
    if config.stripe_api_key.startswith("sk_live") and sandboxed:
        faults.append("STRIPE_API_KEY is a live key and STRIPE_API_BASE is this machine: one of them is wrong")
    if not config.is_production:
        return faults
    if config.secret_key == DEVELOPMENT_SECRET or len(config.secret_key) < 32:
        faults.append("SECRET_KEY must be set to at least 32 random characters")
    if config.debug:
        faults.append("FLASK_DEBUG must be off in production")
    if not config.stripe_webhook_secrets:
        faults.append("STRIPE_WEBHOOK_SECRET must hold the signing secret of the webhook endpoint (whsec_…)")
    if config.stripe_api_key == SANDBOX_KEY:
        faults.append("STRIPE_API_KEY must be set to the platform's secret key")
    if config.stripe_publishable_key == SANDBOX_PUBLISHABLE_KEY:
        faults.append("STRIPE_PUBLISHABLE_KEY must be set to the platform's publishable key")
    if config.database_url is None:
        faults.append("DATABASE_URL must point to a PostgreSQL server; the embedded one is for trying things out")
    if config.smtp_url is not None and config.mail_from.endswith("@localhost"):
        faults.append("MAIL_FROM must be an address of yours; mails that are sent from nobody are not delivered")
    if config.calendars_from_this_machine:
        faults.append("CALENDARS_FROM_THIS_MACHINE must be off: factories could read services of this machine")
    if not config.serves_https:
        faults.append("PUBLIC_URL must be the https address under which people reach this marketplace")
    return faults


class _Reader:
    """Reads one variable after another and remembers what was wrong instead of stopping at the first."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.faults: list[str] = []

    def __call__(self, name: str, parse: Callable[[str], Value], default: Value) -> Value:
        text = self._env.get(name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as fault:
            self.faults.append(f"{name} is not usable: {fault}")
            return default


def _boolean(text: str) -> bool:
    if text.lower() in ("1", "true", "yes", "on"):
        return True
    if text.lower() in ("0", "false", "no", "off"):
        return False
    raise ValueError("say true or false")


def _bounded(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most} is needed")
        return int(text)

    return parse


def _url(text: str) -> str:
    if urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).hostname:
        raise ValueError("an http or https address is needed")
    return text


def _database_url(text: str) -> str:
    """Any spelling of a PostgreSQL address; psycopg 3 is the driver."""
    scheme, separator, rest = text.partition("://")
    if not separator or scheme not in ("postgres", "postgresql", "postgresql+psycopg"):
        raise ValueError("a postgresql:// address is needed")
    return f"postgresql+psycopg://{rest}"


def _smtp_url(text: str) -> str:
    if urlsplit(text).scheme not in ("smtp", "smtps") or not urlsplit(text).hostname:
        raise ValueError("an smtp:// or smtps:// address is needed")
    return text


def _address(text: str) -> str:
    name, at, domain = text.rpartition("@")
    if not (name and at and domain and text.isascii() and text.isprintable()) or " " in text:
        raise ValueError("a bare e-mail address is needed")
    return text


def _seed(text: str) -> bytes:
    try:
        seed = base64.b64decode(text, validate=True)
    except ValueError:
        seed = b""
    if len(seed) != 32:
        raise ValueError("32 random bytes in base64 are needed (openssl rand -base64 32)")
    return seed


def _iban(text: str) -> str:
    if not iban.is_valid(text):
        raise ValueError("the IBAN of a bank account is needed")
    return str(iban.compact(text))


def _tax_number(text: str) -> tuple[str, str]:
    country, _, number = text.partition(":")
    try:
        found = numbers.checked(country.strip(), number)
    except Refusal as refusal:
        raise ValueError(f"a country and its number are needed, as DE:DE136695976; {refusal.message}") from refusal
    return found.country, found.number


def _secrets(text: str) -> tuple[str, ...]:
    secrets = tuple(part.strip() for part in text.split(",") if part.strip())
    if not all(secret.startswith("whsec_") and len(secret) >= 20 for secret in secrets):
        raise ValueError("signing secrets start with whsec_ and have at least 20 characters; separate two by a comma")
    return secrets
