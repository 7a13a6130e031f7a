// Signs the user in and out: hello, resume, login, registration, guests, and the first requests afterwards.
import { DEFAULT_DOOR } from "./app.ts";
import { askLesson } from "./class_list.ts";
import { applyPolicy, askHands } from "./hands.ts";
import { askInvite, followInvite, uninvited } from "./inviting.ts";
import { sessionOf } from "./kept.ts";
import { nameKey } from "./keys.ts";
import { NO_LESSON } from "./lesson_state.ts";
import { askOverview } from "./overview.ts";
import { askPeople } from "./people.ts";
import type { Door, Event, Failure, Lesson, Me, Prefs, Role, Session } from "./state.ts";
import { ask, change, command, type Step } from "./step.ts";
import { type Line, textOf, timeOf, wholeOf } from "./wire.ts";

/** The optional features that this page supports. */
const FEATURES = ["seen", "session", "hands", "policy", "reports"];

/** Sends `hello` when the link has opened. */
export function greet(step: Step): void {
  const { tab, client } = step.app.self;
  ask(step, { for: "hello" }, { type: "hello", client, tab, features: FEATURES });
}

/** Applies the reply to `hello`, then resumes the session. */
export function greeted(step: Step, line: Line): void {
  const limits =
    (typeof line.limits === "object" && line.limits !== null ? line.limits : {}) as Line;
  change(step, {
    server: {
      version: textOf(line.version),
      className: textOf(line.class_name),
      guests: line.guests === true,
      registration: line.registration === true,
      invites: line.invites === true,
      passwords: line.passwords === "tls" ? "tls" : "ok",
      tlsPort: wholeOf(line.tls_port) || undefined,
      sessions: wholeOf(line.session_days) > 0,
      contentBytes: wholeOf(limits.content_bytes) || 8192,
      passwordMin: wholeOf(limits.password_min) || 4,
      clockOffset: (timeOf(line.time) ?? step.now) - step.now,
    },
  });
  applyPolicy(step, line.private_messages);
  // Before the session is resumed, so that the server leads the user to the channel.
  askInvite(step);
  resume(step);
}

/** Requests to resume the session, or shows the form. */
export function resume(step: Step): void {
  const { session, phase, me } = step.app;
  if (session !== undefined) {
    ask(step, { for: "resume" }, { type: "resume", token: session.token });
  } else if (phase !== "out") {
    leave(step, { reason: phase === "in" ? "expired" : undefined, name: me?.name ?? "" });
  }
}

/** Sends the sign-in form. */
export function enter(
  step: Step,
  event: Extract<Event, { type: "enter_guest" | "sign_in" | "register" }>,
): void {
  const { link, door } = step.app;
  const name = event.name.trim();
  if (link.state !== "open" || door.busy || name === "") return;
  change(step, { door: { ...DEFAULT_DOOR, busy: true, name } });
  if (event.type === "enter_guest") {
    const line = { type: "message", subtype: "global", from: name, content: "" };
    ask(step, { for: "guest", name }, line);
    return;
  }
  const { password, stay } = event;
  keepPrefs(step, { stay });
  if (event.type === "sign_in") login(step, { name, password, stay });
  else {
    const line = { type: "register", username: name, password };
    ask(step, { for: "register", name, password, stay }, line);
  }
}

/** Requests a login, with a session where the server supports sessions. */
export function login(
  step: Step,
  { name, password, stay }: { name: string; password: string; stay: boolean },
): void {
  ask(step, { for: "login", stay }, { type: "login", username: name, password, session: true });
}

/** Shows in the form why the server did not admit the user. */
export function refuse(step: Step, failure: Failure): void {
  change(step, { door: { ...step.app.door, busy: false, failure } });
  if (failure.code === "bad_invite") uninvited(step, failure);
}

