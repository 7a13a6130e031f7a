// Clients from before the protocol page get a fair report: what they do wrong, and what they merely do not do.
import assert from "node:assert/strict";
import { runChecks } from "../../lib/check_client/run.ts";
import { steadyClock } from "../../lib/ops/background.ts";
import { TEST_LIMITS, withStatus } from "../support/driven_client.ts";
import { type ClientWays, PlayedStudent } from "../support/played_student.ts";

const RECONNECTING = ["back-off", "login-again", "rejoin", "catch-up", "ref"];

async function check(ways: ClientWays): Promise<{ failed: string[]; notDone: string[] }> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const student = new PlayedStudent(listener.addr.port, ways);
  const outcome = await runChecks({
    listener,
    interview: student,
    // Nothing comes back after a cut, and nothing is sent again.
    limits: {
      ...TEST_LIMITS,
      reconnectMs: 300,
      reactMs: 500,
      personMs: 20_000,
      gapMs: 2,
      slowMs: 2,
    },
    clock: steadyClock,
    timeOfDay: Date.now,
    language: "fr",
  });
  await student.close();
  assert.equal(outcome.over, undefined);
  return { failed: withStatus(outcome, "failed"), notDone: withStatus(outcome, "not_done") };
}

Deno.test("an old client with an account fails nothing, and is told what it does not do", async () => {
  assert.deepEqual(await check({}), { failed: [], notDone: RECONNECTING });
});

for (const isGuest of ["by empty message", "by first message"] as const) {
  Deno.test(`a guest who joins ${isGuest} fails nothing, and has no login to check`, async () => {
    const { failed, notDone } = await check({ isGuest });
    assert.deepEqual(failed, []);
    const logins = ["login-awaited", "same-connection", "given-name"];
    assert.deepEqual(notDone, [...logins, ...RECONNECTING]);
  });
}

Deno.test("a client that closes after a failed login fails that check only", async () => {
  const { failed, notDone } = await check({ closesAfterFailure: true });
  assert.deepEqual(failed, ["same-connection: new_connection"]);
  assert.deepEqual(notDone, RECONNECTING);
});

Deno.test("a client in the charset of French Windows fails that check only", async () => {
  const encode = (text: string) =>
    Uint8Array.from(
      [...text],
      (sign) => sign === "€" ? 0x80 : sign.codePointAt(0)! > 0xff ? 0x3f : sign.codePointAt(0)!,
    );
  const { failed, notDone } = await check({ encode });
  assert.deepEqual(failed, ["utf-8: not_utf8"]);
  assert.deepEqual(notDone, RECONNECTING);
});
