// Tests of how a reload changes the policy for private messages.
import assert from "node:assert/strict";
import { defaultConfig } from "../../lib/ops/config/schema.ts";
import { followPrivatePolicy } from "../../lib/server/lesson.ts";
import type { PrivatePolicy } from "../../lib/protocol/requests/lesson.ts";
import { makeClass, page } from "../chat/lesson/classes.ts";
import { ask } from "../chat/people.ts";

const defaults = defaultConfig();

Deno.test("a reload tells the users a changed policy, unless staff has set one", async () => {
  const chat = makeClass();
  const [max, bob] = [await page(chat, "max"), await page(chat, "bob")];
  const step = followPrivatePolicy(chat.services, defaults);
  const reload = (policy: PrivatePolicy) => {
    step({ ...defaults, chat: { ...defaults.chat, private_messages: policy } });
    chat.turn();
    return bob.take().filter(({ type }) => type === "policy").length;
  };
  assert.deepEqual(
    ["all", "staff", "staff", "all"].map((policy) => reload(policy as PrivatePolicy)),
    [
      0,
      1,
      0,
      1,
    ],
  );
  await ask(chat, max, { type: "policy", private: "none" });
  bob.take();
  assert.equal(reload("staff"), 0);
  assert.equal(chat.services.lesson.policy.value, "none");
});
