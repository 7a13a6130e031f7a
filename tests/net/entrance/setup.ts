// Test setup: an entrance over real sockets, with TLS or behind a proxy.
import { addressMatcher } from "../../../lib/net/address.ts";
import { Admission } from "../../../lib/net/admission.ts";
import type { Connection } from "../../../lib/net/connection.ts";
import { Entrance, type EntranceOptions, type Step } from "../../../lib/net/entrance/entrance.ts";
import { type KeyPair, secureContext } from "../../../lib/net/entrance/tls_stream.ts";
import { makeSelfSigned } from "../../../lib/ops/tls/self_signed.ts";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import { encodeLines } from "../../../lib/protocol/reply.ts";
import { TestListener } from "../../support/listener.ts";

/** The settings of the entrance and of its listener. */
export interface Options extends Omit<EntranceOptions, "passed"> {
  readonly connectionsPerAddress?: number;
  readonly outboxBytes?: number;
  readonly isBanned?: (address: string) => boolean;
  readonly line?: (connection: Connection, text: string) => void;
}

/** The running entrance, as a test sees it. */
export interface Setup {
  readonly port: number;
  readonly opened: Connection[];
  readonly refusals: string[];
  readonly admission: Admission;
  readonly listener: TestListener;
  /** Returns the next step that this function has not returned yet. Waits for it if necessary. */
  step(): Promise<Step>;
  /** Returns the reason of the next end of a connection. Waits for it if necessary. */
  end(): Promise<string>;
}

/** Creates a queue whose `take` waits for the next item. */
function queue<T>() {
  const items: T[] = [];
  const waiting: ((item: T) => void)[] = [];
  return {
    put(item: T): void {
      const next = waiting.shift();
      if (next === undefined) items.push(item);
      else next(item);
    },
    take: (): Promise<T> =>
      new Promise((resolve) => items.length > 0 ? resolve(items.shift()!) : waiting.push(resolve)),
  };
}

/** Runs a listener with an entrance. By default, its connections send their lines back. */
export async function withEntrance(
  options: Options,
  work: (setup: Setup) => Promise<void>,
): Promise<void> {
  const { connectionsPerAddress = 0, outboxBytes = 0, isBanned, line, ...entrance } = options;
  const admission = new Admission({ connections: 0, connectionsPerAddress });
  const [steps, ends] = [queue<Step>(), queue<string>()];
  const opened: Connection[] = [];
  const refusals: string[] = [];
  const echo = (connection: Connection, text: string) => connection.send(encodeLines(`${text}\n`));
  const listener = new TestListener({
    limits: { outboxBytes },
    admission,
    entrance: new Entrance({ ...entrance, passed: (_peer, step) => steps.put(step) }),
    isBanned: (address) => isBanned?.(address) ? new ProtocolError("banned") : undefined,
    open(connection) {
      opened.push(connection);
      return {
        line: (text) => (line ?? echo)(connection, text),
        overlong() {},
        metrics() {},
        ended: (reason) => ends.put(reason),
      };
    },
    refused: ({ address }, limit) => refusals.push(`${address} ${limit}`),
  });
  try {
    const { port } = listener;
    const { take: step } = steps;
    await work({ port, opened, refusals, admission, listener, step, end: ends.take });
  } finally {
    await listener.close();
    await listener.finish(0);
  }
}

/** Creates a certificate for the loopback address. */
export async function newPair(): Promise<KeyPair> {
  const now = Date.now();
  return await makeSelfSigned({
    hosts: ["127.0.0.1"],
    notBefore: new Date(now - 86_400_000),
    notAfter: new Date(now + 86_400_000),
  });
}

/** Runs a listener with an entrance that requires TLS. */
export async function withTls(
  options: Options,
  work: (setup: Setup & { readonly trusted: string }) => Promise<void>,
): Promise<void> {
  const pair = await newPair();
  const context = secureContext(pair);
  await withEntrance({ tls: () => context, ...options }, (setup) => {
    return work({ ...setup, trusted: pair.cert });
  });
}

/** Trusts the loopback address as a proxy. */
export const trustLocal = { has: addressMatcher(["127.0.0.1"]), encrypt: () => false };
