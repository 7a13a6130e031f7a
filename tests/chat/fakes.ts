// A chat without sockets, database or hashing: peers that remember what they were sent, and stores in
// memory.
import { DatabaseSync } from "node:sqlite";
import { Accounts } from "../../lib/auth/accounts.ts";
import type { PasswordPool } from "../../lib/auth/password_pool.ts";
import { Throttle } from "../../lib/auth/throttle.ts";
import { AddressLimit } from "../../lib/chat/limits/address_limit.ts";
import { BanList } from "../../lib/chat/moderation/ban_list.ts";
import { Channels } from "../../lib/chat/presence/channels.ts";
import { ChatServer } from "../../lib/chat/chat_server.ts";
import { createDelivery } from "../../lib/chat/delivery/delivery.ts";
import { Mailbox } from "../../lib/chat/delivery/mailbox.ts";
import { createLocalLog } from "../../lib/chat/delivery/message_log.ts";
import type { ServerObserver } from "../../lib/chat/observer.ts";
import type { Operations } from "../../lib/chat/operations.ts";
import type { ServerStats } from "../../lib/protocol/replies/operator.ts";
import { reportGuessing } from "../../lib/chat/moderation/staff.ts";
import { Roster } from "../../lib/chat/presence/roster.ts";
import type { ChatLimits, Services } from "../../lib/chat/services.ts";
import { EventTail } from "../../lib/ops/observers/tail.ts";
import { UnsentNotices } from "../../lib/chat/delivery/unsent.ts";
import { isReached, Windows } from "../../lib/chat/delivery/windows.ts";
import { type Language, Texts } from "../../lib/chat/texts/catalogue.ts";
import type { CloseReason, LineConsumer, Peer } from "../../lib/net/peer.ts";
import { Turns } from "../../lib/net/turns/turns.ts";
import { systemClock } from "../../lib/ops/background.ts";
import { nameKey } from "../../lib/protocol/names.ts";
import { type AccountRole, AccountStore } from "../../lib/store/accounts.ts";
import { AuditStore } from "../../lib/store/audit.ts";
import { ChannelStore } from "../../lib/store/channels.ts";
import type { Database } from "../../lib/store/database.ts";
import { HistoryStore } from "../../lib/store/history.ts";
import { KnownNetworkStore } from "../../lib/store/known_networks.ts";
import { MailStore } from "../../lib/store/mail.ts";
import { MessageStore, type NewMessage } from "../../lib/store/messages.ts";
import { migrate } from "../../lib/store/migrations.ts";
import { PersonalDataStore } from "../../lib/store/personal_data.ts";
import { SanctionStore } from "../../lib/store/sanctions.ts";
import { transact } from "../../lib/store/transaction.ts";
import { TestIndex } from "../support/search.ts";

import { FakeClock } from "../support/clock.ts";

/** A line as a client parses it. */
export type Line = Record<string, unknown>;

/** The other end of a connection. */
export class FakePeer implements Peer {
  readonly id: number;
  readonly address: string;
  readonly port = 50000;
  queuedBytes = 0;
  closed = false;
  heardAt = performance.now();
  reason: CloseReason | undefined;
  consumer!: LineConsumer;
  /** What is sent stays in the outbox. */
  stalled = false;
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

  /** Lets what was sent go out, after it has been {@linkcode stalled}. */
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
  }

  /** What came since the last look. */
  take(): Line[] {
    return this.takeWrites().flat();
  }

  /** As {@linkcode take}, the lines of each write by themselves. */
  takeWrites(): Line[][] {
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
  /** Names of observer calls with what matters of their arguments. */
  readonly events: unknown[][];
  /** Makes the next append fail. */
  failNextAppend: boolean;
  /** The time of day, for tests to set. */
  time: number;
  /** The clock of the throttle and of the windows of old clients. */
  readonly clock: FakeClock;
  /** What happens while a password is hashed or checked. */
  readonly hashing: { work: () => void };
  connect(address?: string): FakePeer;
  /** Connects as the operator. */
  operate(name?: string): FakePeer;
  /** Runs a turn of the event loop: what was appended is stored and delivered. */
  turn(): void;
  /** Stops the chat. */
  stop(reason?: string): void;
}

/** What a test may want otherwise. */
export type ChatOverrides = Partial<Services> & { readonly language?: Language };

