// Waits for NATS servers that do not answer yet, for example because they start at the same time as this node.
import type { NatsConnection } from "@nats-io/transport-node";
import { connectNats, type NatsOptions } from "./connection.ts";
import { NatsUnusable } from "./errors.ts";
import { isBug } from "./losses.ts";
import { Pause } from "./pause.ts";

/** How to wait. */
export interface Patience {
  /** Ends waiting. */
  readonly signal: AbortSignal;
  /** Called with the reason of each further attempt. */
  readonly troubled: (error: unknown) => void;
}

const RETRY_MS = 1_000;
const CALL_PAUSE_MS = 250;

/**
 * Connects, and waits without end for a server that answers.
 *
 * @throws {NatsUnusable} If trying again does not help.
 * @throws The reason of the signal.
 */
export async function connectPatiently(
  options: NatsOptions,
  { signal, troubled }: Patience,
): Promise<NatsConnection> {
  const pause = new Pause();
  const end = () => pause.end();
  signal.addEventListener("abort", end);
  try {
    for (;;) {
      signal.throwIfAborted();
      try {
        return await untilAborted(connectNats(options), signal, (late) => late.close());
      } catch (error) {
        if (!(error instanceof NatsUnusable) || !error.mayPass) throw error;
        troubled(error);
      }
      await pause.begin(RETRY_MS);
    }
  } finally {
    signal.removeEventListener("abort", end);
  }
}

/**
 * Calls a function again until it succeeds, for calls to servers that are electing a leader.
 *
 * @throws {NatsUnusable}
 * @throws The reason of the signal.
 */
export async function patiently<T>(
  call: () => Promise<T>,
  { signal, troubled }: Patience,
): Promise<T> {
  const pause = new Pause();
  for (;;) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      if (error instanceof NatsUnusable || isBug(error)) throw error;
      troubled(error);
    }
    await untilAborted(pause.begin(CALL_PAUSE_MS), signal).finally(() => pause.end());
  }
}

/**
 * Resolves with a promise, or rejects with the reason of a signal.
 *
 * @param late Called with a result that comes after the signal.
 */
export function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  late: (result: T) => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort);
    const ended = () => signal.removeEventListener("abort", abort);
    promise.then((result) => {
      ended();
      if (signal.aborted) late(result);
      resolve(result);
    }, (error) => {
      ended();
      reject(error);
    });
    if (signal.aborted) abort();
  });
}
