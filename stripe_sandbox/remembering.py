"""Keeping what the local Stripe knows in a file, so that it outlives its program: objects, money, idempotency keys.

Where events are sent is told anew at each start; an event that had not arrived everywhere is sent again then. The file
is written whole, a second after a change at the latest, so a program that is killed forgets no more than that second.
"""

import atexit
import json
import os
import threading
from pathlib import Path
from typing import Any

from stripe_sandbox import events
from stripe_sandbox.api import Api
from stripe_sandbox.world import Record

Json = dict[str, Any]
LOOK_S = 1.0
FORMAT = 2


class NotOurs(ValueError):
    """The file holds something else, or was written by another version."""


def keep(api: Api, file: Path) -> None:
    """Recall what the file holds, and from now on write down every change. Raises NotOurs."""
    recall(api, file)
    ended = threading.Event()
    thread = threading.Thread(target=_watch, args=(api, file, ended), name="stripe-memory", daemon=True)
    thread.start()

    def end() -> None:
        ended.set()
        thread.join()

    atexit.register(end)


def send_what_did_not_arrive(api: Api) -> None:
    """Send again, to the endpoints there are now, every event that had not reached all those of before."""
    with api.world.lock:
        for event in api.world.kind("event"):
            if event.shown["pending_webhooks"]:
                event.shown["pending_webhooks"] = 0
                events.send(api.world, event)


def remember(api: Api, file: Path) -> None:
    """Write everything down, readable by its owner only; the file is replaced at once or not at all."""
    with api.world.lock:
        text = json.dumps(_written(api), separators=(",", ":"))
    draft = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
    draft.replace(file)


def recall(api: Api, file: Path) -> None:
    """Know again what the file holds; a file that is not there yet holds nothing. Raises NotOurs."""
    if not file.exists():
        return
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["format"] != FORMAT:
            raise NotOurs(f"{file} was written by another version of the local Stripe; delete it to begin anew.")
        records = [Record(*row) for row in found["records"]]
        with api.world.lock:
            api.world.restore(
                records, number=found["number"], seconds_ahead=found["seconds_ahead"], agenda=found["agenda"]
            )
        api.keys.restore(found["keys"])
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise NotOurs(f"{file} is not the memory of a local Stripe; delete it to begin anew.") from error


def _watch(api: Api, file: Path, ended: threading.Event) -> None:
    known = _age(api)
    while not ended.wait(LOOK_S):
        if (age := _age(api)) != known:
            remember(api, file)
            known = age
    remember(api, file)


def _age(api: Api) -> tuple[int, int, int]:
    """Rises with every change: each makes an object or an event, takes a key, or moves the clock."""
    return api.world.number, len(api.keys), api.world.seconds_ahead


def _written(api: Api) -> Json:
    world = api.world
    records = [record for record in world.records.values() if record.kind != "webhook_endpoint"]
    return {
        "format": FORMAT,
        "number": world.number,
        "seconds_ahead": world.seconds_ahead,
        "agenda": world.agenda.written(),
        "records": [[each.number, each.account, each.shown, each.kept] for each in records],
        "keys": api.keys.written(),
    }
