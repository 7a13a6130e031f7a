// Finds out after a break of the link which messages the server has stored, and sends the others again.
import { flush } from "./outbox.ts";
import { address, isKept } from "./room_requests.ts";
import type { Item, Pending, RoomKey } from "./state.ts";
import { ask, change, isJoined, type Step } from "./step.ts";
import { itemOf, type Line, rowsOf } from "./wire.ts";

/** The maximum number of history pages that are searched for a message. */
const PAGES_MAX = 100;

/** The code for a command that the server may or may not have run. */
export const UNSURE = "unsure";

/** Marks the unanswered messages after the link has closed. The server may or may not have stored them. */
export function doubt(outbox: readonly Pending[], at: number): Pending[] {
  return outbox.map((pending) => {
    if (pending.state !== "sent") return pending;
    if (!pending.command) return { ...pending, state: "checking" };
    // The server may have run the command. Only the user can decide whether to run it again.
    const failure = { code: UNSURE, reason: undefined, text: "", retryAt: undefined };
    return { ...pending, state: "failed", failure, at };
  });
}

/** Searches the history for the messages that were sent before the link broke. */
export function check(step: Step): void {
  // The next connection looks again.
  if (!isJoined(step)) return;
  const keys = new Set(step.app.outbox.filter(isChecking).map(({ room }) => room));
  for (const key of keys) {
    const mine = step.app.outbox.filter((each) => each.room === key && isChecking(each));
    askPage(step, { key, after: Math.min(...mine.map(({ after }) => after)), pages: 1 });
  }
  flush(step);
}

function askPage(
  step: Step,
  { key, after, pages }: { key: RoomKey; after: number; pages: number },
): void {
  const room = step.app.rooms.get(key);
  if (room === undefined || !isKept(step, room)) return giveUp(step, key);
  const line = { type: "history", ...address(room), after, limit: 200 };
  ask(step, { for: "check", room: key, pages }, line);
}

/** Applies a page of history. A message that is not found up to the last page was not stored. */
export function applyCheck(
  step: Step,
  key: RoomKey,
  { line, pages }: { line: Line; pages: number },
): void {
  const items = rowsOf(line.messages).flatMap((row) => itemOf(row, step.app.me) ?? []);
  resolve(step, items);
  const last = items.at(-1);
  const isLeft = step.app.outbox.some((each) => each.room === key && isChecking(each));
  if (isLeft && line.more === true && last !== undefined && pages < PAGES_MAX) {
    askPage(step, { key, after: last.id, pages: pages + 1 });
  } else giveUp(step, key);
}

/** Sends the messages again that were not found. Readers drop a second copy by its `cid`. */
export function giveUp(step: Step, key: RoomKey): void {
  const outbox = step.app.outbox.map((each): Pending =>
    each.room === key && isChecking(each) ? { ...each, state: "waiting" } : each
  );
  change(step, { outbox });
  flush(step);
}

/** Removes the messages that were found in the history from the outbox. */
export function resolve(step: Step, items: readonly Item[]): void {
  const stored = new Set(items.filter(({ mine }) => mine).map(({ cid }) => cid));
  if (stored.size === 0) return;
  change(step, { outbox: step.app.outbox.filter(({ cid }) => !stored.has(cid)) });
}

function isChecking({ state }: Pending): boolean {
  return state === "checking";
}
