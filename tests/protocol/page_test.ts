// docs/PROTOCOL.md names everything that the protocol has.
import assert from "node:assert/strict";
import { COMMAND_NAMES } from "../../lib/chat/slash/run.ts";
import { ERROR_CODES } from "../../lib/protocol/errors.ts";
import { SYSTEM_CODES } from "../../lib/protocol/reply.ts";
import { basicSchemas } from "../../lib/protocol/requests/basic.ts";
import { channelSchemas } from "../../lib/protocol/requests/channels.ts";
import { moderationSchemas } from "../../lib/protocol/requests/moderation.ts";

const page = await Deno.readTextFile(new URL("../../docs/PROTOCOL.md", import.meta.url));

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

Deno.test("what the protocol page says the client sends and receives is JSON in ASCII", () => {
  for (const [, block = ""] of page.matchAll(/```transcript\n([^]*?)```/g)) {
    for (const line of block.trim().split("\n")) {
      const [, direction, json] = /^\w+([<>]) (.*)$/.exec(line) ?? [];
      if (direction === undefined) continue;
      assert.doesNotThrow(() => JSON.parse(json!), line);
      if (direction === "<") assert.match(json!, /^[\x20-\x7e]*$/);
    }
  }
});
