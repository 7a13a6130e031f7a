// An entrance over real sockets for tests, with TLS or behind a proxy.
import { addressMatcher } from "../../../lib/net/address.ts";
import { Admission } from "../../../lib/net/admission.ts";
import type { Connection } from "../../../lib/net/connection.ts";
import { Entrance, type EntranceOptions, type Step } from "../../../lib/net/entrance/entrance.ts";
import { type KeyPair, secureContext } from "../../../lib/net/entrance/tls_stream.ts";
import { makeSelfSigned } from "../../../lib/ops/tls/self_signed.ts";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import { encodeLines } from "../../../lib/protocol/reply.ts";
import { TestListener } from "../../support/listener.ts";

/** What a test sets of the entrance and of the listener behind it. */
export interface Options extends Omit<EntranceOptions, "passed"> {
  readonly connectionsPerAddress?: number;
  readonly outboxBytes?: number;
  readonly isBanned?: (address: string) => boolean;
  readonly line?: (connection: Connection, text: string) => void;
}

/** The entrance in operation. */
export interface Setup {
  readonly port: number;
  readonly opened: Connection[];
  readonly refusals: string[];
  readonly admission: Admission;
  readonly listener: TestListener;
  /** The next step that was taken, of those not yet looked at. */
  step(): Promise<Step>;
  /** The reason of the next end. */
  end(): Promise<string>;
}

/** A queue that can be waited at. */
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

/** Runs an entrance in front of a listener whose connections echo their lines. */
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

/** A certificate for the loopback address. */
export async function newPair(): Promise<KeyPair> {
  const now = Date.now();
  return await makeSelfSigned({
    hosts: ["127.0.0.1"],
    notBefore: new Date(now - 86_400_000),
    notAfter: new Date(now + 86_400_000),
  });
}

/** Runs an entrance that expects TLS. */
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

/** Takes the loopback address for a proxy. */
export const trustLocal = { has: addressMatcher(["127.0.0.1"]), encrypt: () => false };
