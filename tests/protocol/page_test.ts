// Tests that docs/PROTOCOL.md is complete, and that its examples and those of docs/fr/PROTOCOLE.md are valid.
import assert from "node:assert/strict";
import { COMMAND_NAMES } from "../../lib/chat/slash/run.ts";
import { ERROR_CODES, REASONS } from "../../lib/protocol/error_codes.ts";
import { SYSTEM_CODES } from "../../lib/protocol/reply.ts";
import { ProtocolError } from "../../lib/protocol/errors.ts";
import { parseRequest } from "../../lib/protocol/request.ts";
import { chatSchemas, type Schemas } from "../../lib/protocol/requests/families.ts";

const page = await Deno.readTextFile(new URL("../../docs/PROTOCOL.md", import.meta.url));
const french = await Deno.readTextFile(new URL("../../docs/fr/PROTOCOLE.md", import.meta.url));

/** A row of a table: the members of a request. */
interface Row {
  readonly type: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Exactly one of these is required. */
  readonly either: readonly string[];
}

/** Returns the rows of the tables whose first column is `request`. */
function requestRows(): Row[] {
  const tables = page.matchAll(/^\| request \| (.+) \|\n\| --- .*\n((?:\|.*\n)+)/gm);
  return [...tables].flatMap(([, headings = "", rows = ""]) =>
    rows.trim().split("\n").flatMap((row) => {
      const [, first = "", second = ""] = row.split(/ ?\| ?/);
      return headings.startsWith("members ") ? fromMembers(first, second) : fromExample(first);
    })
  );
}

// Example: `{"type":"users"}`; [`channel`]
function fromExample(cell: string): Row[] {
  const [, example = ""] = /`(\{.*?\})`/.exec(cell) ?? [];
  const type = /"type":"(\w+)"/.exec(example)?.[1] ?? assert.fail(cell);
  const members = [...example.matchAll(/"(\w+)":/g)].map(([, name]) => name!);
  const required = members.filter((name) => name !== "type");
  return [{ type, required, optional: namesIn(cell, /\[`(\w+)`\]/g), either: [] }];
}

// Example: `user` or `address`, [`seconds`] (0: forever), [`reason`]
function fromMembers(types: string, cell: string): Row[] {
  const plain = cell.replace(/\(.*?\)/g, "");
  const optional = namesIn(plain, /\[`(\w+)`\]/g);
  const [, ...either] = /(?<!\[)`(\w+)` or `(\w+)`/.exec(plain) ?? [];
  const required = namesIn(plain, /(?<!\[)`(\w+)`/g).filter((name) => !either.includes(name));
  return namesIn(types, /`(\w+)`/g).map((type) => ({ type, required, optional, either }));
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name]) => name!);
}

const SAMPLES: Readonly<Record<string, unknown>> = {
  username: "ada",
  password: "1234",
  old: "1234",
  new: "5678",
  content: "Bonjour",
  to: "bob",
  user: "bob",
  with: "bob",
  address: "192.0.2.1",
  channel: "#dev",
  topic: "Java",
  state: "away",
  query: "mot",
  reason: "spam",
  seconds: 60,
  limit: 5,
  before: 9,
  after: 1,
  id: 1,
  around: 5,
  token: "x",
  code: "x",
  invite: "x",
  session: true,
  everywhere: true,
  client: "Firefox",
  tab: "t1",
  features: ["seen"],
  class: "2SLAM",
  private: "staff",
};
// Where a member means something else.
const SAMPLES_OF: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  people: { after: "bob" },
  class: { after: "bob" },
  hand: { up: false, all: false },
  attendance: { from: "2026-11-27T08:00:00Z", to: "2026-11-27T09:00:00Z", after: "bob" },
};
// Members that the text below the table describes.
const BELOW: Readonly<Record<string, readonly string[]>> = {
  message: ["subtype", "from"],
  status: ["user"],
};

/** Returns the error for a request with these members; `undefined` if the server accepts it. */
function refusal(type: string, members: readonly string[]): string | undefined {
  const samples = { ...SAMPLES, ...SAMPLES_OF[type] };
  const sample = (name: string) => [name, samples[name] ?? assert.fail(`no sample of ${name}`)];
  try {
    parseRequest(JSON.stringify({ type, ...Object.fromEntries(members.map(sample)) }));
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ProtocolError);
    return `${error.code} ${JSON.parse(String(error.places["member"]))}`;
  }
}

