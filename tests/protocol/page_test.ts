// Tests that docs/PROTOCOL.md names everything that the protocol has, and that its examples and those of
// docs/fr/PROTOCOLE.md can be read and copied.
import assert from "node:assert/strict";
import { COMMAND_NAMES } from "../../lib/chat/slash/run.ts";
import { ERROR_CODES, REASONS } from "../../lib/protocol/error_codes.ts";
import { SYSTEM_CODES } from "../../lib/protocol/reply.ts";
import { basicSchemas } from "../../lib/protocol/requests/basic.ts";
import { channelSchemas } from "../../lib/protocol/requests/channels.ts";
import { moderationSchemas } from "../../lib/protocol/requests/moderation.ts";

const page = await Deno.readTextFile(new URL("../../docs/PROTOCOL.md", import.meta.url));
const french = await Deno.readTextFile(new URL("../../docs/fr/PROTOCOLE.md", import.meta.url));

Deno.test("the protocol page has every request with all its members", () => {
  const families = { ...basicSchemas, ...channelSchemas, ...moderationSchemas };
  for (const [type, schema] of Object.entries(families)) {
    assert.ok(page.includes(`\`${type}\``) || page.includes(`"type":"${type}"`), type);
    for (const member of Object.keys(schema.shape)) {
      assert.ok(
        page.includes(`\`${member}\``) || page.includes(`"${member}":`),
        `${type}: ${member}`,
      );
    }
  }
});

Deno.test("the protocol page has every error, every notice and every command", () => {
  for (const code of [...ERROR_CODES, ...SYSTEM_CODES]) {
    assert.ok(page.includes(`\`${code}\``), code);
  }
  for (const name of COMMAND_NAMES) assert.ok(page.includes(`/${name}`), name);
});

Deno.test("what the protocol pages say the client sends and receives is JSON in ASCII", () => {
  for (const [, block = ""] of (page + french).matchAll(/```transcript\n([^]*?)```/g)) {
    const lines = block.trim().split("\n");
    for (const [index, line] of lines.entries()) {
      const [, direction, json] = /^\w+([<>]) (.*)$/.exec(line) ?? [];
      // Two examples show what is not JSON, and the answer.
      if (direction === undefined || lines[index + 1]?.includes('"bad_json"')) continue;
      assert.doesNotThrow(() => JSON.parse(json!), line);
      if (direction === "<") assert.match(json!, /^[\x20-\x7e]*$/);
    }
  }
});

Deno.test("the protocol page has the reasons of each code, and no others", () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \|(.*)\|(.*)\|$/gm)]
    .filter(([, code]) => Object.hasOwn(REASONS, code!));
  assert.deepEqual(rows.map(([, code]) => code), [...ERROR_CODES]);
  for (const [, code, , cell = ""] of rows) {
    const reasons = [...cell.matchAll(/`(\w+)`/g)].map(([, word]) => word!)
      .filter((word) => word !== "from");
    assert.deepEqual(reasons.sort(), [...REASONS[code as keyof typeof REASONS]].sort(), code);
  }
});

Deno.test("every example of the protocol page says who speaks", () => {
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

Deno.test("the protocol page leads from joining to the rest, and to operators last", () => {
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
    "Presence",
    "Channels",
    "History",
    "Search",
    "Private messages that wait",
    "Notices",
    "Slash commands",
    "Old connections",
    "Example clients",
    "Moderation",
    "Proxies",
    "Metrics",
  ]);
});

Deno.test("every line to copy from the French page is sent in one of its examples", () => {
  const [, block = ""] = /```json\n([^]*?)```/.exec(french) ?? [];
  const lines = block.trim().split("\n");
  assert.ok(lines.length > 5);
  const sent = [...french.matchAll(/^\w+> (.*)$/gm)].map(([, line]) => line);
  for (const line of lines) assert.ok(sent.includes(line), line);
});

Deno.test("the examples of the French page say who speaks", () => {
  const blocks = [...french.matchAll(/^```transcript\n([^]*?)^```$/gm)];
  assert.ok(blocks.length > 5);
  for (const [, text = ""] of blocks) {
    for (const line of text.trim().split("\n")) assert.match(line, /^\w+[<>] \{/);
  }
});
