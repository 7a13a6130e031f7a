// A chat without sockets, database or hashing: peers that remember what they were sent, and stores in
// memory.
import type { Accounts } from "../../lib/auth/accounts.ts";
import { ChatServer } from "../../lib/chat/chat_server.ts";
import { createDelivery } from "../../lib/chat/delivery.ts";
import { createLocalLog } from "../../lib/chat/message_log.ts";
import type { ServerObserver } from "../../lib/chat/observer.ts";
import type { Operations, ServerStats } from "../../lib/chat/operations.ts";
import { Roster } from "../../lib/chat/roster.ts";
import type { Services } from "../../lib/chat/services.ts";
import { EventTail } from "../../lib/chat/tail.ts";
import type { CloseReason, LineConsumer, Peer } from "../../lib/net/peer.ts";
import { ProtocolError } from "../../lib/protocol/errors.ts";
import { nameKey } from "../../lib/protocol/names.ts";
import type { Account } from "../../lib/store/accounts.ts";
import type { NewMessage } from "../../lib/store/messages.ts";

/** A line as a client parses it. */
export type Line = Record<string, unknown>;

/** The other end of a connection. */
export class FakePeer implements Peer {
  readonly id: number;
  readonly address = "10.0.0.5";
  readonly port = 50000;
  readonly queuedBytes = 0;
  closed = false;
  reason: CloseReason | undefined;
  consumer!: LineConsumer;
  #received = "";

  constructor(id: number) {
    this.id = id;
  }

  send(lines: Uint8Array): void {
    if (!this.closed) this.#received += new TextDecoder().decode(lines);
  }

  close(reason: CloseReason): void {
    this.closed = true;
    this.reason ??= reason;
  }

  /** Sends one request. */
  async say(object: Line | string): Promise<void> {
    const text = typeof object === "string" ? object : JSON.stringify(object);
    await this.consumer.line(text, performance.now());
  }

  /** What came since the last look. */
  take(): Line[] {
    const lines = this.#received.split("\n").filter((line) => line !== "");
    this.#received = "";
    return lines.map((line) => JSON.parse(line));
  }
}

/** A whole chat. */
export interface FakeChat {
  readonly services: Services;
  readonly stored: NewMessage[];
  /** Names of observer calls with what matters of their arguments. */
  readonly events: unknown[][];
  /** Makes the next append fail. */
  failNextAppend: boolean;
  connect(): FakePeer;
  /** Runs a turn of the event loop: what was appended is stored and delivered. */
  turn(): void;
}

/** Makes a chat; `accounts` are name → password. */
export function makeChat(
  accounts: Record<string, string> = {},
  overrides: Partial<Services> = {},
): FakeChat {
  const events: unknown[][] = [];
  const observer = recordingObserver(events);
  const byKey = new Map<string, Account & { password: string }>();
  const add = (name: string, password: string) => {
    const account = { ...blankAccount, id: byKey.size + 1, name, key: nameKey(name), password };
    byKey.set(account.key, account);
    return account;
  };
  for (const [name, password] of Object.entries(accounts)) add(name, password);
  const fakeAccounts = {
    async register({ username, password }: { username: string; password: string }) {
      await Promise.resolve();
      if (byKey.has(nameKey(username))) {
        throw new ProtocolError("username_taken", "Username already exists.");
      }
      return add(username, password);
    },
    async authenticate({ username, password }: { username: string; password: string }) {
      await Promise.resolve();
      const account = byKey.get(nameKey(username));
      if (account?.password === password) return account;
      throw new ProtocolError("login_failed", "Login failed.");
    },
  };
  const roster = new Roster((key) => byKey.has(key));
  const stored: NewMessage[] = [];
  const chat: FakeChat = {
    stored,
    events,
    failNextAppend: false,
    services: {
      accounts: fakeAccounts as unknown as Accounts,
      accountStore: { findByKey: (key) => byKey.get(key) },
      roster,
      log: createLocalLog({
        append(batch) {
          if (chat.failNextAppend) {
            chat.failNextAppend = false;
            throw new Error("database or disk is full");
          }
          stored.push(...batch);
          return batch.map((_, i) => stored.length - batch.length + i + 1);
        },
      }, createDelivery(roster, observer)),
      observer,
      operations: fakeOperations(),
      limits: {
        lineBytes: 65_536,
        contentBytes: 8192,
        requests: { perSecond: 0, burst: 0 },
        malformedPerMinute: 5,
        unjoinedSeconds: 900,
      },
      guests: true,
      now: () => Date.UTC(2026, 10, 22),
      ...overrides,
    },
    connect() {
      const peer = new FakePeer(++peers);
      peer.consumer = server.open(peer);
      return peer;
    },
    turn() {
      chat.services.log.flush();
    },
  };
  let peers = 0;
  const probe = { mayScrape: () => true, text: () => Promise.resolve("metric 1\n") };
  const server = new ChatServer(chat.services, probe);
  return chat;
}

function fakeOperations(): Operations {
  return {
    sessions: () => [],
    stats: () => ({} as ServerStats),
    reload: () => ({ file: undefined, problems: [], warnings: [], changed: [], needsRestart: [] }),
    shutdown() {},
    tail: new EventTail(() => Date.UTC(2026, 10, 22)),
  };
}

const blankAccount = {
  passwordHash: "",
  role: "member" as const,
  disabledAt: null,
  createdAt: 0,
  lastLoginAt: null,
};

function recordingObserver(events: unknown[][]): ServerObserver {
  return new Proxy({} as ServerObserver, {
    get: (_, name) => (...args: unknown[]) => {
      events.push([name, ...args.filter((arg) => !(arg instanceof FakePeer))]);
    },
  });
}
