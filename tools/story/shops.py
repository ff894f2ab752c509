"""What a factory does in chapter 1: describe work centres, set prices, open a payout account, have itself listed."""

from dataclasses import replace
from typing import Any

import requests

from marketplace.kernel.money import Money
from tools.client import Client
from tools.story.cast import CURRENCY, Centre, Company
from tools.story.persons import Factory, Listed, Person
from tools.story.stage import Stage
from tools.story.telling import equal

Json = dict[str, Any]


def opened(stage: Stage, person: Person, company: Company) -> Factory:
    """A factory with its work centres priced and submitted for listing, and an account that can be paid."""
    factory = Factory(**vars(person), zone=company.zone, rejected_because=company.rejected_because)
    listings = tuple(_submitted(stage, factory, each) for each in company.centres)
    return replace(factory, listings=listings, account_id=_can_be_paid(stage, factory))


def _submitted(stage: Stage, factory: Factory, centre: Centre) -> Listed:
    with stage.teller.step(f"{factory.name} describes “{centre.name}”, prices it, submits a listing"):
        made = factory.client.post("/v1/factory/work-centres", _description(factory, centre))
        factory.client.post(f"/v1/factory/work-centres/{made['id']}/rate-cards", _rate_card(centre))
        words = {"work_centre_id": made["id"], "title": centre.title, "terms": centre.terms}
        draft = factory.client.post("/v1/factory/listings", words)
        listing = factory.client.post(f"/v1/factory/listings/{draft['id']}/submit")
        equal("state of the listing", listing["state"], "submitted")
        x, y, z = centre.envelope_mm
        prices = centre.prices
        stage.teller.fact("machines", f"{centre.machines} × {centre.process}, {x} × {y} × {z} mm")
        stage.teller.fact("open", f"{_days(centre.days)} {'-'.join(centre.hours)} {factory.zone}")
        stage.teller.fact("machine, labour", f"{cents(prices.machine_h)}/h, {cents(prices.labour_h)}/h")
        per_kg = ", ".join(f"{name} {cents(price)}/kg" for name, price in prices.material_kg.items())
        stage.teller.fact("materials", per_kg)
        stage.teller.fact("terms", f"minimum {cents(prices.minimum)}, margin {prices.margin_bps / 100:g} %")
    return Listed(
        id=listing["id"],
        title=centre.title,
        work_centre_id=made["id"],
        process=centre.process,
        materials=tuple(prices.material_kg),
        is_live=False,
    )


def _description(factory: Factory, centre: Centre) -> Json:
    starts, ends = centre.hours
    return {
        "name": centre.name,
        "process": centre.process,
        "machines": centre.machines,
        "envelope_mm": list(centre.envelope_mm),
        "materials": list(centre.prices.material_kg),
        "time_zone": factory.zone,
        "handling_days": 1,
        "shifts": [{"weekday": day, "starts": starts, "ends": ends} for day in centre.days],
    }


def _rate_card(centre: Centre) -> Json:
    prices = centre.prices
    return {
        "currency": CURRENCY,
        "machine_rate_minor_per_h": prices.machine_h,
        "labour_rate_minor_per_h": prices.labour_h,
        "material_minor_per_kg": prices.material_kg,
        "minimum_order_minor": prices.minimum,
        "margin_bps": prices.margin_bps,
    }


def _days(days: range) -> str:
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    return names[days[0]] if len(days) == 1 else f"{names[days[0]]}-{names[days[-1]]}"


def _can_be_paid(stage: Stage, factory: Factory) -> str:
    """Open the payout account and tell Stripe, on its own page, what it wants to know."""
    with stage.teller.step(f"{factory.name} opens its payout account and fills in Stripe's form"):
        opened = factory.client.post("/v1/factory/payout-account")
        _fill_in(opened["onboarding_url"])
        account = stage.teller.until("waiting for Stripe's word", lambda: _payable(factory.client))
        stage.teller.fact("account at Stripe", account)
    return account


def _fill_in(address: str) -> None:
    """Open the hosted page and press its button, as a person would; the way back to the platform is not followed."""
    with requests.Session() as browser:
        browser.trust_env = False
        browser.get(address, timeout=30).raise_for_status()
        sent = browser.post(address, timeout=30, allow_redirects=False)
        equal("answer to the form", sent.status_code, 303)


def _payable(factory: Client) -> str | None:
    account = factory.get("/v1/factory/payout-account")
    return account["provider_id"] if account["may_receive"] else None


def decided(stage: Stage, admin: Person, factory: Factory) -> Factory:
    """The admin examines everything that the factory submitted; the factory sees what was decided, and why."""
    return replace(factory, listings=tuple(_examined(stage, admin, factory, each) for each in factory.listings))


def _examined(stage: Stage, admin: Person, factory: Factory, listed: Listed) -> Listed:
    outcome = "reject" if factory.rejected_because else "approve"
    reason = factory.rejected_because or "Machines, envelope and prices are plausible and agree with each other."
    with stage.teller.step(f"The admin decides “{listed.title}”: {outcome}"):
        case = _case(admin.client, listed)
        decision = {"outcome": outcome, "reason": reason}
        admin.client.post(f"/v1/admin/cases/{case['id']}/decide", decision)
        listing = factory.client.get(f"/v1/factory/listings/{listed.id}")
        equal("state of the listing", listing["state"], "rejected" if factory.rejected_because else "live")
        told = factory.client.get(f"/v1/factory/listings/{listed.id}/decisions")["items"][0]
        equal("reason that the factory reads", told["reason"], reason)
        stage.teller.fact("listing", f"{factory.name}: {listing['state']}")
        if factory.rejected_because:
            stage.teller.fact("the factory reads", told["reason"])
            stage.teller.fact("appeal until", told["appeal_until"])
    return replace(listed, is_live=listing["state"] == "live")


def _case(admin: Client, listed: Listed) -> Json:
    """The open case about a listing, wherever in the queue it stands."""
    cursor: str | None = None
    while True:
        page = admin.get("/v1/admin/cases", state="open", **({"cursor": cursor} if cursor else {}))
        for case in page["items"]:
            if case["listing_id"] == listed.id:
                found: Json = case
                return found
        cursor = page["next_cursor"]
        equal("another page of cases", cursor is not None, True)


def cents(amount: int) -> str:
    """An amount of the story's currency, in words."""
    return str(Money(amount, CURRENCY))
