// What a chat reports while its node leads. Its handlers may still wait for something when another node leads: then their
// requests are served again there, and what fails here is no failure.
import type { ServerObserver } from "../../chat/observer.ts";
import type { ChatSeam } from "../../cluster/node_parts.ts";
import { errorText } from "../../ops/log/text.ts";
import { observeWith } from "../../ops/observers/all.ts";
import type { Base } from "../base.ts";
import { journalOfAll } from "./observed.ts";

/** The parts of a server through which a chat reports, until they are closed. */
export interface Voice {
  readonly parts: Pick<Base, "log" | "watching">;
  /** From now on, nothing is reported. */
  readonly close: () => void;
}

/** Returns the voice of a chat. @param observed Passes events of connections on to the logs of their nodes. */
export function voiceOf(
  base: Pick<Base, "log" | "watching" | "settings">,
  observed: ChatSeam["observed"],
): Voice {
  const { log, watching } = base;
  const observers: Partial<ServerObserver>[] = [
    journalOfAll(base, observed),
    watching.unlogged,
  ];
  let isClosed = false;
  return {
    parts: {
      log: {
        ...log,
        write(level, tag, said) {
          if (!isClosed) log.write(level, tag, said);
        },
      },
      watching: {
        ...watching,
        observer: observeWith(observers, (error) => {
          log.write("error", "ERREUR", `an observer failed: ${errorText(error)}`);
        }),
      },
    },
    close() {
      isClosed = true;
      observers.length = 0;
    },
  };
}