/** Applies a successful sign-in: as a guest, with a password, or with the session. */
export function entered(
  step: Step,
  line: Line,
  { as, stay }: { as: Role | undefined; stay: boolean },
): void {
  const name = textOf(line.username) || textOf(line.name);
  const { me: before, session: kept } = step.app;
  const session = sessionOf(line, { name, guest: as === "guest" }) ??
    (as === undefined ? undefined : kept && { ...kept, name });
  const role = as ?? before?.role ?? "member";
  const me: Me = { name, key: nameKey(name), role, state: "online", mutedUntil: undefined };
  if (before !== undefined && before.key === me.key) {
    change(step, { me: { ...before, name, role } });
  } else change(step, { me });
  own(step, me, kept);
  const { link } = step.app;
  if (link.state === "open") change(step, { link: { ...link, joined: true } });
  change(step, { phase: "in", door: DEFAULT_DOOR, mustChange: line.must_change === true });
  keepSession(step, session, stay);
  if (before !== undefined && before.state !== "online" && before.key === me.key) {
    ask(step, { for: "state", state: before.state }, { type: "status", state: before.state });
  }
  if (as === undefined) ask(step, { for: "whoami" }, { type: "whoami" });
  followInvite(step);
  askOverview(step);
  askPeople(step);
  askHands(step);
  askLesson(step);
}

/** Discards unsent messages and drafts of other users. A guest may return under another name. */
function own(step: Step, me: Me, kept: Session | undefined): void {
  const old = kept === undefined ? undefined : nameKey(kept.name);
  const outbox = step.app.outbox.filter(({ owner }) => owner === me.key || owner === old);
  const isOther = step.app.owner !== "" && step.app.owner !== me.key && step.app.owner !== old;
  change(step, {
    outbox: outbox.map((each) => ({ ...each, owner: me.key })),
    owner: me.key,
    ...(isOther
      ? { drafts: new Map(), rooms: new Map(), people: new Map(), lesson: emptied(step) }
      : {}),
  });
}

/** Returns the state of a lesson in which only the policy is known. */
function emptied({ app }: Step): Lesson {
  return { ...NO_LESSON, policy: app.lesson.policy };
}

/** Stores the session in this tab or on this device, as the user chose. */
export function keepSession(step: Step, session: Session | undefined, stay: boolean): void {
  const onDevice = stay && session !== undefined && !session.guest;
  const wasOnDevice = step.app.session?.stay === true;
  const kept = session && { ...session, stay: onDevice };
  change(step, { session: kept });
  command(step, {
    type: "store",
    where: "tab",
    key: "session",
    value: onDevice ? undefined : kept,
  });
  // Another tab may have stored a session of its own on this device.
  if (!onDevice && !wasOnDevice) return;
  command(step, {
    type: "store",
    where: "device",
    key: "session",
    value: onDevice ? kept : undefined,
  });
}

/** Stores the user's preferences. */
export function keepPrefs(step: Step, changes: Partial<Prefs>): void {
  const prefs = { ...step.app.prefs, ...changes };
  change(step, { prefs });
  command(step, { type: "store", where: "device", key: "prefs", value: prefs });
}

/** Shows the form. Drafts and unsent messages stay for the same user. The messages that were read are discarded. */
export function leave(step: Step, door: Partial<Door>): void {
  const { link, rooms } = step.app;
  const drafts = new Map(step.app.drafts);
  for (const { key, draft } of rooms.values()) {
    if (draft === "") drafts.delete(key);
    else drafts.set(key, draft);
  }
  change(step, {
    phase: "out",
    me: undefined,
    mustChange: false,
    door: { ...DEFAULT_DOOR, ...door },
    rooms: new Map(),
    people: new Map(),
    drafts,
    search: undefined,
    lesson: emptied(step),
    directory: undefined,
    throttledUntil: undefined,
    ...(link.state === "open" ? { link: { ...link, joined: false, caughtUp: false } } : {}),
  });
  forgetSession(step);
}

/**
 * Removes the session from where this tab stored it. Another tab may have stored a newer session on the device.
 */
function forgetSession(step: Step): void {
  const { session } = step.app;
  if (session === undefined) return;
  change(step, { session: undefined });
  const where = session.stay ? "device" : "tab";
  command(step, { type: "store", where, key: "session", value: undefined });
}

/** Removes everything of the user from this browser after signing out. */
export function signedOut(step: Step): void {
  leave(step, { reason: "signed_out" });
  change(step, { outbox: [], drafts: new Map(), owner: "", notices: [], outcomes: new Map() });
}
