// `deno task bench --check`: counts the work of delivery instead of measuring time. The counts are the same on
// every machine, so a change for the worse fails immediately.
import type { ByteStream } from "../lib/net/byte_stream.ts";
import { Connection } from "../lib/net/connection.ts";
import { Frames } from "../lib/net/web/frames.ts";
import { WebSocketStream } from "../lib/net/web/web_socket_stream.ts";
import { makeChat } from "../tests/chat/fakes.ts";
import { frame } from "../tests/support/browser.ts";

/** An in-memory stream of a connection. It counts the writes. */
class CountingStream implements ByteStream {
  writes = 0;
  lines = 0;
  #feed = Promise.withResolvers<Uint8Array | null>();
  #gate: PromiseWithResolvers<void> | undefined;
  readonly #isWeb: boolean;

  /** @param isWeb Lines travel in the frames of a WebSocket. */
  constructor(isWeb: boolean) {
    this.#isWeb = isWeb;
  }

  /** Passes these bytes to the server as the next read. */
  push(text: string | null): void {
    if (text === null) this.#feed.resolve(null);
    else this.#feed.resolve(this.#isWeb ? frame(1, text) : new TextEncoder().encode(text));
  }

  /** Blocks writes until they are released. */
  block(): void {
    this.#gate = Promise.withResolvers();
  }

  release(): void {
    this.#gate?.resolve();
    this.#gate = undefined;
  }

  async read(into: Uint8Array): Promise<number | null> {
    const bytes = await this.#feed.promise;
    this.#feed = Promise.withResolvers();
    if (bytes === null) return null;
    into.set(bytes);
    return bytes.length;
  }

  async write(bytes: Uint8Array): Promise<number> {
    this.writes++;
    await this.#gate?.promise;
    this.lines += this.#isWeb ? countFrames(bytes) : bytes.filter((byte) => byte === 0x0a).length;
    return bytes.length;
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}
}

function countFrames(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; count++) {
    const length = bytes[at + 1]!;
    at += length < 126 ? 2 + length : 4 + bytes[at + 2]! * 256 + bytes[at + 3]!;
  }
  return count;
}

interface Work {
  readonly writes: number;
  readonly frames: number;
  readonly encodes: number;
  readonly transactions: number;
  readonly lines: number;
}

/** A chat with `count` guests over counting streams. */
class Room {
  readonly streams: CountingStream[] = [];
  readonly #frames = new Frames();
  readonly #chat = makeChat({}, {});
  readonly #running: Promise<void>[] = [];
  #transactions = 0;

