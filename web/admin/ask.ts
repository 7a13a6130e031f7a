// Sends the requests of an admin and returns the replies. Waits when the server asks to.
import type { ReplyOf } from "../../lib/protocol/replies/families.ts";
import type { RequestLine } from "../../lib/protocol/request.ts";
import type { managementSchemas } from "../../lib/protocol/requests/families.ts";
import type { Failure } from "../model/state.ts";

/** The types of requests that only admins may make. */
export type Manageable = keyof typeof managementSchemas;

/** Sends a request and returns its reply. @throws {Refused} */
export type Ask = <T extends Manageable>(line: RequestLine<T>) => Promise<ReplyOf<T>>;

/** The error for a request that the server has rejected, or that was not answered. */
export class Refused extends Error {
  override readonly name = "Refused";

  /** @param failure Why. */
  constructor(readonly failure: Failure) {
    super(`expected a reply, got ${failure.code}: ${failure.text}`);
  }

  /** Whether the connection broke, so that nobody knows whether the request was carried out. */
  get isUnknown(): boolean {
    return this.failure.code === OFFLINE;
  }
}

/** The code of the failure of a request that was not answered. */
export const OFFLINE = "offline_page";

/** The maximum number of attempts of one request. */
const ATTEMPTS_MAX = 20;

/** The maximum time between two attempts, in milliseconds. */
const WAIT_MAX = 30_000;

/** What {@linkcode patient} needs. */
export interface Waiting {
  /** Returns the time in milliseconds since 1970. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
}

/** Returns a function that asks again after a rate limit, or when the server was too busy and says when to return. */
export function patient(ask: Ask, { now, wait }: Waiting): Ask {
  return async function askPatiently(line) {
    for (let attempt = 1;; attempt++) {
      try {
        return await ask(line);
      } catch (error) {
        if (!(error instanceof Refused) || attempt === ATTEMPTS_MAX) throw error;
        const { code, retryAt } = error.failure;
        if (retryAt === undefined || code !== "rate_limited" && code !== "busy") throw error;
        await wait(Math.min(WAIT_MAX, Math.max(100, retryAt - now())));
      }
    }
  };
}
