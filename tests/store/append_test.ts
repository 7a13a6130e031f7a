// Tests how much work storing a message takes.
import assert from "node:assert/strict";
import { StatementSync } from "node:sqlite";
import { MessageStore } from "../../lib/store/messages.ts";
import { withDatabase } from "../support/database.ts";
import { newMessage } from "../support/messages.ts";

Deno.test("a private message between two guests takes one statement", async () => {
  await withDatabase((database) => {
    const store = new MessageStore(database);
    const { run } = StatementSync.prototype;
    let runs = 0;
    StatementSync.prototype.run = function (this: StatementSync, ...values: unknown[]) {
      runs++;
      return Reflect.apply(run, this, values);
    };
    try {
      store.append([newMessage({ subtype: "private", channel: null, recipient: "bob" })]);
    } finally {
      StatementSync.prototype.run = run;
    }
    assert.equal(runs, 1);
  });
});