  static async open(count: number, isWeb = false): Promise<Room> {
    const room = new Room();
    for (let i = 0; i < count; i++) {
      const stream = new CountingStream(isWeb);
      const info = { id: i, address: "10.0.0.5", port: i };
      const limits = { lineBytes: 65_536, outboxBytes: 0 };
      const shared = { frames: room.#frames, limits, open: new Set<WebSocketStream>() };
      const carrier = isWeb ? new WebSocketStream(stream, shared) : stream;
      const connection = new Connection(carrier, info, { ...limits, bringsLines: isWeb });
      const ended = Promise.withResolvers<void>();
      room.#running.push(ended.promise);
      connection.start(room.#chat.edge.open(connection), () => ended.resolve());
      room.streams.push(stream);
    }
    const { stored } = room.#chat;
    const push = stored.push.bind(stored);
    stored.push = (...messages) => {
      room.#transactions++;
      return push(...messages);
    };
    await settle();
    return room;
  }

  /** Runs `act` and returns the work of the turn of the event loop in which it ran. */
  async measure(act: () => void): Promise<Work> {
    const before = this.#sum();
    const encode = TextEncoder.prototype.encode;
    let encodes = 0;
    act();
    TextEncoder.prototype.encode = function (text) {
      encodes++;
      return encode.call(this, text);
    };
    await settle();
    TextEncoder.prototype.encode = encode;
    const after = this.#sum();
    return {
      writes: after.writes - before.writes,
      frames: after.frames - before.frames,
      lines: after.lines - before.lines,
      transactions: after.transactions - before.transactions,
      encodes,
    };
  }

  #sum(): Omit<Work, "encodes"> {
    return {
      frames: this.#frames.count,
      writes: this.streams.reduce((sum, { writes }) => sum + writes, 0),
      lines: this.streams.reduce((sum, { lines }) => sum + lines, 0),
      transactions: this.#transactions,
    };
  }

  async close(): Promise<void> {
    for (const stream of this.streams) stream.push(null);
    await Promise.all(this.#running);
  }
}

/** Waits until everything that follows from the reads has happened. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 0));
}

const join = (i: number) => `{"type":"message","from":"g${i}","content":""}\n`;
const say = (i: number) => `{"type":"message","content":"message ${i}"}\n`;

interface Expectation {
  readonly what: string;
  readonly work: Work;
  readonly most: Partial<Work>;
  readonly lines: number;
}

/** Runs the checks, prints the counts, and returns whether every count is within its limit. */
export async function check(): Promise<boolean> {
  const results: Expectation[] = [];
  const room = await Room.open(200);
  results.push({
    what: "200 join in one turn: one encode, one write each",
    work: await room.measure(() => room.streams.forEach((stream, i) => stream.push(join(i)))),
    most: { encodes: 1, writes: 200, transactions: 0 },
    lines: 200 * 199,
  });
  results.push({
    what: "64 messages in one turn: one encode, one transaction, one write each",
    work: await room.measure(() => room.streams.slice(0, 64).forEach((s, i) => s.push(say(i)))),
    most: { encodes: 1, writes: 200, transactions: 1 },
    lines: 64 * 199,
  });
  results.push({
    what: "a lone message: one encode, one transaction, one write each",
    work: await room.measure(() => room.streams[0]!.push(say(0))),
    most: { encodes: 1, writes: 199, transactions: 1 },
    lines: 199,
  });
  room.streams.forEach((stream) => stream.block());
  await room.measure(() => room.streams[0]!.push(say(0)));
  for (let i = 0; i < 9; i++) await room.measure(() => room.streams[0]!.push(say(i)));
  results.push({
    what: "9 turns while a write is in flight: one write each",
    work: await room.measure(() => room.streams.forEach((stream) => stream.release())),
    most: { encodes: 0, writes: 199, transactions: 0 },
    lines: 10 * 199,
  });
  await room.close();
  results.push(...await checkWeb());
  return report(results);
}

/** The same for pages: the frames of what many receive are made once. */
async function checkWeb(): Promise<Expectation[]> {
  const room = await Room.open(200, true);
  const join200 = await room.measure(() =>
    room.streams.forEach((stream, i) => stream.push(join(i)))
  );
  const results: Expectation[] = [
    {
      what:
        "200 pages join in one turn: the frames of each once, since each is left out of its own",
      work: join200,
      most: { encodes: 1, frames: 200, writes: 200, transactions: 0 },
      lines: 200 * 199,
    },
    {
      what: "a lone message to 199 pages: its frame once",
      work: await room.measure(() => room.streams[0]!.push(say(0))),
      most: { encodes: 1, frames: 1, writes: 199, transactions: 1 },
      lines: 199,
    },
    {
      what: "64 messages of pages in one turn: the frames once, and once for each of the writers",
      work: await room.measure(() => room.streams.slice(0, 64).forEach((s, i) => s.push(say(i)))),
      most: { encodes: 1, frames: 65, writes: 200, transactions: 1 },
      lines: 64 * 199,
    },
  ];
  await room.close();
  return results;
}

function report(results: readonly Expectation[]): boolean {
  let good = true;
  for (const { what, work, most, lines } of results) {
    const over = Object.entries(most).filter(([key, bound]) => work[key as keyof Work] > bound);
    const right = over.length === 0 && work.lines === lines;
    good &&= right;
    console.log(`${right ? "ok  " : "FAIL"} ${what}: ${JSON.stringify(work)}`);
    if (!right) console.log(`     expected ${lines} lines and at most ${JSON.stringify(most)}`);
  }
  return good;
}
