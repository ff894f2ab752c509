// Whether a quality record is what was signed, reckoned here: RFC 8785 spelling, SHA-256, Ed25519 by the browser's own
// cryptography. The same checks as tools/verify_record.py.
"use strict";

const RECORD_FORMAT = "commonforge.quality-record/1";
const SECTIONS = ["entries", "record", "verdict"];
const SHAPES = [
  [[], ["document", "public_key", "seal", "signature"]],
  [["document"], ["entries", "format", "record", "verdict"]],
  [["seal"], ["algorithm", "format", "key_id", "record_id", "sections"]],
  [["seal", "sections"], SECTIONS],
];

class NoRecord extends Error {}
class NoCryptography extends Error {}

function spelled(value) {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new NoRecord(`${value} is no whole number; figures are text`);
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(spelled).join(",")}]`;
  const names = Object.keys(value).sort(); // by UTF-16 code units, as RFC 8785 §3.2.3 asks
  return `{${names.map((name) => `${JSON.stringify(name)}:${spelled(value[name])}`).join(",")}}`;
}

async function digest(bytes) {
  if (!globalThis.crypto?.subtle) throw new NoCryptography("no cryptography here");
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(found, (each) => each.toString(16).padStart(2, "0")).join("");
}

const sha256 = (value) => digest(new TextEncoder().encode(spelled(value)));

function bytesOf(letters) {
  if (typeof letters !== "string" || !/^([0-9a-f]{2})+$/.test(letters)) {
    throw new NoRecord("keys and signatures are small hexadecimal letters");
  }
  return Uint8Array.from(letters.match(/../g), (pair) => parseInt(pair, 16));
}

async function isSigned(message, signature, publicKey) {
  let key;
  try {
    key = await crypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
  } catch (refused) {
    if (refused.name === "NotSupportedError") throw new NoCryptography("this browser has no Ed25519");
    return false;
  }
  return crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
}

// A decimal number as [sign, digits before the point, digits behind it]: no binary fraction comes near a limit.
function compare(one, other) {
  const width = Math.max(...[one, other].map((each) => (each.split(".")[1] ?? "").length));
  const [first, second] = [one, other].map((each) => {
    if (!/^-?[0-9]+(\.[0-9]+)?$/.test(each)) throw new NoRecord(`${each} is no decimal number`);
    const [whole, part = ""] = each.split(".");
    return BigInt(whole.replace("-", "") + part.padEnd(width, "0")) * (each.startsWith("-") ? -1n : 1n);
  });
  return first < second ? -1 : first > second ? 1 : 0;
}

function about(entry) {
  if (entry.kind !== "measurement") return entry.kind;
  return `${entry.stage} measurement of characteristic ${entry.characteristic} on piece ${entry.piece}`;
}

async function ofChain(entries) {
  const found = [];
  let before = "0".repeat(64);
  for (const [at, entry] of entries.entries()) {
    const { hash, ...said } = entry;
    if (entry.number !== at + 1) found.push(`entry ${at + 1}: its number is ${entry.number}`);
    if (entry.previous !== before) found.push(`entry ${at + 1}: it does not follow the entry before it`);
    if ((await sha256(said)) !== hash) found.push(`entry ${at + 1} (${about(entry)}): what it says is not what was hashed`);
    before = hash;
  }
  return found;
}

function ofValues(entries) {
  const found = [];
  const limits = new Map();
  for (const entry of entries) {
    if (entry.kind === "plan") entry.characteristics.forEach((each, at) => limits.set(at + 1, each));
    if (entry.kind === "characteristic") limits.set(entry.characteristic, entry.says_what);
    if (entry.kind !== "measurement") continue;
    const { lower, upper } = limits.get(entry.characteristic);
    if (lower === null && upper === null) continue;
    const passes =
      (lower === null || compare(lower, entry.value) <= 0) && (upper === null || compare(entry.value, upper) <= 0);
    if (passes !== entry.passes) found.push(`entry ${entry.number} (${about(entry)}): ${entry.value} is not judged rightly`);
  }
  return found;
}

async function ofSeal({ document: told, seal, signature, public_key: publicKey }, keys) {
  const found = [];
  for (const name of SECTIONS) {
    if ((await sha256(told[name])) !== seal.sections[name]) found.push(`section “${name}”: it is not what was sealed`);
  }
  if (seal.record_id !== told.record.id) found.push("seal: it is another record's");
  if (seal.algorithm !== "Ed25519") found.push("seal: it is not signed by Ed25519");
  if ((await digest(bytesOf(publicKey))).slice(0, 32) !== seal.key_id) {
    found.push("public key: it is not the one that the seal names");
  }
  if (keys !== null && keys.get(seal.key_id) !== publicKey) found.push("public key: it is none of this marketplace's");
  if (!(await isSigned(new TextEncoder().encode(spelled(seal)), bytesOf(signature), bytesOf(publicKey)))) {
    found.push("signature: it is not of this seal by this key");
  }
  return found;
}

function checkShape(signed) {
  for (const [steps, names] of SHAPES) {
    const found = steps.reduce((at, step) => at[step], signed);
    if (found === null || typeof found !== "object" || Object.keys(found).sort().join() !== names.join()) {
      throw new NoRecord(`${steps.join(".") || "it"} does not have just: ${names.join(", ")}`);
    }
  }
  if (signed.document.format !== RECORD_FORMAT || signed.seal.format !== RECORD_FORMAT) {
    throw new NoRecord(`its format is not ${RECORD_FORMAT}`);
  }
}

// What does not match, each with its place. `keys` maps ids to public keys; null: they are not known here.
async function faultsOf(signed, keys) {
  try {
    checkShape(signed);
    const { entries } = signed.document;
    return [...(await ofChain(entries)), ...ofValues(entries), ...(await ofSeal(signed, keys))];
  } catch (flaw) {
    if (flaw instanceof NoRecord || flaw instanceof TypeError || flaw instanceof RangeError) {
      return [`this is no signed quality record: ${flaw.message}`];
    }
    throw flaw;
  }
}

globalThis.qualityRecord = { faultsOf, NoCryptography, spelled, compare };
