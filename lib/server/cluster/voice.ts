// What a chat reports while its node leads. Its handlers may still wait for something when another node leads: then their
// requests are served again there, and what fails here is no failure.
import type { ServerObserver } from "../../chat/observer.ts";
import { observeWith } from "../../ops/observers/all.ts";
import type { Base } from "../base.ts";

/** The parts of a server through which a chat reports, until they are closed. */
export interface Voice {
  readonly parts: Pick<Base, "log" | "watching">;
  /** From now on, nothing is reported. */
  readonly close: () => void;
}

/** Returns the voice of a chat. */
export function voiceOf({ log, watching }: Pick<Base, "log" | "watching">): Voice {
  const observers: Partial<ServerObserver>[] = [watching.observer];
  let isClosed = false;
  return {
    parts: {
      log: {
        ...log,
        write(level, tag, said) {
          if (!isClosed) log.write(level, tag, said);
        },
      },
      watching: { ...watching, observer: observeWith(observers, () => {}) },
    },
    close() {
      isClosed = true;
      observers.length = 0;
    },
  };
}
