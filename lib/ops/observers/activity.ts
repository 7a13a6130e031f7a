// Counts events for the `stats` of operators: totals since the start, and recent rates per second.
import type { Rates, ServerStats } from "../../protocol/replies/operator.ts";
import type { LoginResult, ServerObserver } from "../../chat/observer.ts";

const SECONDS = 60;

/** Counts the events of the last minute, second by second. */
export class RateCounter {
  readonly #now: () => number;
  readonly #counts = new Array<number>(SECONDS).fill(0);
  #second: number;

  /** @param now A clock in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#second = this.#currentSecond();
  }

  /** Counts `count` events. */
  add(count = 1): void {
    this.#forget();
    this.#counts[this.#second % SECONDS]! += count;
  }

  /** Returns averages per second over the last complete seconds, without the present second. */
  rates(): Rates {
    this.#forget();
    return { "10s": this.#average(10), "60s": this.#average(SECONDS - 1) };
  }

  #average(seconds: number): number {
    let sum = 0;
    for (let back = 1; back <= seconds; back++) {
      sum += this.#counts[(this.#second - back + SECONDS) % SECONDS]!;
    }
    return Math.round(sum / seconds * 10) / 10;
  }

  #forget(): void {
    const second = this.#currentSecond();
    const passed = Math.min(SECONDS, second - this.#second);
    for (let i = 1; i <= passed; i++) this.#counts[(this.#second + i) % SECONDS] = 0;
    this.#second = second;
  }

  #currentSecond(): number {
    return Math.floor(this.#now() / 1000);
  }
}

/** The members of `stats` that the activity provides. */
export type ActivityStats = Pick<
  ServerStats,
  "messages" | "deliveries" | "rates" | "logins" | "registrations"
>;

/** The activity of one server. */
export interface Activity {
  readonly observer: ServerObserver;
  /** Returns the counts so far. */
  stats(): ActivityStats;
}

/**
 * Creates the observer that counts for `stats`.
 *
 * @param now A clock in milliseconds.
 */
export function createActivity(now: () => number): Activity {
  const connections = new RateCounter(now);
  const messages = new RateCounter(now);
  const deliveries = new RateCounter(now);
  const refused = new RateCounter(now);
  const logins: Record<LoginResult, number> = {
    ok: 0,
    failed: 0,
    throttled: 0,
    busy: 0,
    banned: 0,
  };
  const stored = { global: 0, private: 0 };
  let delivered = 0;
  let registrations = 0;

  return {
    stats: () => ({
      messages: { ...stored },
      deliveries: delivered,
      rates: {
        connections: connections.rates(),
        messages: messages.rates(),
        deliveries: deliveries.rates(),
        refused: refused.rates(),
      },
      logins: { ...logins },
      registrations,
    }),
    observer: {
      accepted: () => connections.add(),
      connected() {},
      refusedConnection() {},
      disconnected() {},
      endedUnheard() {},
      joined() {},
      left() {},
      registered: () => registrations++,
      login: (_peer, _name, result) => logins[result]++,
      resumed() {},
      guessed() {},
      stateChanged() {},
      moderated() {},
      commandRun() {},
      mailDelivered() {},
      mailReturned() {},
      offence() {},
      refusedRequest: () => refused.add(),
      delivered(turn) {
        stored.global += turn.global;
        stored.private += turn.private;
        delivered += turn.deliveries;
        messages.add(turn.global + turn.private);
        deliveries.add(turn.deliveries);
      },
      storeFailed() {},
      handlerFailed() {},
    },
  };
}
