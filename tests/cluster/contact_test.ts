// When a node tries to lead, and when it is cut off.
import assert from "node:assert/strict";
import {
  Contact,
  CUT_OFF_MS,
  GIVE_UP_MS,
  SILENCE_MS,
  type Stage,
} from "../../lib/cluster/contact.ts";

interface Watched {
  readonly contact: Contact;
  readonly stages: Stage[];
  /** Passes time, with a look at each tenth of a second. */
  readonly pass: (milliseconds: number) => void;
  /** Stops the process for a while. */
  readonly stop: (milliseconds: number) => void;
}

function watch(): Watched {
  let now = 5_000;
  const stages: Stage[] = [];
  const contact = new Contact(() => now, (stage) => stages.push(stage));
  return {
    contact,
    stages,
    pass(milliseconds) {
      for (const end = now + milliseconds; now < end;) {
        now += 100;
        contact.look();
      }
    },
    stop: (milliseconds) => now += milliseconds,
  };
}

Deno.test("a node tries to lead after three seconds of silence, at the latest half a second later", () => {
  const { contact, pass } = watch();
  pass(SILENCE_MS - 100);
  assert.equal(contact.shouldLead(), false);
  pass(600);
  assert.equal(contact.shouldLead(), true);
  assert.equal(contact.shouldLead(true), false, "a node with a full disk leaves it to others");
  pass(5_000);
  assert.equal(contact.shouldLead(true), true);
  contact.heard();
  assert.equal(contact.shouldLead(), false);
});

Deno.test("a node tries to lead at once when the leader has resigned, but not if it has resigned itself", () => {
  const { contact, pass } = watch();
  contact.left();
  pass(500);
  assert.equal(contact.shouldLead(), true);
  contact.rest();
  contact.left();
  pass(9_900);
  assert.equal(contact.shouldLead(), false);
  pass(200);
  assert.equal(contact.shouldLead(), true);
});

Deno.test("a node is cut off after 15 seconds, gives up after 60, and is well at the first contact", () => {
  const { contact, stages, pass } = watch();
  pass(CUT_OFF_MS - 100);
  assert.deepEqual(stages, []);
  // Beats without the log do not help.
  contact.heard();
  pass(100);
  assert.deepEqual(stages, ["cut off"]);
  pass(GIVE_UP_MS - CUT_OFF_MS - 100);
  assert.deepEqual(stages, ["cut off"]);
  pass(100);
  assert.deepEqual(stages, ["cut off", "given up"]);
  contact.reached();
  assert.deepEqual(stages, ["cut off", "given up", "well"]);
  assert.equal(contact.lost, 0);
  contact.reached();
  pass(CUT_OFF_MS);
  assert.deepEqual(stages.slice(3), ["cut off"]);
});

Deno.test("the time during which the process was stopped does not count", () => {
  const { contact, stages, pass, stop } = watch();
  stop(120_000);
  pass(1_000);
  assert.equal(contact.shouldLead(), false);
  assert.deepEqual(stages, []);
  pass(CUT_OFF_MS);
  assert.deepEqual(stages, ["cut off"]);
});
