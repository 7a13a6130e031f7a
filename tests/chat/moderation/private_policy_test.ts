// Tests of the policy for private messages: who sets it, who is told, and that every way of writing obeys it.
import assert from "node:assert/strict";
import fc from "fast-check";
import { PRIVATE_POLICIES, type PrivatePolicy } from "../../../lib/protocol/requests/lesson.ts";
import type { FakeChat, FakePeer, Line } from "../fakes.ts";
import { events, makeClass, page, told } from "../lesson/classes.ts";
import { ask, exchange, guest, member, modernMember, outcome, type } from "../people.ts";
import { audit } from "./staff.ts";

function policy(value?: string): Line {
  return { type: "policy", ...(value === undefined ? {} : { private: value }) };
}

Deno.test("staff sets the policy, everyone can read it, and it is in the audit log", async () => {
  const chat = makeClass();
  const [max, bob, root] = [await page(chat, "max"), await page(chat, "bob"), chat.operate()];
  assert.deepEqual(await ask(chat, chat.connect(), policy()), {
    type: "policy",
    status: "ok",
    private: "all",
  });
  assert.equal(outcome(await ask(chat, bob, policy("none"))), "forbidden");
  assert.deepEqual(await ask(chat, max, policy("staff")), {
    type: "policy",
    status: "ok",
    private: "staff",
  });
  assert.equal((await ask(chat, root, policy("none")))["private"], "none");
  assert.equal((await ask(chat, bob, { type: "hello" }))["private_messages"], "none");
  const address = "10.0.0.5";
  assert.deepEqual(audit(chat), [
    ["max", "policy", "private", null, "staff", address],
    ["operator:root", "policy", "private", null, "none", ""],
  ]);
  // Setting it again changes nothing.
  await ask(chat, root, policy("none"));
  assert.equal(audit(chat).length, 2);
});

Deno.test("the policy stays set after a restart", async () => {
  const chat = makeClass();
  await ask(chat, await page(chat, "max"), policy("staff"));
  const { PrivatePolicyStore } = await import("../../../lib/store/lesson/private_policy.ts");
  const { CurrentPolicy } = await import("../../../lib/chat/lesson/private_policy.ts");
  const store = new PrivatePolicyStore(chat.database);
  const again = new CurrentPolicy({ store, rules: { privateMessages: "none" } });
  assert.equal(again.value, "staff");
});

Deno.test("a page that knows the policy gets an event, other modern clients a notice, old clients nothing", async () => {
  const chat = makeClass();
  const [max, bob] = [await page(chat, "max"), await page(chat, "bob")];
  const [alice, gus] = [await modernMember(chat, "alice"), await guest(chat, "gus")];
  const unjoined = chat.connect();
  for (const peer of [max, bob, alice, gus]) peer.take();
  await ask(chat, max, policy("staff"));
  assert.deepEqual(bob.take(), [{ type: "policy", private: "staff" }]);
  const [notice, ...more] = alice.take();
  assert.deepEqual(more, []);
  assert.deepEqual([notice!["type"], notice!["code"], notice!["content"]], [
    "system",
    "policy",
    "Private messages are only possible with moderators for now.",
  ]);
  assert.deepEqual(gus.take(), []);
  assert.deepEqual(unjoined.take(), []);
  assert.deepEqual(events(max, "policy"), [], "the sender has the reply");
});

Deno.test("staff with an old client sets the policy by a command, and others learn nothing by it", async () => {
  const chat = makeClass();
  const [max, bob] = [await member(chat, "max"), await member(chat, "bob")];
  assert.deepEqual(await type(chat, max, "/private"), ["Private messages: everyone."]);
  assert.deepEqual(await type(chat, max, "/private staff"), [
    "Private messages: only with moderators.",
  ]);
  assert.deepEqual(await type(chat, max, "/prives AUCUN"), [
    "Private messages: only moderators write.",
  ]);
  assert.match((await type(chat, max, "/private bob hello"))[0]!, /^Usage: \/private/);
  assert.deepEqual(await type(chat, bob, "/private bob hello"), ["Only moderators can do this."]);
  assert.equal(chat.services.lesson.policy.value, "none");
});

