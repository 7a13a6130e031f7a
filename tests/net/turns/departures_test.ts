// Tests of lib/net/turns/departures.ts and lib/net/turns/poll.ts.
import assert from "node:assert/strict";
import { Departures } from "../../../lib/net/turns/departures.ts";
import { Outbox } from "../../../lib/net/outbox.ts";
import { Poll } from "../../../lib/net/turns/poll.ts";

/** Creates departures whose turns the test controls. */
function makeDepartures(slice: number) {
  const soon: (() => void)[] = [];
  const later: (() => void)[] = [];
  const departures = new Departures({
    slice,
    soon: (run) => void soon.push(run),
    later: (run) => void later.push(run),
  });
  return {
    departures,
    newTurn: () => soon.splice(0).forEach((run) => run()),
    look: () => later.splice(0).forEach((run) => run()),
    get idle() {
      return soon.length + later.length === 0;
    },
  };
}

/** Creates outboxes that record the number of the outbox and the text of each write. */
function makeOutboxes(count: number, departures: Departures) {
  const written: string[] = [];
  const decoder = new TextDecoder();
  const outboxes = Array.from({ length: count }, (_, number) =>
    new Outbox(
      {
        write(bytes) {
          written.push(`${number} ${decoder.decode(bytes)}`);
          return Promise.resolve(bytes.length);
        },
      },
      0,
      { overflow() {}, failed() {}, departures },
    ));
  const put = (number: number, text: string) =>
    outboxes[number]!.put(new TextEncoder().encode(text));
  return { written, outboxes, put };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

Deno.test("a line for many connections is written in slices, joined with data that is put in meanwhile", async () => {
  const turns = makeDepartures(2);
  const { written, put } = makeOutboxes(5, turns.departures);
  for (let i = 0; i < 5; i++) put(i, "a");
  assert.deepEqual(written, ["0 a", "1 a"]);
  for (let i = 0; i < 5; i++) put(i, "b");
  turns.look();
  assert.deepEqual(written.slice(2), ["2 ab", "3 ab"]);
  turns.look();
  assert.deepEqual(written.slice(4), ["4 ab"]);
  await settle();
  assert.deepEqual(written.slice(5), ["0 b", "1 b"]);
  turns.newTurn();
  assert.ok(turns.idle);
});

Deno.test("a reply in a later turn does not wait behind the queue", async () => {
  const turns = makeDepartures(1);
  const { written, put } = makeOutboxes(4, turns.departures);
  for (let i = 0; i < 4; i++) put(i, "a");
  await settle();
  turns.newTurn();
  put(3, "b");
  assert.deepEqual(written, ["0 a", "3 ab"]);
  turns.look();
  turns.look();
  turns.look();
  assert.deepEqual(written, ["0 a", "3 ab", "1 a", "2 a"]);
});

Deno.test("an outbox that waits for its slice is written when its connection closes", async () => {
  const turns = makeDepartures(1);
  const { written, put, outboxes } = makeOutboxes(2, turns.departures);
  put(0, "a");
  put(1, "a");
  await outboxes[1]!.drain();
  assert.deepEqual(written, ["0 a", "1 a"]);
  turns.look();
  assert.equal(written.length, 2);
});

Deno.test("Poll runs a function after the event loop has polled the sockets", async () => {
  using poll = await Poll.open();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  using near = await Deno.connect({ hostname: "127.0.0.1", port });
  using far = await listener.accept();
  for (let i = 0; i < 50; i++) {
    let heard = false;
    const reading = far.read(new Uint8Array(8)).then(() => heard = true);
    await near.write(new Uint8Array(1));
    // The byte is readable now, but the current round may have polled the sockets before.
    for (let rounds = 0; rounds < 3 && !heard; rounds++) {
      await new Promise<void>((resolve) => poll.after(resolve));
    }
    assert.ok(heard);
    await reading;
  }
});

Deno.test("Poll runs the functions that wait when it is closed, and works with timers from then on", async () => {
  const poll = await Poll.open();
  const ran: string[] = [];
  const runLater = (what: string) =>
    new Promise<void>((resolve) => {
      poll.after(() => {
        ran.push(what);
        resolve();
      });
    });
  const waited = runLater("before it was closed");
  poll[Symbol.dispose]();
  assert.deepEqual(ran, ["before it was closed"]);
  await waited;
  await runLater("after");
  assert.deepEqual(ran, ["before it was closed", "after"]);
});
