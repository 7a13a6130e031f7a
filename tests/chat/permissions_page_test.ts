// Tests that the table of roles in docs/PROTOCOL.md has every request, at the role that the server requires.
import assert from "node:assert/strict";
import {
  type Asker,
  mayRequest,
  operatorMayRequest,
  type Rank,
  RANKS,
} from "../../lib/chat/permissions.ts";
import type { RequestType } from "../../lib/protocol/request.ts";
import { schemas } from "../../lib/protocol/requests/families.ts";

const page = Deno.readTextFileSync(new URL("../../docs/PROTOCOL.md", import.meta.url));
const TYPES = Object.keys(schemas) as RequestType[];

/** Returns the requests in each row of the table, by the role. */
function rowsOf(text: string): Map<string, string[]> {
  const section = text.split("### Who may send what\n")[1]!.split("\n## ")[0]!;
  const rows = [...section.matchAll(/^\| ([^|]+) \| (`[^|]+) \|$/gm)];
  return new Map(rows.map(([, role, requests]) => [
    role!.split(",")[0]!,
    [...requests!.matchAll(/`(\w+)`/g)].map(([, type]) => type!).sort(),
  ]));
}

/** Returns the lowest rank that may send a request over TLS. */
function leastOf(type: RequestType): Rank {
  const asker = { key: "x", accountId: null, groups: [] };
  return RANKS.find((rank) =>
    mayRequest({ rank, ...asker } satisfies Asker, type, true) === undefined
  )!;
}

const ROLES: Readonly<Record<string, Rank>> = {
  "guests and members": "guest",
  moderators: "moderator",
  admins: "admin",
  operators: "operator",
};

for (const [role, rank] of Object.entries(ROLES)) {
  Deno.test(`the table of roles has the requests of ${role}`, () => {
    const types = TYPES.filter((type) => leastOf(type) === rank);
    assert.deepEqual(rowsOf(page).get(role), types.sort());
  });
}

Deno.test("the table of roles has the requests that operators cannot send", () => {
  const types = TYPES.filter((type) => operatorMayRequest(type) !== undefined);
  assert.deepEqual(rowsOf(page).get("everybody but operators"), types.sort());
});
