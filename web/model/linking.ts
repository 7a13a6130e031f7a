// Applies changes of the link: sends `hello` when it opens, and marks unanswered requests as failed when it closes.
import { greet } from "./entering.ts";
import { unlink } from "./reading.ts";
import { OFFLINE, settleAll } from "./requests.ts";
import { doubt } from "./resend.ts";
import { breakSaving } from "./saving.ts";
import { failSearch } from "./searching.ts";
import type { Link } from "./state.ts";
import { change, command, type Step } from "./step.ts";

/** Applies a change of the link. */
export function linked(step: Step, link: Link): void {
  const before = step.app.link;
  if (link.state === "open") {
    change(step, { link });
    return greet(step);
  }
  if (before.state === "open") broken(step);
  // Keep the time of the first failure, not that of the latest attempt.
  const since = before.state === "waiting" || before.state === "connecting"
    ? before.since
    : step.now;
  change(step, { link: link.state === "off" ? link : { ...link, since } });
}

function broken(step: Step): void {
  const { door, search, outbox, phase } = step.app;
  change(step, {
    asked: new Map(),
    peopleDue: false,
    forgotten: [],
    throttledUntil: undefined,
    outbox: doubt(outbox, step.now),
    door: door.busy ? { ...door, busy: false, failure: OFFLINE } : door,
  });
  unlink(step);
  if (search?.state === "busy") failSearch(step, search, OFFLINE);
  settleAll(step, OFFLINE);
  breakSaving(step);
  if (phase !== "in") return;
  change(step, { offlineTold: true });
  command(step, { type: "announce", what: { kind: "link", state: "offline" } });
}
