// A chat without sockets, files or hashing: peers that remember what they were sent, and a database in memory.
import { setImmediate } from "node:timers";
import { DatabaseSync } from "node:sqlite";
import type { PasswordPool } from "../../lib/auth/password_pool.ts";
import { ChatServer } from "../../lib/chat/chat_server.ts";
import { type Commit } from "../../lib/chat/delivery/outputs.ts";
import type { ServerObserver } from "../../lib/chat/observer.ts";
import type { Operations } from "../../lib/chat/operations.ts";
import type { ServerStats } from "../../lib/protocol/replies/operator.ts";
import type { Services } from "../../lib/chat/services.ts";
import type { Language } from "../../lib/chat/texts/catalogue.ts";
import { LocalEdge } from "../../lib/edge/local_edge.ts";
import type { CloseReason, LineConsumer, Peer } from "../../lib/net/peer.ts";
import { type Config, defaultConfig } from "../../lib/ops/config/schema.ts";
import { EventTail } from "../../lib/ops/observers/tail.ts";
import { nameKey } from "../../lib/protocol/names.ts";
import { createLiveSettings } from "../../lib/server/live_settings.ts";
import { createServices } from "../../lib/server/services.ts";
import { type AccountRole, AccountStore } from "../../lib/store/accounts.ts";
import type { Database } from "../../lib/store/database.ts";
import { MessageStore, type NewMessage } from "../../lib/store/messages.ts";
import { migrate } from "../../lib/store/migrations.ts";
import { FakeClock } from "../support/clock.ts";
import { TestIndex } from "../support/search.ts";

/** A line as a client parses it. */
export type Line = Record<string, unknown>;

/** The client's side of a connection. */
export class FakePeer implements Peer {
  readonly id: number;
  readonly address: string;
  readonly port = 50000;
  /** Whether it came over TLS. */
  secure = false;
  queuedBytes = 0;
  takenBytes = 0;
  closed = false;
  heardAt = performance.now();
  reason: CloseReason | undefined;
  consumer!: LineConsumer;
  /** Whether sent bytes stay in the outbox. */
  stalled = false;
  /** Delivers the output so far, as at the end of a turn. */
  lookAt: () => void = () => {};
  readonly #unwritten: (() => void)[] = [];
  #writes: string[] = [];

  constructor(id: number, address = "10.0.0.5") {
    this.id = id;
    this.address = address;
  }

  send(lines: Uint8Array, written?: () => void): void {
    if (this.closed) return;
    this.#writes.push(new TextDecoder().decode(lines));
    if (this.stalled) this.#unwritten.push(() => written?.());
    else written?.();
  }

  /** Delivers the bytes in the outbox after it has been {@linkcode stalled}. */
  flow(): void {
    this.stalled = false;
    for (const written of this.#unwritten.splice(0)) written();
  }

  close(reason: CloseReason): void {
    this.closed = true;
    this.reason ??= reason;
  }

  /** Sends one request. */
  async say(object: Line | string): Promise<void> {
    const text = typeof object === "string" ? object : JSON.stringify(object);
    this.heardAt = performance.now();
    await this.consumer.line(text, performance.now());
    this.lookAt();
  }

  /** Returns the lines since the last call. */
  take(): Line[] {
    return this.takeWrites().flat();
  }

  /** Like {@linkcode take}, with the lines of each write in a separate list. */
  takeWrites(): Line[][] {
    this.lookAt();
    return this.#writes.splice(0).map((lines) =>
      lines.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line))
    );
  }
}

/** A whole chat. */
export interface FakeChat {
  readonly services: Services;
  readonly database: Database;
  readonly accountStore: AccountStore;
  readonly stored: NewMessage[];
  /** The names of observer calls with the essential arguments. */
  readonly events: unknown[][];
  /** Whether the next append fails. */
  failNextAppend: boolean;
  /** The time of day, which tests may set. */
  time: number;
  /** The clock of the throttle and of the windows of old clients. */
  readonly clock: FakeClock;
  /** A function that runs while a password is hashed or verified. */
  readonly hashing: { work: () => void };
  /** Connects as an operator. */
  operate(name?: string): FakePeer;
  /** The edge of all connections. */
  readonly edge: LocalEdge;
  /** Adds another edge. */
  addEdge(name: string): LocalEdge;
  connect(address?: string, edge?: LocalEdge): FakePeer;
  /** Runs a turn of the event loop: stores and delivers the appended events. */
  turn(): void;
  /** Stops the chat. */
  stop(reason?: string): void;
}

/** What a test may replace. */
export type ChatOverrides = Partial<Services> & {
  readonly language?: Language;
  readonly commit?: Commit;
  /** The database of another chat. */
  readonly database?: Database;
};