/** Makes a chat; `accounts` are name → password, with the role behind a slash: `1234/admin`. */
export function makeChat(
  accounts: Record<string, string> = {},
  { language = "en", ...overrides }: ChatOverrides = {},
): FakeChat {
  const events: unknown[][] = [];
  const observer = recordingObserver(events);
  const database = memoryDatabase();
  const accountStore = new AccountStore(database);
  const add = (name: string, text: string) => {
    const [passwordHash = "", role = "member"] = text.split("/");
    const account = { name, key: nameKey(name), passwordHash, now: 0 };
    return accountStore.create({ ...account, role: role as AccountRole });
  };
  for (const [name, password] of Object.entries(accounts)) add(name, password);
  const clock = new FakeClock(0);
  const accountRules = new Accounts({
    store: accountStore,
    networks: new KnownNetworkStore(database),
    pool: plainPool(() => hashing.work()),
    throttle: new Throttle({
      clock,
      guessed: (key, network, failures) =>
        reportGuessing({ key, network, failures }, chat.services),
    }),
    rules: { passwordMin: 4, registration: true },
    now: () => chat.time,
  });
  const hashing = { work: () => {} };
  const roster = new Roster((key) => accountStore.findByKey(key) !== undefined);
  const channelStore = new ChannelStore(database);
  const channels = new Channels(channelStore, 0);
  const messages = new MessageStore(database);
  const sanctions = new SanctionStore(database);
  const stored: NewMessage[] = [];
  const now = () => chat.time;
  const limits: ChatLimits = {
    lineBytes: 65_536,
    contentBytes: 8192,
    replyBytes: 512 * 1024,
    requests: { perSecond: 0, burst: 0 },
    malformedPerMinute: 5,
    unjoinedSeconds: 900,
    mailMessages: 1_000,
    mailBytes: 4 * 2 ** 20,
  };
  const mail = new Mailbox({ store: new MailStore(database), observer, limits });
  const told = { timers: clock, texts: () => chat.services.texts, now };
  const unsent = new UnsentNotices(told);
  const chat: FakeChat = {
    stored,
    events,
    database,
    accountStore,
    failNextAppend: false,
    clock,
    hashing,
    time: Date.UTC(2026, 10, 22),
    services: {
      accounts: accountRules,
      accountStore,
      accountChanges: accountStore,
      roster,
      log: createLocalLog({
        store: {
          append(batch) {
            if (chat.failNextAppend) {
              chat.failNextAppend = false;
              throw new Error("database or disk is full");
            }
            stored.push(...batch);
            return messages.append(batch);
          },
        },
        listener: createDelivery({
          audiences: { roster, channels, mail },
          observer,
          texts: () => chat.services.texts,
          unsent,
        }),
        isReached(name, accountId) {
          const user = roster.find(nameKey(name));
          return user?.accountId === accountId && isReached(user);
        },
        listeners: () => roster.sessions.size,
        after: systemClock.after,
      }),
      observer,
      operations: fakeOperations(),
      channels,
      expulsions: channelStore,
      personalData: new PersonalDataStore(database),
      history: new HistoryStore(database),
      search: new TestIndex(database),
      mail,
      windows: new Windows({ mail, ...told }),
      unsent,
      sanctions,
      banList: new BanList(() => sanctions.bans(0)),
      audit: new AuditStore(database),
      atomically: (work) => transact(database, work),
      sessions: new Set(),
      texts: new Texts(language),
      channelRules: { create: "members", max: 200, perUser: 50, perMaker: 20 },
      limits,
      addressLimit: new AddressLimit(UNLIMITED, { now: () => 0, after: () => () => {} }),
      turns: new Turns(),
      refusesPassword: () => undefined,
      refusesStoring: () => undefined,
      guests: true,
      accountAdmin: true,
      now,
      ...overrides,
    },
    connect(address) {
      const peer = new FakePeer(++peers, address);
      peer.consumer = hearingTheEnd(peer, server.open(peer));
      return peer;
    },
    operate(name = "root") {
      const peer = new FakePeer(++peers, "");
      peer.consumer = server.open(peer, { operator: { name } });
      return peer;
    },
    turn() {
      chat.services.log.flush();
    },
    stop(reason) {
      server.stop(reason);
    },
  };
  let peers = 0;
  const probe = { mayScrape: () => true, text: () => Promise.resolve("metric 1\n") };
  const server = new ChatServer(chat.services, probe);
  return chat;
}

/** As a connection: an orderly end is a sign of life. */
function hearingTheEnd(peer: FakePeer, consumer: LineConsumer): LineConsumer {
  return {
    line: (text, readAt) => consumer.line(text, readAt),
    overlong: (error) => consumer.overlong(error),
    metrics: () => consumer.metrics(),
    ended(reason) {
      if (reason === "client") peer.heardAt = performance.now();
      consumer.ended(reason);
    },
  };
}

/** A database that nobody else sees and that ends with the test. */
function memoryDatabase(): Database {
  const sqlite = new DatabaseSync(":memory:");
  sqlite.exec("PRAGMA foreign_keys = ON");
  migrate(sqlite, 0);
  return { sqlite, path: ":memory:", shared: true, share: () => true, close: () => sqlite.close() };
}

/** Passwords in clear, for speed: the "hash" of one is itself. */
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

const UNLIMITED = {
  requests: { perSecond: 0, burst: 0 },
  joins: { perSecond: 0, burst: 0 },
  tokensPerByte: 0,
};

function recordingObserver(events: unknown[][]): ServerObserver {
  return new Proxy({} as ServerObserver, {
    get: (_, name) => (...args: unknown[]) => {
      events.push([name, ...args.filter((arg) => !(arg instanceof FakePeer))]);
    },
  });
}
