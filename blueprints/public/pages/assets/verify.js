// The page /records/verify: takes a record by paste, file or drop, and says whether it is what was signed.
"use strict";

const byId = (id) => document.getElementById(id);
const text = byId("record");

function show(kind, heading, lines) {
  const result = byId("result");
  result.className = kind;
  const head = document.createElement("h2");
  head.textContent = heading;
  const list = document.createElement("ul");
  for (const line of lines) {
    const item = document.createElement("li");
    item.textContent = line;
    list.append(item);
  }
  result.replaceChildren(head, list);
}

async function publishedKeys() {
  try {
    const reply = await fetch("/v1/record-keys");
    const { keys } = await reply.json();
    return new Map(keys.map((key) => [key.id, key.public_key]));
  } catch {
    return null;
  }
}

// Where the browser cannot do it, the server does.
async function askServer(signed) {
  const reply = await fetch("/v1/records/verify", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(signed),
  });
  const told = await reply.json();
  return reply.ok ? told.faults.map((each) => `${each.place} ${each.says}`) : [told.detail];
}

// Of a first article: that one piece, and not the lot behind it.
function verdictOf(kind, verdict) {
  if (kind === "first_article") return ` on the first article: ${verdict.first_article.outcome}`;
  return `: ${verdict.outcome}`;
}

function summary(signed, keys, where) {
  const { record, entries, verdict } = signed.document;
  const { job } = entries[0];
  const lines = [
    `${job.part}: ${job.quantity} pieces by ${job.factory.name}, order ${job.order_number}`,
    `Record ${record.number} (${record.kind}), signed ${record.closed_at} by ${record.closed_by.name}`,
    `Verdict${verdictOf(record.kind, verdict)}, from ${entries.length} entries in one unbroken chain`,
    `Reckoned ${where}; key ${signed.seal.key_id}`,
  ];
  if (keys === null) lines.push("The published keys could not be read: whose key it is, is not shown.");
  return lines;
}

async function verify() {
  show("working", "Reckoning …", []);
  let signed;
  try {
    signed = JSON.parse(text.value);
  } catch (flaw) {
    show("bad", "This is no record", [flaw.message]);
    return;
  }
  const keys = await publishedKeys();
  let found;
  let where = "in this browser";
  try {
    found = await qualityRecord.faultsOf(signed, keys);
  } catch (flaw) {
    if (!(flaw instanceof qualityRecord.NoCryptography)) throw flaw;
    where = "by this server, as this browser cannot";
    found = await askServer(signed);
  }
  if (found.length) show("bad", "This is not what was signed", found);
  else show("good", "This is what was signed", summary(signed, keys, where));
}

async function take(file) {
  text.value = await file.text();
  await verify();
}

byId("verify").addEventListener("click", verify);
byId("file").addEventListener("change", (event) => event.target.files[0] && take(event.target.files[0]));
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
});
