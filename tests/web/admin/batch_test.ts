// Tests of web/admin/batch.ts: one thing done to many accounts.
import assert from "node:assert/strict";
import { GROUP_USERS_MAX as SERVER_MAX } from "../../../lib/protocol/requests/groups.ts";
import {
  type Batch,
  eachName,
  GROUP_USERS_MAX,
  NAMES_MAX,
  namesIn,
} from "../../../web/admin/batch.ts";
import { admin, LOST } from "./fakes.ts";

Deno.test("the limit of a request about members is the server's", () => {
  assert.equal(GROUP_USERS_MAX, SERVER_MAX);
});

Deno.test("a failure of one account is noted by name, and the others are done", async () => {
  const { ask, chat } = await admin({ bob: "1234", eve: "1234/admin", zoe: "1234" });
  const told: Batch[] = [];
  const { done, failed, isOver } = await eachName(
    ["bob", "eve", "nobody", "zoe"],
    (user) => ask({ type: "user_disable", user }),
    (batch) => told.push(batch),
  );
  assert.deepEqual([done, isOver], [2, true]);
  assert.deepEqual(failed.map(({ name, failure: { reason } }) => [name, reason]), [
    ["eve", "rank"],
    ["nobody", "no_account"],
  ]);
  assert.deepEqual(told.map((each) => each.done + each.failed.length), [0, 1, 2, 3, 4]);
  const disabled = chat.accountStore.list().filter(({ disabledAt }) => disabledAt !== null);
  assert.deepEqual(disabled.map(({ name }) => name), ["bob", "zoe"]);
});

Deno.test("when the connection breaks, the rest is not tried", async () => {
  const page = await admin({ bob: "1234", zoe: "1234" });
  page.before = ({ user }) => user === "bob" ? LOST : undefined;
  const batch = await eachName(
    ["bob", "zoe"],
    (user) => page.ask({ type: "user_disable", user }),
    () => {},
  );
  assert.deepEqual([batch.done, batch.failed.length, batch.of, batch.isOver], [0, 1, 2, true]);
});

Deno.test("an error of the page itself is not taken for a refusal", async () => {
  const bug = () => Promise.reject(new TypeError("bug"));
  await assert.rejects(eachName(["bob"], bug, () => {}), TypeError);
});

Deno.test("names stand one on each line, may have commas and spaces, and count once", () => {
  assert.deepEqual(namesIn(" Léa Martin \r\n\nDe La Cour, Élodie\rlea\nLEA\n"), [
    "Léa Martin",
    "De La Cour, Élodie",
    "lea",
  ]);
  assert.equal(namesIn("x\n".repeat(10)).length, 1);
  const many = Array.from({ length: 9_000 }, (_, at) => `n${at}`).join("\n");
  assert.equal(namesIn(many).length, NAMES_MAX + 1);
});
