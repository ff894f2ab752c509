"""The page that verifies records in the browser: it finds what the house finds, with nothing from elsewhere."""

import json
import shutil
import subprocess
from copy import deepcopy

import pytest

from blueprints.public.pages.routes import HERE
from marketplace.quality import documents
from marketplace.quality.canonical import spelled
from marketplace.quality.signing import SigningKey
from tests.inspections import KEY
from tests.marketplace.quality.test_closing import PLACES, RECORD, other, put

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="no node here to run the page's script")

REPLY = """
const read = require("fs").readFileSync;
const script = read(process.argv[1], "utf8");
(0, eval)(script);
const asked = JSON.parse(read(0, "utf8"));
const keys = asked.keys === null ? null : new Map(Object.entries(asked.keys));
(async () => {
  const told = [];
  for (const each of asked.records) told.push(await qualityRecord.faultsOf(each, keys));
  const spelled = asked.spell.map(qualityRecord.spelled);
  const compared = asked.compare.map((pair) => qualityRecord.compare(...pair));
  Object.defineProperty(globalThis, "crypto", { value: undefined });
  let without = "";
  for (const each of asked.records.slice(0, 1)) {
    await qualityRecord.faultsOf(each, keys).catch((flaw) => { without = flaw.constructor.name; });
  }
  console.log(JSON.stringify({ told, spelled, compared, without }));
})();
"""


def run(records=(), keys=None, spell=(), compare=()):
    """What the page's script says of each record."""
    asked = {"records": list(records), "keys": keys, "spell": list(spell), "compare": list(compare)}
    command = ["node", "-e", REPLY, str(HERE / "assets" / "record.js")]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, timeout=120, check=True)
    return json.loads(done.stdout)


def test_the_page_is_drawn_by_this_server_alone(client):
    page = client.get("/records/verify")

    assert page.status_code == 200
    assert "://" not in page.text.replace(page.text[: page.text.index("<body")], "")
    for script in ("record.js", "verify.js"):
        assert f'src="/assets/{script}"' in page.text
        reply = client.get(f"/assets/{script}")
        assert reply.content_type == "text/javascript; charset=utf-8"
        assert "://" not in reply.text


@needs_node
def test_the_page_finds_no_fault_in_what_was_signed():
    assert run([RECORD])["told"] == [[]]
    assert run([RECORD], keys={KEY.id: KEY.public_key})["told"] == [[]]


@needs_node
def test_a_browser_without_cryptography_says_so_and_the_page_asks_the_server():
    assert run([RECORD])["without"] == "NoCryptography"
    assert "NoCryptography" in (HERE / "assets" / "verify.js").read_text(encoding="utf-8")


@needs_node
def test_the_page_finds_a_change_of_every_field():
    changed = [put(RECORD, place, other) for place in PLACES]

    assert [PLACES[at] for at, found in enumerate(run(changed)["told"]) if not found] == []


@needs_node
def test_the_page_names_the_entry_and_a_strangers_key():
    broken = put(RECORD, ("document", "entries", 3, "value"), other)
    forged, key = deepcopy(RECORD), SigningKey(b"\x02" * 32)
    forged["seal"] = documents.seal(forged["document"], key)
    forged["signature"], forged["public_key"] = documents.signature(forged["seal"], key), key.public_key
    first, second = run([broken, forged], keys={KEY.id: KEY.public_key})["told"]

    assert first[0] == (
        "entry 4 (final measurement of characteristic 1 on piece 2): what it says is not what was hashed"
    )
    assert second == ["public key: it is none of this marketplace's"]


@needs_node
def test_what_is_no_record_is_said_to_be_none():
    odd = [None, [], "x", 1, {}, {**RECORD, "more": 1}, {**RECORD, "document": None}, {**RECORD, "signature": "X"}]

    assert all(found and found[0].startswith("this is no") for found in run(odd)["told"])


@needs_node
def test_the_page_spells_as_the_house_does():
    odd = [
        RECORD,
        {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5},
        '\u000f\n"\\/\u007f\u2028',
        [None, True, -1],
    ]

    assert [each.encode() for each in run(spell=odd)["spelled"]] == [spelled(each) for each in odd]


@needs_node
def test_the_page_compares_decimals_digit_by_digit():
    pairs = [
        ("0.1", "0.10"),
        ("9", "10"),
        ("-1", "1"),
        ("-2", "-1"),
        ("8.2000001", "8.2"),
        ("0.3", "0.30000000000000004"),
    ]

    assert run(compare=pairs)["compared"] == [0, -1, -1, -1, 1, -1]
