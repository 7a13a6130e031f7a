// Takes out of restricted channels whoever is not admitted any more, every ten seconds, in short steps.
import { evictions } from "./chat/membership.ts";
import type { Services } from "./chat/services.ts";
import { type Clock, startChore } from "./ops/background.ts";
import type { Log } from "./ops/log.ts";
import { errorText } from "./ops/log_text.ts";
import { doFor } from "./store/steps.ts";

const EVICTION_MS = 10_000;
const EVICTION_STEP_MS = 3;
const EVICTION_PAUSE_MS = 20;

/** Begins with it. @returns A function that ends it. */
export function startEvicting(
  services: Services,
  { log, clock }: { readonly log: Pick<Log, "write">; readonly clock: Clock },
): () => void {
  let looking: Generator<void> | undefined;
  return startChore({
    step() {
      const each = looking ??= evictions(services);
      looking = undefined;
      const { done } = doFor(EVICTION_STEP_MS, () => each.next().done === true ? 0 : 1);
      if (!done) looking = each;
      return done;
    },
    pauseMs: EVICTION_PAUSE_MS,
    everyMs: EVICTION_MS,
    failed: (error) =>
      log.write("error", "ERREUR", `putting out who is not admitted failed: ${errorText(error)}`),
  }, clock);
}
