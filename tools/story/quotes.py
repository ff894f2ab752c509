"""Chapter 3: every live eligible listing answers with a price that re-adds to the minor unit, and a date."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from marketplace.costing.text import as_text
from tools.client import Client
from tools.story.cast import CURRENCY
from tools.story.parts import Parts
from tools.story.persons import Factory, People
from tools.story.stage import Stage
from tools.story.telling import Unexpected, equal, refused

Json = dict[str, Any]
RECOMPUTE: Final = Path(__file__).resolve().parents[1] / "recompute.py"


@dataclass(frozen=True)
class Quotes:
    """Both quotes, and the milling offer that will be ordered."""

    milling: Json
    printing: Json
    offer: Json


def play(stage: Stage, people: People, parts: Parts) -> Quotes:
    """Ask twice, see who answers and who must not, re-add one price by hand, be refused for the open mesh."""
    stage.teller.chapter(3, "Every live listing answers with an explained price and a date")
    customer = people.customer.client
    milling = _asked(stage, people, wanted(parts.bracket, "cnc_milling", "aluminium_6061", 25))
    printing = _asked(stage, people, wanted(parts.clip, "fdm", "pla", 4))
    offer = _explained(stage, customer, milling)
    _recomputed(stage, customer, milling)
    _cheaper(stage, customer, milling)
    for part in (parts.bracket, parts.clip):
        _side_by_side(stage, customer, part)
    _no_price_for_open_geometry(stage, customer, parts)
    return Quotes(milling, printing, offer)


def wanted(revision: Json, process: str, material: str, quantity: int) -> Json:
    return {
        "revision_id": revision["id"],
        "process": process,
        "material": material,
        "quantity": quantity,
        "currency": CURRENCY,
        "rank_by": "price",
    }


def _asked(stage: Stage, people: People, wanted: Json) -> Json:
    title = f"{wanted['quantity']} pieces, {wanted['material']}, {wanted['process']}: offers, cheapest first"
    with stage.teller.step(title):
        quote = people.customer.client.post("/v1/customer/quotes", wanted)
        answering = {offer["listing_id"] for offer in quote["offers"]}
        live = {each.id for each in people.listings(wanted["process"], wanted["material"]) if each.is_live}
        equal("listings that answer", sorted(answering), sorted(live))
        totals = [offer["total"]["minor"] for offer in quote["offers"]]
        equal("order of the offers", totals, sorted(totals))
        for offer in quote["offers"]:
            equal("re-added total", readd(offer["breakdown"]), offer["total"]["minor"])
            _tell_offer(stage, people.factory_of(offer["factory_id"]), offer)
        for each in people.listings(wanted["process"], wanted["material"]):
            if not each.is_live:
                stage.teller.fact("no offer", f"from “{each.title}”: it was rejected")
        stage.teller.fact("valid until", quote["expires_at"])
    found: Json = quote
    return found


def _tell_offer(stage: Stage, factory: Factory, offer: Json) -> None:
    price = f"{offer['unit_price']['text']} each; platform fee {offer['platform_fee']['text']} in it"
    when = f"ships {offer['ships_on']} ({factory.zone}): {offer['machine_min']:,} machine min by {offer['finish_by']}"
    stage.teller.fact(f"{offer['position']}. {offer['total']['text']:>16}", f"{factory.name}\n{price}\n{when}")


def _explained(stage: Stage, customer: Client, quote: Json) -> Json:
    first = quote["offers"][0]
    with stage.teller.step("The best offer's price, to the last cent, with the source of each number"):
        offer: Json = customer.get(f"/v1/customer/quotes/{quote['id']}/offers/{first['id']}")
        tree = offer["breakdown"]
        stage.teller.block(as_text(tree))
        total = readd(tree)
        equal("total re-added by the client", total, offer["total"]["minor"])
        counted, variables = count(tree)
        stage.teller.fact("re-added", f"{counted} sums, {variables} variables with unit and source: {total} = total")
        used = {each["source"] for each in _variables(tree)}
        missing = used - set(tree["sources"])
        equal("sources that are not spelled out", sorted(missing), [])
    return offer


def _recomputed(stage: Stage, customer: Client, quote: Json) -> None:
    with stage.teller.step(
        "The whole quote recomputed offline, by tools/recompute.py and Python's standard library alone"
    ):
        shown = json.dumps(customer.get(f"/v1/customer/quotes/{quote['id']}"))
        told = subprocess.run(
            [sys.executable, "-I", "-S", str(RECOMPUTE), "-"], input=shown, capture_output=True, text=True, check=False
        )
        equal("exit status", told.returncode, 0)
        stage.teller.fact("says", told.stdout.strip().splitlines()[-1])


def _cheaper(stage: Stage, customer: Client, quote: Json) -> None:
    with stage.teller.step("What would cut it: changes that the customer could make, each priced as a quote would be"):
        savings = customer.get(f"/v1/customer/quotes/{quote['id']}/savings")
        for saving in savings["best"]:
            stage.teller.fact(f"{saving['saved_each']['text']} less each", f"{saving['says']}: {saving['why']}")
        stage.teller.fact("tried", f"{savings['tried']} changes, {len(savings['found'])} of them save")


def _side_by_side(stage: Stage, customer: Client, revision: Json) -> None:
    with stage.teller.step(f"{revision['file_name']} by every process, side by side"):
        began = time.monotonic()
        asked = f"/v1/customer/parts/{revision['part_id']}/revisions/{revision['number']}/processes"
        ways = customer.get(f"{asked}?quantity=25&currency={CURRENCY}")["processes"]
        took = time.monotonic() - began
        for way in ways:
            stage.teller.fact(way["name_en"], _way(way))
        stage.teller.fact("answered in", f"{took * 1000:,.0f} ms: {len(ways)} processes")


def _way(way: Json) -> str:
    best = way["best"]
    if best["answer"] is not None:
        return f"{best['answer']['total']['text']}, {best['material']}, ships {best['answer']['ships_on']}"
    if best["indicative"] is not None:
        return f"about {best['indicative']['total']['text']}, {best['material']}: no factory here yet"
    return f"no price: {best['problem']['code']}" if best["problem"] else "no price"


def readd(node: Json) -> int:
    """The amount of a node of a price tree, added up from its leaves. Raises Unexpected where a sum is not its parts'.

    Plain addition, on purpose without the platform's own code: any client can do the same.
    """
    parts = [child for child in node["children"] if child["kind"] != "variable"]
    amount = sum(readd(part) for part in parts) if parts else node["amount"]
    if type(amount) is not int or amount != node["amount"]:
        raise Unexpected(f"sum of “{node['label']}”", expected=node["amount"], came=amount)
    return amount


def count(node: Json) -> tuple[int, int]:
    """How many sums and how many variables a tree has."""
    sums = sum(1 for each in _nodes(node) if any(child["kind"] != "variable" for child in each["children"]))
    return sums, len(_variables(node))


def _nodes(node: Json) -> list[Json]:
    below = [each for child in node["children"] if child["kind"] != "variable" for each in _nodes(child)]
    return [node, *below]


def _variables(node: Json) -> list[Json]:
    return [child for each in _nodes(node) for child in each["children"] if child["kind"] == "variable"]


def _no_price_for_open_geometry(stage: Stage, customer: Client, parts: Parts) -> None:
    asked = wanted(parts.open_clip, "fdm", "pla", 4)
    with stage.teller.step("The open mesh gets findings and no price"):
        refusal = refused(
            "a quote for open geometry",
            lambda: customer.post("/v1/customer/quotes", asked),
            status=422,
            code="cannot_be_priced",
        )
        stage.teller.fact(f"422 {refusal.code}", refusal.detail)
        for finding in refusal.document["findings"]:
            stage.teller.fact(finding["severity"], f"{finding['rule']}: {finding['message']}")
