// Measures how long a node has heard no leader, and how long it has had no contact with the log: when it tries to lead,
// and when it is cut off.

/** A node tries to lead after this time without a batch or a beat of a leader, in milliseconds. */
export const SILENCE_MS = 3_000;
/** After this time without contact, a node answers requests with `busy`, in milliseconds. An election of NATS is shorter. */
export const CUT_OFF_MS = 15_000;
/** After this time without contact, a node closes its connections, in milliseconds. */
export const GIVE_UP_MS = 60_000;
/** A node that has resigned does not try to lead for this time, in milliseconds. Another one has taken over by then. */
const REST_MS = 10_000;
/** How much longer a node waits that leaves leading to others, in milliseconds. */
const LAST_MS = 5_000;
// Not all nodes try at the same moment.
const SPREAD_MS = 500;
/** Beats of a leader before a node that hears none of them is cut off. */
const BEATS = 15;
/**
 * A leader gives up an edge that is silent for this many times as long as a node may be without contact. A node that is
 * cut off has closed its connections by then.
 */
const PATIENCE = 1.25;
/** How often a leader with nothing to append looks for the log before it is cut off. */
const PROBES = 5;

/** Times of a contact, in milliseconds. Tests have shorter ones. */
export interface ContactTimes {
  readonly cutOff: number;
  readonly giveUp: number;
}

/** `cut off`: requests cannot be done. `given up`: for so long that connections are closed. */
export type Stage = "well" | "cut off" | "given up";

/** The contact of a node with its cluster. */
export class Contact {
  readonly #now: () => number;
  readonly #changed: (stage: Stage) => void;
  readonly #times: ContactTimes;
  #lookedAt: number;
  #silent = 0;
  #lost = 0;
  #resting = 0;
  #stage: Stage = "well";

  /**
   * @param now A monotonic clock in milliseconds.
   * @param changed Called with each new stage.
   */
  constructor(
    now: () => number,
    changed: (stage: Stage) => void,
    times: ContactTimes = { cutOff: CUT_OFF_MS, giveUp: GIVE_UP_MS },
  ) {
    this.#times = times;
    this.#now = now;
    this.#changed = changed;
    this.#lookedAt = now();
  }

  /** The present stage. */
  get stage(): Stage {
    return this.#stage;
  }

  /** For how long the log was not reached, in milliseconds. */
  get lost(): number {
    return this.#lost;
  }

  /** The time between two beats of a leader, in milliseconds. */
  get beatMs(): number {
    return this.#times.cutOff / BEATS;
  }

  /** The time after which a leader gives up an edge that is silent, in milliseconds. */
  get edgeSilentMs(): number {
    return this.#times.giveUp * PATIENCE;
  }

  /** Whether a leader, which hears no beats, should look whether the log is there. */
  get isQuiet(): boolean {
    return this.#lost >= this.#times.cutOff / PROBES;
  }

  /** Whether the node should try to lead. @param isLast Whether it leaves that to others if there are any. */
  shouldLead(isLast = false): boolean {
    const patience = SILENCE_MS + Math.random() * SPREAD_MS + (isLast ? LAST_MS : 0);
    return this.#resting <= 0 && this.#silent >= patience;
  }

  /** A leader was heard, or nothing could be heard of one. */
  heard(): void {
    this.#silent = 0;
  }

  /** The log has acknowledged or brought a batch, or a leader that it accepts was heard. */
  reached(): void {
    this.#silent = 0;
    this.#lost = 0;
    this.#enter("well");
  }

  /** The leader has resigned: this node tries to lead soon. */
  left(): void {
    this.#silent = Math.max(this.#silent, SILENCE_MS);
  }

  /** This node has resigned. */
  rest(): void {
    this.#resting = REST_MS;
  }

  /** Looks at the clock. Called often. */
  look(): void {
    const now = this.#now();
    // A process that was stopped for longer could hear nobody.
    const passed = Math.min(now - this.#lookedAt, this.beatMs);
    this.#lookedAt = now;
    this.#silent += passed;
    this.#lost += passed;
    this.#resting -= passed;
    const { cutOff, giveUp } = this.#times;
    if (this.#lost >= giveUp) this.#enter("given up");
    else if (this.#lost >= cutOff) this.#enter("cut off");
  }

  #enter(stage: Stage): void {
    if (stage === this.#stage) return;
    this.#stage = stage;
    this.#changed(stage);
  }
}
