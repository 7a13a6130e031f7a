// What handlers work with: the parts of the server, handed over by whoever builds it.
import type { Accounts } from "../auth/accounts.ts";
import type { AccountStore } from "../store/accounts.ts";
import type { MessageLog } from "./message_log.ts";
import type { ServerObserver } from "./observer.ts";
import type { Operations } from "./operations.ts";
import type { RateLimits } from "./rate_limit.ts";
import type { Roster } from "./roster.ts";
import type { Session } from "./session.ts";

/** Bounds that the chat keeps; 0 means none. */
export interface ChatLimits {
  /** Longest line in bytes, in and out. */
  readonly lineBytes: number;
  /** Longest content in bytes of UTF-8. */
  readonly contentBytes: number;
  /** Requests of one connection. */
  readonly requests: RateLimits;
  /** Malformed lines of one connection in a minute. */
  readonly malformedPerMinute: number;
  /** Seconds without a request after which a connection that has not joined is closed. */
  readonly unjoinedSeconds: number;
}

/** The parts that handlers use. */
export interface Services {
  readonly accounts: Accounts;
  readonly accountStore: Pick<AccountStore, "findByKey">;
  readonly roster: Roster;
  readonly log: MessageLog;
  readonly observer: ServerObserver;
  /** The server as a whole, for operators. */
  readonly operations: Operations;
  readonly limits: ChatLimits;
  /** Whether guests may join. */
  readonly guests: boolean;
  /** The time of day, in milliseconds since 1970. */
  readonly now: () => number;
}

/** Answers a request: after the acks of the messages its connection sent before it. */
export function reply(session: Session, line: string, { log }: Services): void {
  if (session.unreported === 0) session.send(line);
  else log.append({ kind: "local", run: () => session.send(line) });
}
