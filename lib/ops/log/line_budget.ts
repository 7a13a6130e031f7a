// Limits how much of the log one kind of event can fill. Lines beyond the limit are counted and reported in one line
// per minute. Offences that a jail counts have a separate limit per address.

/** The cause of a log line, which determines its limit. */
export type Cause =
  /** An event caused by a connection from this address. */
  | { readonly kind: string; readonly address: string }
  /** An event of the server itself, identified by its text. */
  | { readonly kind: string; readonly text: string }
  /** An offence by an address, which a jail counts. */
  | { readonly kind: string; readonly offender: string };

/** A line of the log that somebody caused. */
export interface CausedLine {
  readonly text: string;
  readonly cause: Cause;
}

/** Lines that were not written. */
export interface Missed {
  readonly kind: string;
  readonly count: number;
  /** Their address or text; `undefined` for all others together. */
  readonly of: string | undefined;
}

interface Rate {
  readonly burst: number;
  readonly perMinute: number;
}

/** In bytes. A class logs in at once; a whole school logs in from a few addresses. */
const OF_KIND: Rate = { burst: 512 * 1024, perMinute: 12 * 1024 };
const OF_ADDRESS: Rate = { burst: 128 * 1024, perMinute: 4 * 1024 };
/** In lines. */
const OF_TEXT: Rate = { burst: 5, perMinute: 5 };
/** In characters. Texts with the same beginning count as the same. */
const TEXT_MAX = 160;
/** The maximum number of addresses or texts in memory per kind. */
const MAX_SOURCES = 256;
/** How many of them a summary names per kind. */
const NAMED = 3;
const MINUTE_MS = 60_000;

/**
 * The maximum number of offences per address and ten minutes. A jail looks at ten minutes and bans after five lines.
 */
const OFFENCES = 20;
const OFFENCES_MS = 600_000;
const MAX_OFFENDERS = 10_000;

class Bucket {
  readonly #rate: Rate;
  #left: number;
  #at: number;
  missed = 0;

  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#at = now;
  }

  has(cost: number, now: number): boolean {
    const passed = Math.max(0, now - this.#at);
    this.#left = Math.min(
      this.#rate.burst,
      this.#left + passed / MINUTE_MS * this.#rate.perMinute,
    );
    this.#at = now;
    return this.#left >= cost;
  }

  take(cost: number): void {
    this.#left -= cost;
  }
}

interface Kind {
  readonly bucket: Bucket;
  /** In the order of their last use. */
  readonly sources: Map<string, Bucket>;
}

/** Decides which lines are written. */
export class LineBudget {
  readonly #now: () => number;
  readonly #kinds = new Map<string, Kind>();
  /** The times of the latest offences of each address, in the order of the latest. */
  readonly #offenders = new Map<string, number[]>();

  /** @param now A clock in milliseconds that only goes forward. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The number of addresses and texts in memory. */
  get size(): number {
    let sum = this.#offenders.size;
    for (const { sources } of this.#kinds.values()) sum += sources.size;
    return sum;
  }

  /** Whether a line of `bytes` bytes may be written. Rejected lines are counted. */
  admits(cause: Cause, bytes: number): boolean {
    const now = this.#now();
    if ("offender" in cause) return this.#admitsOffence(cause, now);
    const kind = this.#kind(cause.kind, now);
    const [name, rate, cost] = "address" in cause
      ? [cause.address, OF_ADDRESS, bytes] as const
      : [cause.text.slice(0, TEXT_MAX), OF_TEXT, 1] as const;
    const own = sourceOf(kind, { name, rate, now });
    const room = own.has(cost, now) && kind.bucket.has(bytes, now);
    if (room) {
      own.take(cost);
      kind.bucket.take(bytes);
    } else own.missed++;
    return room;
  }

  /** Returns the lines rejected since the last call: a few sources of each kind by name, the others together. */
  takeMissed(): Missed[] {
    return [...this.#kinds].flatMap(([kind, { bucket, sources }]) => {
      const found = [...sources].filter(([, { missed }]) => missed > 0)
        .sort(([, a], [, b]) => b.missed - a.missed)
        .map(([of, { missed }]): Missed => ({ kind, of, count: missed }));
      const others = found.slice(NAMED).reduce((sum, { count }) => sum + count, bucket.missed);
      bucket.missed = 0;
      for (const source of sources.values()) source.missed = 0;
      const rest = others === 0 ? [] : [{ kind, of: undefined, count: others }];
      return [...found.slice(0, NAMED), ...rest];
    });
  }

  // The code defines the kinds, so there are few.
  #kind(name: string, now: number): Kind {
    let kind = this.#kinds.get(name);
    if (kind === undefined) {
      kind = { bucket: new Bucket(OF_KIND, now), sources: new Map() };
      this.#kinds.set(name, kind);
    }
    return kind;
  }

  // The limit is per address, so that a flood cannot hide the offence of another address. A forgotten address starts
  // again, which writes more lines, never fewer.
  #admitsOffence(
    { kind, offender: address }: { kind: string; offender: string },
    now: number,
  ): boolean {
    const times = (this.#offenders.get(address) ?? []).filter((time) => now - time < OFFENCES_MS);
    const room = times.length < OFFENCES;
    if (room) times.push(now);
    else sourceOf(this.#kind(kind, now), { name: address, rate: OF_ADDRESS, now }).missed++;
    this.#offenders.delete(address);
    this.#offenders.set(address, times);
    if (this.#offenders.size > MAX_OFFENDERS) {
      this.#offenders.delete(this.#offenders.keys().next().value!);
    }
    return room;
  }
}

/** Returns the bucket of a source. If there are too many, the least recently used one is deleted. */
function sourceOf(
  { bucket, sources }: Kind,
  { name, rate, now }: { name: string; rate: Rate; now: number },
): Bucket {
  const own = sources.get(name) ?? new Bucket(rate, now);
  sources.delete(name);
  sources.set(name, own);
  if (sources.size > MAX_SOURCES) {
    const [oldest, { missed }] = sources.entries().next().value!;
    sources.delete(oldest);
    bucket.missed += missed;
  }
  return own;
}
