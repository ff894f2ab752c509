"""Connected accounts: those whom the platform pays. They can receive money once they went through onboarding."""

from typing import Any

from stripe_sandbox import events, money
from stripe_sandbox.calls import Call
from stripe_sandbox.errors import InvalidRequest, NotOffered
from stripe_sandbox.resources import metadata
from stripe_sandbox.routing import serves
from stripe_sandbox.world import PLATFORM, Record

Json = dict[str, Any]
CURRENCY_OF = {
    "AU": "aud", "CA": "cad", "CH": "chf", "DK": "dkk", "GB": "gbp", "HK": "hkd", "JP": "jpy", "MX": "mxn", "NO": "nok",
    "NZ": "nzd", "PL": "pln", "RO": "ron", "SE": "sek", "SG": "sgd", "TH": "thb", "US": "usd",
}  # fmt: skip
EURO = "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"
COUNTRIES = {**CURRENCY_OF, **dict.fromkeys(EURO.split(), "eur"), "CZ": "czk", "HU": "huf", "LI": "chf", "GI": "gbp"}
"""Where Stripe opens accounts (https://stripe.com/global), with the usual currency."""
DUE = ["business_profile.url", "external_account", "tos_acceptance.date", "tos_acceptance.ip"]


@serves(
    "POST",
    "/v1/accounts",
    "business_profile business_type capabilities controller country default_currency email metadata",
)
def create(call: Call, given: Json) -> Json:
    """A new connected account that has everything still to tell. Raises InvalidRequest for a country without Stripe."""
    country = given.get("country", "US").upper()
    if country not in COUNTRIES:
        raise InvalidRequest(
            f"{country} is not currently supported by Stripe.", code="country_unsupported", param="country"
        )
    if "controller" not in given:
        raise NotOffered("The local Stripe makes accounts that are described by 'controller', not by 'type'.")
    account = call.world.add(
        "account",
        PLATFORM,
        business_profile=given.get("business_profile"),
        business_type=given.get("business_type"),
        capabilities=dict.fromkeys(_requested(given), "inactive"),
        charges_enabled=False,
        controller=_controller(given["controller"]),
        country=country,
        default_currency=money.currency_of(given.get("default_currency", COUNTRIES[country])),
        details_submitted=False,
        email=given.get("email"),
        future_requirements=_requirements([]),
        metadata=metadata.given_in(given),
        payouts_enabled=False,
        requirements=_requirements(DUE),
        tos_acceptance={"date": None, "ip": None, "user_agent": None},
        type="none",
    )
    list_of_banks = {
        "object": "list",
        "data": [],
        "has_more": False,
        "url": f"/v1/accounts/{account.id}/external_accounts",
    }
    account.shown["external_accounts"] = list_of_banks
    return account.shown


@serves("GET", "/v1/accounts/{account}")
def retrieve(call: Call, _given: Json, account: str) -> Json:
    """One connected account."""
    return call.world.find("account", account, PLATFORM).shown


def complete(call: Call, account: Record) -> None:
    """The owner has told everything: what was requested becomes active."""
    shown = account.shown
    names = ("capabilities", "charges_enabled", "details_submitted", "payouts_enabled", "requirements")
    before = {name: shown[name] for name in names}
    active = dict.fromkeys(shown["capabilities"], "active")
    shown.update(
        capabilities=active,
        charges_enabled="card_payments" in active,
        details_submitted=True,
        payouts_enabled=True,
        requirements=_requirements([]),
        tos_acceptance={"date": call.world.now(), "ip": "127.0.0.1", "user_agent": None},
    )
    changed = {name: value for name, value in before.items() if value != shown[name]}
    events.emit(call, "account.updated", account, account=account.id, before=changed)


def _requested(given: Json) -> list[str]:
    return [name for name, each in given.get("capabilities", {}).items() if each.get("requested")]


def _controller(given: Json) -> Json:
    """Who answers for what, with Stripe's choice where the platform made none."""
    return {
        "fees": {"payer": "account", **given.get("fees", {})},
        "is_controller": True,
        "losses": {"payments": "stripe", **given.get("losses", {})},
        "requirement_collection": given.get("requirement_collection", "stripe"),
        "stripe_dashboard": {"type": "full", **given.get("stripe_dashboard", {})},
        "type": "application",
    }


def _requirements(due: list[str]) -> Json:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": due,
        "disabled_reason": "requirements.past_due" if due else None,
        "errors": [],
        "eventually_due": due,
        "past_due": due,
        "pending_verification": [],
    }
