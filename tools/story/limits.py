"""Chapter 6: what others may not see, and what nobody may take twice."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

from tools.client import Client, Refused
from tools.samples import FOLDER
from tools.story.ordering import Ordered
from tools.story.parts import Parts, settled
from tools.story.persons import People, Person
from tools.story.quotes import Quotes, wanted
from tools.story.stage import Stage
from tools.story.telling import Unexpected, equal, refused

Json = dict[str, Any]
MOST_PIECES = 256


def play(stage: Stage, people: People, parts: Parts, quotes: Quotes, ordered: Ordered) -> None:
    """Strangers see nothing; of two buyers of the last minutes one gets them."""
    stage.teller.chapter(6, "What others may not see, and what nobody may take twice")
    _nothing_to_see(stage, people.second_customer, parts, quotes, ordered)
    _last_minutes(stage, people, parts)


def _nothing_to_see(stage: Stage, stranger: Person, parts: Parts, quotes: Quotes, ordered: Ordered) -> None:
    part, quote = f"/v1/customer/parts/{parts.bracket['part']['id']}", f"/v1/customer/quotes/{quotes.milling['id']}"
    with stage.teller.step(f"{stranger.name} looks for the first customer's part, quote and order"):
        codes = {part: "part_not_found", quote: "quote_not_found", ordered.address: "order_not_found"}
        for address, code in codes.items():
            no = refused(address, partial(stranger.client.get, address), status=404, code=code)
            stage.teller.fact(f"404 {no.code}", f"GET {address}")


def _last_minutes(stage: Stage, people: People, parts: Parts) -> None:
    first, second = people.customer, people.second_customer
    with stage.teller.step("Two buyers find the largest lot for which one small work centre has minutes left"):
        revisions = {first.name: parts.bracket["id"], second.name: _own_bracket(stage, second.client)}
        pieces = _largest_lot(first.client, revisions[first.name])
        offers = {each.name: _offer(each.client, revisions[each.name], pieces) for each in (first, second)}
        quotes = {name: quote for name, quote in offers.items() if quote}
        equal("buyers with an offer", sorted(quotes), sorted(offers))
        offer = quotes[first.name]["offers"][0]
        stage.teller.fact("both are offered", f"{pieces} pieces in POM, {offer['total']['text']}")
        stage.teller.fact("which needs", f"{offer['machine_min']} machine minutes by {offer['finish_by']}")
    with stage.teller.step("Both order at the same instant: one gets the minutes, the other a refusal"):
        answers = _at_once({each: quotes[each.name] for each in (first, second)})
        (winner,) = (who for who, answer in answers.items() if not isinstance(answer, Refused))
        (loser,) = (who for who in answers if who is not winner)
        no, order = answers[loser], answers[winner]
        assert isinstance(no, Refused) and not isinstance(order, Refused)
        equal("refusal", (no.status, no.code), (409, "capacity_taken"))
        stage.teller.fact(f"201 {winner.name}", f"order {order['number']}, {order['state']}")
        stage.teller.fact(f"409 {no.code}", f"{loser.name}: {no.detail}")


def _own_bracket(stage: Stage, customer: Client) -> str:
    part = customer.upload("/v1/customer/parts", FOLDER / "bracket.step", name="Bracket")
    address = f"/v1/customer/parts/{part['id']}/revisions/1"
    seen = stage.teller.until("waiting for the measurement", lambda: settled(customer, address))
    customer.post(f"{address}/units", {"units": "mm"})
    return str(seen["id"])


def _largest_lot(customer: Client, revision_id: str) -> int:
    """The most pieces that still get an offer, by halving."""
    fits, fits_not = 0, MOST_PIECES
    while fits_not - fits > 1:
        middle = (fits + fits_not) // 2
        if _offer(customer, revision_id, middle):
            fits = middle
        else:
            fits_not = middle
    if not 1 <= fits < MOST_PIECES - 1:
        raise Unexpected("largest lot", expected=f"from 1 to {MOST_PIECES - 2} pieces", came=fits)
    return fits


def _offer(customer: Client, revision_id: str, pieces: int) -> Json | None:
    """The quote of the small work centre's one offer, if it makes one."""
    asked = wanted({"id": revision_id}, "cnc_milling", "pom", pieces)
    quote: Json = customer.post("/v1/customer/quotes", asked)
    equal("listings that could make it", quote["eligible"], 1)
    return quote if quote["offers"] else None


def _at_once(quotes: dict[Person, Json]) -> dict[Person, Json | Refused]:
    """What each buyer is answered when all send their order at one instant."""
    line = Barrier(len(quotes))

    def order(customer: Client, quote: Json) -> Json | Refused:
        choice = {"lines": [{"quote_id": quote["id"], "offer_id": quote["offers"][0]["id"]}]}
        line.wait(10)
        try:
            placed: Json = customer.post("/v1/customer/orders", choice)
        except Refused as refusal:
            return refusal
        return placed

    with ThreadPoolExecutor(len(quotes)) as pool:
        sent = {who: pool.submit(order, who.client, quote) for who, quote in quotes.items()}
        answers = {who: each.result() for who, each in sent.items()}
    if sum(isinstance(answer, Refused) for answer in answers.values()) != 1:
        raise Unexpected("answers to both orders", expected="one order, one refusal", came=list(answers.values()))
    return answers
