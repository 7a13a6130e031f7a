// Tests of lib/net/turns/departures.ts and lib/net/turns/poll.ts.
import assert from "node:assert/strict";
import { Departures } from "../../../lib/net/turns/departures.ts";
import { Outbox } from "../../../lib/net/outbox.ts";
import { Poll } from "../../../lib/net/turns/poll.ts";

/** Departures whose turns pass when a test says so. */
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

/** Outboxes that note who writes what. */
function makeOutboxes(
  count: number,
  departures: Departures,
  taken: (bytes: number) => number | Promise<number> = (bytes) => Promise.resolve(bytes),
) {
  const written: string[] = [];
  const decoder = new TextDecoder();
  const outboxes = Array.from({ length: count }, (_, number) =>
    new Outbox(
      {
        write(bytes) {
          written.push(`${number} ${decoder.decode(bytes)}`);
          return taken(bytes.length);
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

Deno.test("a line for many is written in slices, to each once, joined with what is put in meanwhile", async () => {
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

Deno.test("an answer in a later turn does not wait behind the queue", async () => {
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

Deno.test("an outbox whose bytes are taken at once writes once in a turn, and joins what comes after", () => {
  const turns = makeDepartures(3);
  const { written, put } = makeOutboxes(2, turns.departures, (bytes) => bytes);
  for (const text of ["a", "b", "c"]) put(0, text);
  put(1, "a");
  assert.deepEqual(written, ["0 a", "1 a"]);
  turns.newTurn();
  assert.deepEqual(written.slice(2), ["0 bc"]);
  put(0, "d");
  turns.newTurn();
  assert.deepEqual(written.slice(3), ["0 d"]);
  turns.newTurn();
  assert.ok(turns.idle);
  put(0, "e");
  assert.deepEqual(written.slice(4), ["0 e"]);
});

Deno.test("a long answer that is taken at once leaves 64 KiB in each turn, and others have theirs", async () => {
  const turns = makeDepartures(1);
  const { written, put, outboxes } = makeOutboxes(3, turns.departures, (bytes) => bytes);
  put(0, "x".repeat(150_000));
  put(1, "a");
  put(2, "x".repeat(70_000));
  const lengths = () => written.splice(0).map((text) => `${text[0]} ${text.length - 2}`);
  assert.deepEqual(lengths(), ["0 65536"]);
  turns.look();
  assert.deepEqual(lengths(), ["1 1"]);
  turns.newTurn();
  assert.deepEqual(lengths(), ["0 65536"]);
  for (let i = 0; i < 10 && !turns.idle; i++) {
    turns.look();
    turns.newTurn();
  }
  assert.deepEqual(lengths().sort(), ["0 18928", "2 4464", "2 65536"]);
  assert.ok(turns.idle);
  await outboxes[0]!.drain();
  assert.equal(outboxes[0]!.queuedBytes, 0);
});

Deno.test("a peer that takes much for long keeps the event loop from its sockets for four turns at most", () => {
  const turns = makeDepartures(2);
  const { written, put, outboxes } = makeOutboxes(2, turns.departures, (bytes) => bytes);
  put(0, "x".repeat(2_000_000));
  put(1, "x".repeat(2_000_000));
  let inRow = 0;
  for (let i = 0; outboxes.some(({ queuedBytes }) => queuedBytes > 0); i++) {
    assert.ok(i < 100);
    const before = written.length;
    turns.newTurn();
    inRow = written.length > before ? inRow + 1 : 0;
    assert.ok(inRow < 4);
    if (inRow === 0) turns.look();
  }
  assert.equal(written.length, 2 * Math.ceil(2_000_000 / 65_536));
});

Deno.test("an outbox that waits for its slice is written out when its connection closes", async () => {
  const turns = makeDepartures(1);
  const { written, put, outboxes } = makeOutboxes(2, turns.departures);
  put(0, "a");
  put(1, "a");
  await outboxes[1]!.drain();
  assert.deepEqual(written, ["0 a", "1 a"]);
  turns.look();
  assert.equal(written.length, 2);
});

Deno.test("Poll looks at the sockets before it runs something", async () => {
  using poll = await Poll.open();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  using near = await Deno.connect({ hostname: "127.0.0.1", port });
  using far = await listener.accept();
  for (let i = 0; i < 50; i++) {
    let heard = false;
    const reading = far.read(new Uint8Array(8)).then(() => heard = true);
    await near.write(new Uint8Array(1));
    // What was written is readable now; the round that finds it may have begun before.
    for (let rounds = 0; rounds < 3 && !heard; rounds++) {
      await new Promise<void>((resolve) => poll.after(resolve));
    }
    assert.ok(heard);
    await reading;
  }
});

Deno.test("Poll works with timers once it is closed, and runs what waited for it", async () => {
  const poll = await Poll.open();
  const waited = new Promise<void>((resolve) => poll.after(resolve));
  poll[Symbol.dispose]();
  await waited;
  await new Promise<void>((resolve) => poll.after(resolve));
});