Deno.test("the tables of the protocol page list every request with all its members", () => {
  const documented = new Map<string, Set<string>>();
  for (const { type, required, optional, either } of requestRows()) {
    const samples = { ...SAMPLES, ...SAMPLES_OF[type], with: null, address: null, around: null };
    const schema = parseRequest(JSON.stringify({ type, ...samples })).type;
    const members = documented.get(schema) ?? new Set(BELOW[schema]);
    for (const name of [...required, ...optional, ...either]) members.add(name);
    documented.set(schema, members);
  }
  assert.deepEqual([...documented.keys()].sort(), Object.keys(chatSchemas).sort());
  for (const [type, members] of documented) {
    const { shape } = chatSchemas[type as keyof typeof chatSchemas] as Schemas["message"];
    assert.deepEqual(["type", ...members].sort(), Object.keys(shape).sort(), type);
  }
});

Deno.test("the members that the protocol page calls optional are optional, and all others are required", () => {
  for (const { type, required, optional, either } of requestRows()) {
    const base = [...required, ...either.slice(0, 1)];
    assert.equal(refusal(type, base), undefined, type);
    for (const name of optional) assert.equal(refusal(type, [...base, name]), undefined, type);
    // A message without `to` or `channel` has a row of its own.
    for (const name of type === "message" ? ["content"] : required) {
      const others = base.filter((other) => other !== name);
      assert.equal(refusal(type, others), `bad_request ${name}`, type);
    }
    if (either.length === 0) continue;
    for (const wrong of [required, [...required, ...either]]) {
      assert.equal(refusal(type, wrong), `bad_request ${either[0]}`, type);
    }
  }
});

Deno.test("the protocol page lists every error, notice and command", () => {
  for (const code of [...ERROR_CODES, ...SYSTEM_CODES]) {
    assert.ok(page.includes(`\`${code}\``), code);
  }
  for (const name of COMMAND_NAMES) assert.ok(page.includes(`/${name}`), name);
});

Deno.test("the lines in the examples of the protocol pages are JSON, and those to the client are ASCII", () => {
  for (const [, block = ""] of (page + french).matchAll(/```transcript\n([^]*?)```/g)) {
    const lines = block.trim().split("\n");
    for (const [index, line] of lines.entries()) {
      const [, direction, json] = /^\w+([<>]) (.*)$/.exec(line) ?? [];
      // Two examples show a line that is not JSON, and the reply.
      if (direction === undefined || lines[index + 1]?.includes('"bad_json"')) continue;
      assert.doesNotThrow(() => JSON.parse(json!), line);
      if (direction === "<") assert.match(json!, /^[\x20-\x7e]*$/);
    }
  }
});

Deno.test("the protocol page lists exactly the reasons of each code", () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \|(.*)\|(.*)\|$/gm)]
    .filter(([, code]) => Object.hasOwn(REASONS, code!));
  assert.deepEqual(rows.map(([, code]) => code), [...ERROR_CODES]);
  for (const [, code, , cell = ""] of rows) {
    const reasons = [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word!)
      .filter((word) => word !== "from");
    assert.deepEqual(reasons.sort(), [...REASONS[code as keyof typeof REASONS]].sort(), code);
  }
});

Deno.test("every line of the protocol page's examples names its sender", () => {
  const blocks = [...page.matchAll(/^```(.*)\n([^]*?)^```$/gm)];
  assert.ok(blocks.length > 10);
  for (const [, language, text = ""] of blocks) {
    if (language === "python") continue;
    assert.equal(language, "transcript", text);
    for (const line of text.trim().split("\n")) {
      assert.match(line, /^(?:\w+[<>] .|\w+ (?:closes|is closed|becomes \w+)$|# .)/);
    }
  }
});

Deno.test("the sections of the protocol page begin with joining and end with the parts for operators", () => {
  const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  assert.deepEqual(headings, [
    "A first conversation",
    "Framing",
    "What the server never does",
    "Joining",
    "Messages",
    "ref and ack",
    "Errors",
    "Reconnecting",
    "Staying signed in",
    "Invitations",
    "Presence",
    "Channels",
    "History",
    "Search",
    "Private messages that wait",
    "Unread messages",
    "Notices",
    "Slash commands",
    "Old connections",
    "Example clients",
    "Moderation",
    "The lesson",
    "Proxies",
    "Metrics",
  ]);
});

Deno.test("every line to copy from the French page also occurs in one of its examples", () => {
  const [, block = ""] = /```json\n([^]*?)```/.exec(french) ?? [];
  const lines = block.trim().split("\n");
  assert.ok(lines.length > 5);
  const sent = [...french.matchAll(/^\w+> (.*)$/gm)].map(([, line]) => line);
  for (const line of lines) assert.ok(sent.includes(line), line);
});

Deno.test("every line of the French page's examples names its sender", () => {
  const blocks = [...french.matchAll(/^```transcript\n([^]*?)^```$/gm)];
  assert.ok(blocks.length > 5);
  for (const [, text = ""] of blocks) {
    for (const line of text.trim().split("\n")) assert.match(line, /^\w+[<>] \{/);
  }
});