Deno.test("an old client is told by a message that its private message was refused", async () => {
  const chat = makeClass();
  const [max, bob, gus] = [
    await member(chat, "max"),
    await member(chat, "bob"),
    await guest(chat, "gus"),
  ];
  await type(chat, max, "/private staff");
  for (const peer of [max, bob, gus]) peer.take();
  const [error, notice] = await exchange(chat, gus, {
    type: "message",
    subtype: "private",
    to: "bob",
    content: "salut",
  });
  assert.deepEqual([error!["code"], error!["reason"]], ["forbidden", "private_staff"]);
  assert.deepEqual([notice!["from"], notice!["to"], notice!["content"]], [
    "ClassCord",
    "gus",
    'Not sent (private only with moderators now): "salut"',
  ]);
  assert.deepEqual(bob.take(), []);
});

const NAMES = ["ada", "max", "alice", "bob", "gus"] as const;
const IS_STAFF: ReadonlySet<string> = new Set(["ada", "max"]);

/** Ways of writing a private message. */
const WAYS: Record<string, (to: string, content: string) => Line> = {
  message: (to, content) => ({ type: "message", subtype: "private", to, content }),
  "message without subtype": (to, content) => ({ type: "message", to, content }),
  private: (to, content) => ({ type: "private", to, content }),
  "/msg": (to, content) => ({ type: "message", content: `/msg ${to} ${content}` }),
  "/w": (to, content) => ({ type: "message", content: `/w "${to}" ${content}` }),
};

function expected(policy: PrivatePolicy, from: string, to: string): boolean {
  if (policy === "all" || IS_STAFF.has(from)) return true;
  return policy === "staff" && IS_STAFF.has(to);
}

Deno.test("every way of writing privately obeys the policy, to users online and to kept mail", async () => {
  const step = fc.record({
    policy: fc.constantFrom(...PRIVATE_POLICIES),
    from: fc.constantFrom(...NAMES),
    to: fc.constantFrom(...NAMES),
    way: fc.constantFrom(...Object.keys(WAYS)),
    online: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const chat = makeClass();
      const root = chat.operate();
      for (const [number, { policy: set, from, to, way, online }] of steps.entries()) {
        if (from === to) continue;
        await ask(chat, root, policy(set));
        const sender = await enter(chat, from);
        const recipient = online || to === "gus" ? await enter(chat, to) : undefined;
        const content = `letter ${number}`;
        await exchange(chat, sender, WAYS[way]!(to, content));
        const isStored = chat.stored.some((message) => message.content === content);
        assert.equal(isStored, expected(set, from, to), `${way} from ${from} to ${to}: ${set}`);
        const got = (recipient?.take() ?? []).filter((line) => line["content"] === content);
        assert.equal(got.length, recipient !== undefined && isStored ? 1 : 0);
        for (const peer of [sender, recipient]) {
          if (peer) await exchange(chat, peer, { type: "logout" });
        }
      }
      chat.database.close();
    }),
    { numRuns: 60 },
  );
});

async function enter(chat: FakeChat, name: string): Promise<FakePeer> {
  const peer = name === "gus" ? await guest(chat, name) : await modernMember(chat, name);
  peer.take();
  return peer;
}

Deno.test("mail that was kept before the policy changed is still delivered", async () => {
  const chat = makeClass();
  const [max, alice] = [await page(chat, "max"), await page(chat, "alice")];
  await ask(chat, alice, { type: "private", to: "bob", content: "before" });
  await ask(chat, max, policy("none"));
  const bob = await modernMember(chat, "bob");
  chat.turn();
  assert.deepEqual(told(max), []);
  const history = await ask(chat, bob, { type: "history", with: "alice" });
  assert.equal((history["messages"] as Line[]).length, 1);
});
