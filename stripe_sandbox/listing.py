"""Lists: newest first, a page at a time, filtered by an indexed field."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import Any

from stripe_sandbox.calls import Call
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.world import INDEXED, Record, World

Json = dict[str, Any]
USUAL_PAGE = 10
LARGEST_PAGE = 100


def page(call: Call, kind: str, given: Json, *, url: str, by: Iterable[str] = (), where: Json | None = None) -> Json:
    """One page of the account's objects of a kind.

    `by` names the filters among the parameters and `where` filters beside them; the first that is indexed selects the
    shelf. Raises InvalidRequest for a limit or a cursor that is not possible.
    """
    wanted = {**(where or {}), **{name: given[name] for name in by if name in given}}
    first = next((name for name in wanted if name in INDEXED.get(kind, ())), "")
    shelf = call.world.shelf(kind, call.account, first, wanted.get(first, ""))
    return from_shelf(call.world, shelf, given, url=url, keep=lambda shown: _has(shown, wanted))


def from_shelf(world: World, shelf: list[Record], given: Json, *, url: str, keep: Callable[[Json], bool]) -> Json:
    """One page of a shelf of records."""
    limit = _limit(given)
    lowest, highest = _window(world, shelf, given)
    is_backwards = "ending_before" in given
    places = range(lowest, highest) if is_backwards else range(highest - 1, lowest - 1, -1)
    found = []
    for place in places:
        if keep(shelf[place].shown):
            found.append(shelf[place].shown)
        if len(found) > limit:
            break
    shown = found[:limit]
    return {
        "object": "list",
        "url": url,
        "has_more": len(found) > limit,
        "data": shown[::-1] if is_backwards else shown,
    }


def embedded(world: World, shelf: list[Record], *, url: str) -> Json:
    """The list that stands inside an object: its newest ten."""
    return from_shelf(world, shelf, {}, url=url, keep=lambda _shown: True)


def part_of(rows: list[Json], given: Json, *, url: str) -> Json:
    """A page of what stands inside an object in an order of its own, such as line items."""
    limit = _limit(given)
    ids = [each["id"] for each in rows]
    for name in ("starting_after", "ending_before"):
        if name in given and given[name] not in ids:
            raise InvalidRequest(f"No such object: '{given[name]}'", code="resource_missing", param=name)
    if "ending_before" in given:
        before = rows[: ids.index(given["ending_before"])]
        return {"object": "list", "url": url, "has_more": len(before) > limit, "data": before[-limit:]}
    after = rows[ids.index(given["starting_after"]) + 1 :] if "starting_after" in given else rows
    return {"object": "list", "url": url, "has_more": len(after) > limit, "data": after[:limit]}


def _has(shown: Json, wanted: Json) -> bool:
    return all(shown[name] == value for name, value in wanted.items())


def _limit(given: Json) -> int:
    limit = int(given.get("limit", USUAL_PAGE))
    if not 1 <= limit <= LARGEST_PAGE:
        message = f"Invalid limit: must be between 1 and {LARGEST_PAGE}"
        raise InvalidRequest(message, code="parameter_invalid_integer", param="limit")
    return limit


def _window(world: World, shelf: list[Record], given: Json) -> tuple[int, int]:
    """The part of the shelf that the cursors and `created` leave."""
    lowest, highest = _created_between(shelf, given.get("created"))
    if "starting_after" in given:
        highest = min(highest, _place(world, shelf, given["starting_after"], "starting_after"))
    if "ending_before" in given:
        lowest = max(lowest, _place(world, shelf, given["ending_before"], "ending_before") + 1)
    return lowest, highest


def _created_between(shelf: list[Record], created: Any) -> tuple[int, int]:
    """Times only grow along a shelf, so a range of them is a slice of it."""
    bounds = (
        created if isinstance(created, dict) else {} if created is None else {"gte": int(created), "lte": int(created)}
    )
    lowest, highest = 0, len(shelf)
    for name, place in (("gte", bisect_left), ("gt", bisect_right)):
        if name in bounds:
            lowest = max(lowest, place(shelf, bounds[name], key=_created))
    for name, place in (("lte", bisect_right), ("lt", bisect_left)):
        if name in bounds:
            highest = min(highest, place(shelf, bounds[name], key=_created))
    return lowest, highest


def _created(record: Record) -> int:
    """When an object was made; an invoice item calls it its date."""
    shown = record.shown
    return int(shown["created"] if "created" in shown else shown["date"])


def _place(world: World, shelf: list[Record], id: str, param: str) -> int:
    record = world.records.get(id)
    if record is None:
        raise InvalidRequest(f"No such object: '{id}'", code="resource_missing", param=param)
    return world.place(shelf, record)
