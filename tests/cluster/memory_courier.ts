// Carries what nodes of one process say to each other. Messages arrive in a later round of the event loop.
import type { Courier, Listening } from "../../lib/cluster/courier.ts";
import { Line } from "./memory_log.ts";

/** The couriers of several nodes. */
export class MemoryCouriers {
  readonly #listening = new Map<string, Listening>();
  readonly #serving = new Map<string, (frame: Uint8Array) => void>();

  /** Returns the courier of a node. */
  open(line = new Line()): Courier {
    const soon = (run: () => void) => {
      if (!line.isCut) setTimeout(run, 0);
    };
    return {
      listen: (edge, listening) => {
        const { answered, beat } = listening;
        this.#listening.set(edge, {
          answered: (answer) => line.isCut || answered(answer),
          beat: (leader) => line.isCut || beat(leader),
        });
        return () => this.#listening.delete(edge);
      },
      serve: (run, received) => {
        this.#serving.set(run, (frame) => line.isCut || received(frame));
        return () => this.#serving.delete(run);
      },
      sendFrame: (run, frame) => soon(() => this.#serving.get(run)?.(frame)),
      sendAnswer: (edge, answer) => soon(() => this.#listening.get(edge)?.answered(answer)),
      isGone: (edge) => Promise.resolve(!this.#listening.has(edge)),
      beat: (leader) =>
        soon(() => {
          for (const { beat } of this.#listening.values()) beat(leader);
        }),
    };
  }
}
