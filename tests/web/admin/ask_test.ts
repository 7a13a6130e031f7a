// Tests of web/admin/ask.ts: requests are sent again when the server says when, and only then.
import assert from "node:assert/strict";
import { type Ask, patient, Refused } from "../../../web/admin/ask.ts";

const REQUEST = { type: "groups" } as const;

/** Fails with each code in turn, then replies. */
function failing(...failures: readonly (readonly [code: string, retryAt?: number])[]) {
  const rest = [...failures];
  const waits: number[] = [];
  const ask = (() => {
    const [code, retryAt] = rest.shift() ?? [];
    if (code === undefined) return Promise.resolve({ type: "groups", groups: [] });
    return Promise.reject(new Refused({ code, reason: undefined, text: "", retryAt }));
  }) as unknown as Ask;
  const wait = (ms: number) => Promise.resolve(waits.push(ms));
  return { ask: patient(ask, { now: () => 1_000, wait }), waits, rest };
}

Deno.test("a request waits for the end of a rate limit, however often", async () => {
  const { ask, waits } = failing(["rate_limited", 1_700], ["busy", 1_010], ["rate_limited", 1e9]);
  assert.deepEqual(await ask(REQUEST), { type: "groups", groups: [] });
  assert.deepEqual(waits, [700, 100, 30_000]);
});

Deno.test("other failures, and a server that does not say when, are reported at once", async () => {
  for (const failure of [["forbidden", 2_000], ["busy"], ["offline_page"]] as const) {
    const { ask, waits } = failing(failure);
    await assert.rejects(ask(REQUEST), Refused);
    assert.deepEqual(waits, []);
  }
});

Deno.test("a request is not sent forever", async () => {
  const many = Array.from({ length: 100 }, () => ["rate_limited", 1_100] as const);
  const { ask, waits } = failing(...many);
  await assert.rejects(ask(REQUEST), Refused);
  assert.equal(waits.length, 19);
});
