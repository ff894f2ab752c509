"""Connected accounts: those whom the platform pays. They can receive money once they went through onboarding."""

from typing import Any

from stripe_sandbox import events, money
from stripe_sandbox.calls import Call
from stripe_sandbox.changing import change
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.listing import page
from stripe_sandbox.resources import bank_accounts, metadata
from stripe_sandbox.routing import PAGING, serves
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
STATES = ("active", "inactive", "pending")
"""Of a capability (docs.stripe.com/connect/account-capabilities)."""
OF_TYPE: dict[str, Json] = {
    "standard": {},
    "express": {"fees": {"payer": "application_express"}, "losses": {"payments": "application"},
                "stripe_dashboard": {"type": "express"}},
    "custom": {"fees": {"payer": "application_custom"}, "losses": {"payments": "application"},
               "stripe_dashboard": {"type": "none"}, "requirement_collection": "application"},
}  # fmt: skip
"""Who answers for what, for the account types of before `controller`."""
OF_INDEPENDENT = ("card_payments", "transfers")
"""What an account with a dashboard of its own asks for by itself."""
TOLD = "business_profile business_type email"


@serves("POST", "/v1/accounts", f"capabilities controller country default_currency metadata settings type {TOLD}")
def create(call: Call, given: Json) -> Json:
    """A new connected account that has everything still to tell. Raises InvalidRequest for a country without Stripe."""
    country = given.get("country", "US").upper()
    if country not in COUNTRIES:
        raise InvalidRequest(
            f"{country} is not currently supported by Stripe.", code="country_unsupported", param="country"
        )
    if "controller" in given and "type" in given:
        raise InvalidRequest("An account has a controller or a type, not both.", code="parameters_exclusive")
    controller = _controller(given.get("controller") or OF_TYPE[given.get("type", "standard")])
    is_independent = controller["stripe_dashboard"]["type"] == "full" and "capabilities" not in given
    account = call.world.add(
        "account",
        PLATFORM,
        capabilities=dict.fromkeys(OF_INDEPENDENT if is_independent else _requested(given), "inactive"),
        charges_enabled=False,
        controller=controller,
        country=country,
        default_currency=money.currency_of(given.get("default_currency", COUNTRIES[country])),
        details_submitted=False,
        future_requirements=_requirements([]),
        metadata=metadata.given_in(given),
        payouts_enabled=False,
        requirements=_requirements(DUE),
        settings=_settings(given.get("settings", {})),
        tos_acceptance={"date": None, "ip": None, "user_agent": None},
        type=given.get("type", "none"),
        **{name: given[name] for name in TOLD.split() if name in given},
    )
    list_of_banks = {
        "object": "list",
        "data": [],
        "has_more": False,
        "url": f"/v1/accounts/{account.id}/external_accounts",
    }
    account.shown["external_accounts"] = list_of_banks
    if call.world.onboards_at_once:
        complete(call, account)
    return account.shown


@serves("GET", "/v1/accounts/{account}")
def retrieve(call: Call, _given: Json, account: str) -> Json:
    """One connected account."""
    return call.world.find("account", account, PLATFORM).shown


@serves("GET", "/v1/accounts", PAGING)
def listed(call: Call, given: Json) -> Json:
    """The platform's connected accounts."""
    return page(call, "account", given, url="/v1/accounts")


@serves("POST", "/v1/accounts/{account}", f"capabilities metadata settings {TOLD}")
def update(call: Call, given: Json, account: str) -> Json:
    """Other words about an account, or more capabilities that it asks for."""
    found = call.world.find("account", account, PLATFORM)
    if "capabilities" in given:
        state = "active" if found.shown["details_submitted"] else "inactive"
        given["capabilities"] = {**dict.fromkeys(_requested(given), state), **found.shown["capabilities"]}
    if "settings" in given:
        given["settings"] = _settings(given["settings"], found.shown["settings"])
    before = dict(found.shown)
    shown = change(call, found, given, event=None)
    changed = {name: before[name] for name in given if before[name] != shown[name]}
    events.emit(call, "account.updated", found, account=found.id, before=changed)
    return shown


@serves("DELETE", "/v1/accounts/{account}")
def delete(call: Call, _given: Json, account: str) -> Json:
    """The account is closed. Raises InvalidRequest while it has money."""
    found = call.world.find("account", account, PLATFORM)
    balances = call.world.balances
    for currency in balances.currencies(found.id):
        if balances.available(found.id, currency) or balances.pending(found.id, currency):
            raise InvalidRequest("An account with a balance that is not zero cannot be deleted.", param="account")
    call.world.remove(found)
    return {"id": found.id, "object": "account", "deleted": True}


def complete(call: Call, account: Record, *, number: str = bank_accounts.GOOD_NUMBER, state: str = "active") -> None:
    """The owner has told everything: what was requested becomes active, or is looked at first (`pending`)."""
    shown = account.shown
    if not shown["external_accounts"]["data"]:
        where = {"country": shown["country"], "currency": shown["default_currency"]}
        bank_accounts.add(Call.of_nobody(call.world, account.id), account, number=number, **where)
    accepted = {"date": call.world.now(), "ip": "127.0.0.1", "user_agent": None}
    capabilities = dict.fromkeys(shown["capabilities"], state)
    _tell_change(call, account, details_submitted=True, tos_acceptance=accepted, **_able(capabilities, True))


def set_capabilities(call: Call, account: Record, states: Json) -> None:
    """Stripe has looked at an account: what it may do changes. Raises InvalidRequest for states that do not exist."""
    known = account.shown["capabilities"]
    for name, state in states.items():
        if name not in known or state not in STATES:
            raise InvalidRequest(f"A capability that was asked for is one of {', '.join(STATES)}.", param=name)
    _tell_change(call, account, **_able({**known, **states}, account.shown["details_submitted"]))


def _able(capabilities: Json, is_complete: bool) -> Json:
    """What follows from the capabilities: an account that told everything can be paid out while one is active."""
    is_active = is_complete and "active" in (list(capabilities.values()) or ["active"])
    return {
        "capabilities": capabilities,
        "charges_enabled": capabilities.get("card_payments") == "active",
        "payouts_enabled": is_active,
        "requirements": _requirements([] if is_complete else DUE, is_checked=is_active),
    }


def _tell_change(call: Call, account: Record, **after: Any) -> None:
    before = {name: account.shown[name] for name, value in after.items() if account.shown[name] != value}
    account.shown.update(after)
    events.emit(call, "account.updated", account, account=account.id, before=before)


def _settings(given: Json, known: Json | None = None) -> Json:
    """How the account is paid out: by the control of the local Stripe, whatever its schedule says."""
    usual: Json = {"delay_days": 2, "interval": "daily"}
    payouts = (known or {}).get("payouts", {"debit_negative_balances": False, "schedule": usual})
    wanted = given.get("payouts", {})
    return {
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_payments": {"statement_descriptor_prefix": None},
        "dashboard": {"display_name": None, "timezone": "Etc/UTC"},
        "payments": {"statement_descriptor": None},
        "payouts": {**payouts, **wanted, "schedule": {**payouts["schedule"], **wanted.get("schedule", {})}},
    }


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


def _requirements(due: list[str], *, is_checked: bool = True) -> Json:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": due,
        "disabled_reason": "requirements.past_due"
        if due
        else None
        if is_checked
        else "requirements.pending_verification",
        "errors": [],
        "eventually_due": due,
        "past_due": due,
        "pending_verification": [] if is_checked or due else ["individual.verification.document"],
    }