/** Makes a chat. `accounts` maps names to passwords, followed by a slash and the role if any: `1234/admin`. */
export function makeChat(
  accounts: Record<string, string> = {},
  { language = "en", commit, database = memoryDatabase(), ...overrides }: ChatOverrides = {},
): FakeChat {
  const events: unknown[][] = [];
  const accountStore = new AccountStore(database);
  for (const [name, text] of Object.entries(accounts)) {
    const [passwordHash = "", role = "member"] = text.split("/");
    const account = { name, key: nameKey(name), passwordHash, now: 0 };
    accountStore.create({ ...account, role: role as AccountRole });
  }
  const settings = createLiveSettings(unlimited(language), {});
  Object.assign(settings.limits, { replyBytes: 512 * 1024 });
  const clock = new FakeClock(0);
  const hashing = { work: () => {} };
  const messages = new MessageStore(database);
  const stored: NewMessage[] = [];
  const state = { failNextAppend: false, time: Date.UTC(2026, 10, 22) };
  // A test with its own commit decides when turns end.
  const lookAt = () => {
    while (commit === undefined && services.outputs.waits) services.outputs.commit();
  };
  // Each timer runs in a separate turn.
  const timers = {
    after: (milliseconds: number, run: () => void) =>
      clock.after(milliseconds, () => {
        run();
        lookAt();
      }),
  };
  const services = createServices({
    settings,
    database,
    pool: plainPool(() => hashing.work()),
    observer: recordingObserver(events),
    operations: fakeOperations(),
    search: new TestIndex(database),
    later: setImmediate,
    storage: { refusal: undefined, refuseLost() {} },
    log: { write() {} },
    addresses: { tls: undefined },
    messages: {
      append(batch) {
        if (state.failNextAppend) {
          state.failNextAppend = false;
          throw new Error("database or disk is full");
        }
        stored.push(...batch);
        return messages.append(batch);
      },
    },
    commit,
    clock: { now: () => state.time, after: timers.after },
    steady: clock,
  });
  Object.defineProperties(services, Object.getOwnPropertyDescriptors(overrides));
  const probe = { mayScrape: () => true, text: () => Promise.resolve("metric 1\n") };
  const server = new ChatServer(services, probe);
  const edge = new LocalEdge({ core: server, timers });
  let peers = 0;
  return Object.assign(state, {
    services,
    database,
    accountStore,
    stored,
    events,
    clock,
    hashing,
    edge,
    addEdge: (name: string) => new LocalEdge({ core: server, timers, name }),
    connect(address?: string, from = edge) {
      const peer = new FakePeer(++peers, address);
      peer.lookAt = lookAt;
      peer.consumer = hearingTheEnd(peer, from.open(peer));
      return peer;
    },
    operate(name = "root") {
      const peer = new FakePeer(++peers, "");
      peer.lookAt = lookAt;
      peer.consumer = edge.open(peer, { operator: name });
      return peer;
    },
    turn() {
      services.log.storeNow();
      services.outputs.end();
      lookAt();
    },
    stop: (reason?: string) => server.stop(reason),
  });
}

/** The default settings without limits on clients. */
function unlimited(language: Language): Config {
  const config = defaultConfig();
  return {
    ...config,
    server: { ...config.server, language },
    limits: {
      ...config.limits,
      messages_per_second: 0,
      bytes_per_second: 0,
      connections: 0,
      connections_per_address: 0,
    },
  };
}

/** Wraps a consumer: a proper close counts as hearing from the connection. */
function hearingTheEnd(peer: FakePeer, consumer: LineConsumer): LineConsumer {
  return {
    line: (text, readAt) => consumer.line(text, readAt),
    overlong: (error) => consumer.overlong(error),
    metrics: () => consumer.metrics(),
    ended(reason) {
      if (reason === "client") peer.heardAt = performance.now();
      consumer.ended(reason);
      peer.lookAt();
    },
  };
}

/** A private database that is deleted with the test. */
function memoryDatabase(): Database {
  const sqlite = new DatabaseSync(":memory:");
  sqlite.exec("PRAGMA foreign_keys = ON");
  migrate(sqlite, 0);
  return { sqlite, path: ":memory:", shared: true, share: () => true, close: () => sqlite.close() };
}

/** Stores passwords in plaintext for speed: the "hash" of a password is the password. */
function plainPool(meanwhile: () => void): Pick<PasswordPool, "hash" | "verify" | "parameters"> {
  return {
    parameters: { memoryKib: 64, iterations: 1, parallelism: 1 },
    async hash(password) {
      await Promise.resolve();
      meanwhile();
      return password;
    },
    async verify(stored, password) {
      await Promise.resolve();
      meanwhile();
      return stored === password;
    },
  };
}

function fakeOperations(): Operations {
  return {
    stats: () => ({} as ServerStats),
    reload: () => ({ file: undefined, problems: [], warnings: [], changed: [], needsRestart: [] }),
    shutdown() {},
    tail: new EventTail(() => Date.UTC(2026, 10, 22)),
  };
}

function recordingObserver(events: unknown[][]): ServerObserver {
  return new Proxy({} as ServerObserver, {
    get: (_, name) => (...args: unknown[]) => {
      events.push([name, ...args.filter((arg) => !(arg instanceof FakePeer))]);
    },
  });
}
