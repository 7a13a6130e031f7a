// Implements the model of the page: it takes an event and returns the next state and the commands.
import { answered, rejected } from "./answers.ts";
import { receive } from "./arrivals.ts";
import { intend } from "./intents.ts";
import { draftsOf } from "./kept.ts";
import { channelKey, userKey } from "./keys.ts";
import { linked } from "./linking.ts";
import { applyHand, applyPolicy } from "./hands.ts";
import { applyStatus } from "./people.ts";
import { applyReport } from "./reports.ts";
import { failed } from "./requests.ts";
import { answeredByHand } from "./typed.ts";
import type { App, Command, Event } from "./state.ts";
import { change, command, settle, type Step } from "./step.ts";
import { applyNotice } from "./system.ts";
import { ring } from "./timers.ts";
import { applySeen } from "./unread.ts";
import { failureOf, type Line, textOf } from "./wire.ts";

/**
 * Applies one event.
 *
 * @param now The time, in milliseconds since 1970.
 * @returns The next state, and the commands in their order.
 */
export function reduce(
  app: App,
  event: Event,
  now: number,
): { readonly app: App; readonly commands: readonly Command[] } {
  const step: Step = { app, commands: [], now };
  if (event.type === "link") linked(step, event.link);
  else if (event.type === "line") apply(step, event.line);
  else if (event.type === "timer") ring(step, event.name);
  else intend(step, event);
  if (event.type !== "start") keep(step, app);
  const { commands } = step;
  return { app: step.app, commands: isProjected(step.app) ? commands.filter(isSilent) : commands };
}

/** Whether the page is on a projector, where nobody may see or hear what is meant for the user alone. */
function isProjected({ route }: App): boolean {
  return route.at === "projector";
}

function isSilent({ type }: Command): boolean {
  return type !== "announce" && type !== "notify";
}

function apply(step: Step, line: Line): void {
  const ref = textOf(line.ref);
  const asked = ref === "" ? undefined : step.app.asked.get(ref);
  if (asked !== undefined) {
    const rest = new Map(step.app.asked);
    rest.delete(ref);
    change(step, { asked: rest });
    if (line.type !== "error") return answered(step, ref, { asked, line });
    return rejected(step, ref, { asked, failure: failureOf(line, step.now) });
  }
  switch (line.type) {
    case "message":
      return receive(step, line);
    case "status":
      return applyStatus(step, line);
    case "system":
      return applyNotice(step, line);
    case "seen": {
      const channel = textOf(line.channel);
      return applySeen(
        step,
        channel === "" ? userKey(textOf(line.with)) : channelKey(channel),
        line,
      );
    }
    case "hand":
      return applyHand(step, line);
    case "policy":
      return applyPolicy(step, line.private);
    case "report":
      // A reply has a status: the user has sent the request by hand.
      return line.status === undefined ? applyReport(step, line) : undefined;
    case "class_progress":
      return settle(step, "class_progress", { state: "ok", details: line });
    case "error":
      return complain(step, line);
    default:
      return answeredByHand(step, line);
  }
}

/** Handles an error without a request. The server closes the connection after it. */
function complain(step: Step, line: Line): void {
  const failure = failureOf(line, step.now);
  if (failure.code === "too_many_connections") command(step, { type: "disconnect", why: "full" });
  if (failure.code === "banned") command(step, { type: "disconnect", why: "banned" });
  failed(step, failure, undefined);
}

/** Stores what must survive a reload. */
function keep(step: Step, before: App): void {
  const { app } = step;
  if (app.outbox !== before.outbox) store(step, "outbox", app.outbox);
  if (app.owner !== before.owner) store(step, "owner", app.owner);
  if (app.rooms !== before.rooms || app.drafts !== before.drafts) {
    const drafts = draftsOf(app);
    if (!isSame(drafts, draftsOf(before))) store(step, "drafts", drafts);
  }
}

function store(step: Step, key: string, value: unknown): void {
  command(step, { type: "store", where: "tab", key, value });
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
