// Applies replies from the server, according to the purpose of each request.
import type { Asked } from "./asked.ts";
import { applyClass, applyClasses, failClass } from "./class_list.ts";
import { entered, greeted, leave, login, refuse, resume, signedOut } from "./entering.ts";
import { keepSession } from "./entering.ts";
import { applyHands } from "./hands.ts";
import { invited, uninvited } from "./inviting.ts";
import { sessionOf } from "./kept.ts";
import { muted } from "./muting.ts";
import { passwordChanged, passwordFailed } from "./new_password.ts";
import { acked, refused } from "./outbox.ts";
import { applyDirectory, applyOverview } from "./overview.ts";
import { applyPeople } from "./people.ts";
import { applyHistory, failHistory } from "./reading.ts";
import { acted, failed, joined, left } from "./requests.ts";
import { applyCheck, giveUp } from "./resend.ts";
import { applyAttendance, applyExport, failAttendance, failExport } from "./saving.ts";
import { applySearch, failSearch } from "./searching.ts";
import type { Failure } from "./state.ts";
import { change, command, settle, type Step } from "./step.ts";
import { applySeen } from "./unread.ts";
import { type Line, roleOf, textOf } from "./wire.ts";

/** Applies a reply that is not an error. */
export function answered(
  step: Step,
  ref: string,
  { asked, line }: { asked: Asked; line: Line },
): void {
  const { session, me } = step.app;
  switch (asked.for) {
    case "hello":
      return greeted(step, line);
    case "invite":
      return invited(step, line);
    case "guest":
      return entered(step, { ...line, name: textOf(line.name) || asked.name }, {
        as: "guest",
        stay: false,
      });
    case "register":
      change(step, { door: { ...step.app.door, registered: true } });
      return login(step, asked);
    case "login":
      return entered(step, line, { ...asked, as: undefined });
    case "resume":
      return entered(step, { ...line, token: session?.token }, {
        as: roleOf(line.role),
        stay: session?.stay ?? false,
      });
    case "whoami":
      if (me !== undefined) {
        change(step, { me: { ...me, role: roleOf(line.role), state: textOf(line.state) } });
      }
      return;
    case "logout":
      return signedOut(step);
    case "overview":
      return applyOverview(step, line);
    case "people":
      return applyPeople(step, asked, line);
    case "directory":
      return applyDirectory(step, line);
    case "history":
      return applyHistory(step, { ...asked, key: asked.room, ref }, line);
    case "check":
      return applyCheck(step, asked.room, { line, pages: asked.pages });
    case "search":
      return applySearch(step, asked, line);
    case "message":
      if (me?.mutedUntil !== undefined) change(step, { me: { ...me, mutedUntil: undefined } });
      return acked(step, asked.cid, line);
    case "join":
      return joined(step, line, asked);
    case "leave":
      settle(step, asked.tag, { state: "ok", details: line });
      return left(step, asked.room);
    case "act":
      if (asked.kind === "password" && me !== undefined) {
        passwordChanged(step);
        keepSession(step, sessionOf(line, { name: me.name, guest: false }), session?.stay ?? false);
      }
      return acted(step, line, asked);
    case "seen":
      return applySeen(step, asked.room, line);
    case "hands":
      return applyHands(step, line);
    case "classes":
      return applyClasses(step, line);
    case "class":
      return applyClass(step, asked, line);
    case "attendance":
      return applyAttendance(step, asked, line);
    case "export":
      return applyExport(step, asked, line);
    case "state":
      return;
  }
}

/** Applies an error. */
export function rejected(
  step: Step,
  ref: string,
  { asked, failure }: { asked: Asked; failure: Failure },
): void {
  const { me } = step.app;
  switch (asked.for) {
    case "guest":
    case "login":
    case "register":
      return refuse(step, failure);
    case "invite":
      return uninvited(step, failure);
    case "resume":
      return notResumed(step, failure);
    case "logout":
      // The connection is still the user's, and the token lives.
      return failed(step, failure, undefined);
    case "overview":
      return command(step, { type: "timer", name: "overview", ms: 2000 });
    case "history":
      failHistory(step, asked.room, ref);
      if (failure.code !== "rate_limited" && failure.code !== "busy") {
        return failed(step, failure, undefined);
      }
      return command(step, { type: "timer", name: "read", ms: waitOf(step, failure) });
    case "check":
      if (!isPassing(failure)) return giveUp(step, asked.room);
      return command(step, { type: "timer", name: "check", ms: 2000 });
    case "search":
      return failSearch(step, asked, failure);
    case "message":
      if (failure.code === "muted") {
        muted(step, (failure.retryAt ?? Infinity) + (step.app.server?.clockOffset ?? 0));
      }
      return refused(step, asked.cid, failure);
    case "join":
    case "leave":
      return failed(step, failure, asked.tag);
    case "act": {
      const isPassword = asked.kind === "password";
      return failed(step, isPassword ? passwordFailed(step, failure) : failure, asked.tag);
    }
    case "state":
      if (me !== undefined) change(step, { me: { ...me, state: asked.state } });
      return failed(step, failure, undefined);
    case "hello":
      return isPassing(failure) ? tryLater(step, "hello", failure) : resume(step);
    case "class":
      return failClass(step, asked, failure.code);
    case "attendance":
      return failAttendance(step, failure);
    case "export":
      return failExport(step, failure);
    case "hands":
    case "classes":
    case "people":
    case "directory":
    case "whoami":
    case "seen":
      return;
  }
}

/** Handles a rejected session. The page tries again later if the error allows it, and otherwise shows the form. */
function notResumed(step: Step, failure: Failure): void {
  const { session } = step.app;
  if (isPassing(failure)) return tryLater(step, "resume", failure);
  leave(step, {
    reason: session?.guest ? "guest_expired" : "expired",
    name: session?.name ?? "",
    failure: failure.code === "session_expired" ? undefined : failure,
  });
}

/** Greets or resumes again after a while. Shows the form meanwhile, because the wait may be long. */
function tryLater(step: Step, name: "hello" | "resume", failure: Failure): void {
  const { session, phase, door } = step.app;
  command(step, { type: "timer", name, ms: waitOf(step, failure) });
  if (phase !== "starting") return;
  change(step, { phase: "out", door: { ...door, failure, name: session?.name ?? "" } });
}

/** Whether the same request may succeed later. */
function isPassing({ code }: Failure): boolean {
  return ["throttled", "busy", "rate_limited", "shutting_down", "internal"].includes(code);
}

/** Returns how long to wait before a request is sent again, in milliseconds. */
function waitOf(step: Step, { retryAt = step.now }: Failure): number {
  return Math.max(500, retryAt - step.now);
}
