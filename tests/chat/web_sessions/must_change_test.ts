// Tests of accounts whose page asks for a new password at the next login.
import assert from "node:assert/strict";
import { makeChat } from "../fakes.ts";
import { ask, exchange, outcome } from "../people.ts";

Deno.test("only a client that asks for a token learns that it must change the password, until it has", async () => {
  const chat = makeChat({ ada: "given" });
  const { id } = chat.accountStore.findByKey("ada")!;
  chat.accountStore.setMustChange(id, true);
  const login = { type: "login", username: "ada", password: "given" };
  const old = chat.connect();
  assert.deepEqual(await exchange(chat, old, login), [{
    type: "login",
    status: "ok",
    username: "ada",
  }]);
  const page = chat.connect();
  const reply = await ask(chat, page, { ...login, session: true });
  assert.deepEqual([reply["status"], reply["must_change"]], ["ok", true]);
  const { token } = reply;
  const resumed = await ask(chat, chat.connect(), { type: "resume", token });
  assert.equal(resumed["must_change"], true);
  const same = await ask(chat, page, { type: "password", old: "given", new: "given" });
  assert.deepEqual([same["code"], same["reason"]], ["weak_password", "same_password"]);
  assert.equal(
    outcome(await ask(chat, page, { type: "password", old: "given", new: "mine" })),
    "ok",
  );
  const again = { ...login, password: "mine", session: true };
  const last = await ask(chat, chat.connect(), again);
  assert.deepEqual([last["status"], "must_change" in last], ["ok", false]);
  assert.equal(
    outcome(await ask(chat, page, { type: "password", old: "mine", new: "mine" })),
    "ok",
  );
});
