// What the leader sees of a connection of another process, as its edge has last reported it.
import type { ConnectionView } from "../../edge/edge.ts";
import type { Described, Reading } from "./events.ts";

/** Converts times of an edge to the clock of the leader. */
export class EdgeClock {
  readonly #now: () => number;
  #offset = Infinity;

  /** @param now The monotonic clock of the leader. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * A frame has arrived. The fastest one so far decides how far the clocks are apart, so an earlier event never seems
   * later than the report of it.
   */
  arrived(sentAt: number): void {
    this.#offset = Math.min(this.#offset, this.#now() - sentAt);
  }

  /** Returns a time on the clock of the leader, which is not in the future. */
  convert(time: number): number {
    return Math.min(this.#now(), time + this.#offset);
  }
}

/** A copy of a connection. */
export class FarView implements ConnectionView {
  readonly id: number;
  readonly address: string;
  readonly port: number;
  readonly secure: boolean;
  queuedBytes = 0;
  takenBytes = 0;
  heardAt = 0;
  closed = false;
  hungUp = false;
  readonly #clock: EdgeClock;
  /** What was heard up to this time, on the clock of the edge, counts as heard before the session was restored. */
  #before = -Infinity;

  constructor(id: number, described: Described, clock: EdgeClock) {
    this.id = id;
    this.address = described.address;
    this.port = described.port;
    this.secure = described.secure;
    this.#clock = clock;
    this.update(described);
  }

  /** Takes what its edge has reported. */
  update({ queuedBytes, takenBytes, heardAt }: Reading): void {
    this.queuedBytes = queuedBytes;
    this.takenBytes = takenBytes;
    this.heard(heardAt);
  }

  /**
   * Takes what its edge reports first after a take-over. How far the clocks are apart is hardly known then, so nothing
   * that was heard so far is a sign that the messages of the earlier leader have arrived.
   */
  confirm({ queuedBytes, takenBytes, heardAt }: Reading): void {
    this.queuedBytes = queuedBytes;
    this.takenBytes = takenBytes;
    this.#before = heardAt;
  }

  /** The edge has read bytes. @param at On the clock of the edge. */
  heard(at: number): void {
    if (at <= this.#before) return;
    this.heardAt = Math.max(this.heardAt, this.#clock.convert(at));
  }
}
