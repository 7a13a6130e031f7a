// Bounds how much of the log one kind of event may fill: what is over the budget is counted, and told in
// one line a minute. The lines that a jail counts have a bound of their own, for each address.

/** What a line of the log is about, for its bound. */
export type Cause =
  /** An event that connections cause; `address` is that of the connection. */
  | { readonly kind: string; readonly address: string }
  /** An event of the server itself, told apart by its text. */
  | { readonly kind: string; readonly text: string }
  /** An offence that a jail counts, of an address. */
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
  /** The address or the text of them; `undefined` for all further ones together. */
  readonly of: string | undefined;
}

interface Rate {
  readonly burst: number;
  readonly perMinute: number;
}

/** A class logs in at once; a whole school does behind a few addresses. In bytes. */
const OF_KIND: Rate = { burst: 512 * 1024, perMinute: 12 * 1024 };
const OF_ADDRESS: Rate = { burst: 128 * 1024, perMinute: 4 * 1024 };
/** In lines. */
const OF_TEXT: Rate = { burst: 5, perMinute: 5 };
/** Texts with the same beginning are the same. In characters. */
const TEXT_MAX = 160;
/** Addresses or texts of one kind that are remembered. */
const MAX_SOURCES = 256;
/** Of one kind, so many are named in a summary. */
const NAMED = 3;
const MINUTE_MS = 60_000;

/** A jail looks at ten minutes, and bans after five lines. */
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
  /** In the order of last use. */
  readonly sources: Map<string, Bucket>;
}

/** Decides which lines are written. */
export class LineBudget {
  readonly #now: () => number;
  readonly #kinds = new Map<string, Kind>();
  /** Times of each address's latest offences, in the order of the latest. */
  readonly #offenders = new Map<string, number[]>();

  /** @param now A clock in milliseconds that only goes forward. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Addresses and texts that are remembered. */
  get size(): number {
    let sum = this.#offenders.size;
    for (const { sources } of this.#kinds.values()) sum += sources.size;
    return sum;
  }

  /** Whether a line of so many bytes may be written. One that may not is counted. */
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

  /** What was not written since the last time it was asked: a few of each kind by name, the rest together. */
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

  // Kinds are words of ours: there are few of them.
  #kind(name: string, now: number): Kind {
    let kind = this.#kinds.get(name);
    if (kind === undefined) {
      kind = { bucket: new Bucket(OF_KIND, now), sources: new Map() };
      this.#kinds.set(name, kind);
    }
    return kind;
  }

  // The bound holds for each address by itself: no flood hides the offence of another. Addresses that are
  // forgotten begin anew, which writes more lines and never fewer.
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

/** The bucket of one source. The one that was used longest ago makes room for it. */
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
