// What the leader sees of a connection of another process, as its edge has last reported it.
import type { ConnectionView } from "../../edge/edge.ts";
import type { Described, Reading } from "./events.ts";

/** How long a frame counts. Within this time, two clocks drift apart by less than frames are late. */
const WINDOW_MS = 60_000;

/** Converts times of an edge to the clock of the leader. */
export class EdgeClock {
  readonly #now: () => number;
  /** How far the clocks are apart, as the fastest frame of this window shows, and of the one before. */
  #offset = Infinity;
  #before = Infinity;
  #windowAt = -Infinity;

  /** @param now The monotonic clock of the leader. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * A frame has arrived. The fastest one of the last minute or two decides how far the clocks are apart. Older ones do
   * not count: clocks of two machines drift by seconds in a day, and that of a virtual machine stands still while the
   * machine is paused.
   */
  arrived(sentAt: number): void {
    const now = this.#now();
    if (now - this.#windowAt >= WINDOW_MS) {
      this.#before = this.#offset;
      this.#offset = Infinity;
      this.#windowAt = now;
    }
    this.#offset = Math.min(this.#offset, now - sentAt);
  }

  /** Returns a time on the clock of the leader, which is not in the future. */
  convert(time: number): number {
    return Math.min(this.#now(), time + Math.min(this.#offset, this.#before));
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
