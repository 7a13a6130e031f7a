// Reads what the browser stores across reloads: unsent messages, drafts, the session. Every value is checked.
import { DEFAULT_PREFS } from "./app.ts";
import { doubt } from "./resend.ts";
import type { App, Pending, Prefs, RoomKey, Session } from "./state.ts";
import { type Line, rowsOf, textOf, timeOf, wholeOf } from "./wire.ts";

/** The maximum number of stored unsent messages. */
const OUTBOX_MAX = 200;

/** Returns the stored unsent messages. A message that had been sent is checked against the history. */
export function readOutbox(kept: unknown, now: number): Pending[] {
  const rows = rowsOf(kept).slice(-OUTBOX_MAX);
  return doubt(rows.flatMap((row) => pendingOf(row) ?? []), now);
}

function pendingOf(row: Line): Pending | undefined {
  const room = textOf(row.room);
  const state = textOf(row.state);
  if (!isRoomKey(room) || textOf(row.cid) === "" || textOf(row.content) === "") return undefined;
  return {
    cid: textOf(row.cid),
    owner: textOf(row.owner),
    room,
    name: textOf(row.name),
    content: textOf(row.content),
    replyTo: wholeOf(row.replyTo) || undefined,
    at: wholeOf(row.at),
    command: row.command === true,
    after: wholeOf(row.after),
    state: state === "waiting" ? "waiting" : state === "failed" ? "failed" : "sent",
    failure: undefined,
  };
}

/** Returns the drafts to store: the text of each room that has one. */
export function draftsOf(app: App): Record<string, string> {
  const drafts = new Map(app.drafts);
  for (const { key, draft } of app.rooms.values()) drafts.set(key, draft);
  return Object.fromEntries([...drafts].filter(([, draft]) => draft !== ""));
}

/** Returns the stored drafts, by room. */
export function readDrafts(kept: unknown): [RoomKey, string][] {
  if (typeof kept !== "object" || kept === null) return [];
  return Object.entries(kept).flatMap(([key, text]): [RoomKey, string][] =>
    isRoomKey(key) && typeof text === "string" && text !== "" ? [[key, text]] : []
  );
}

/** Returns the stored session, unless it is invalid or has expired. */
export function readSession(kept: unknown, now: number): Session | undefined {
  if (typeof kept !== "object" || kept === null) return undefined;
  const row = kept as Line;
  const expires = wholeOf(row.expires) || undefined;
  if (textOf(row.token) === "" || (expires !== undefined && expires < now)) return undefined;
  return {
    token: textOf(row.token),
    name: textOf(row.name),
    guest: row.guest === true,
    expires,
    stay: row.stay === true,
  };
}

/** Returns the session in a reply from the server, or undefined. */
export function sessionOf(
  line: Line,
  { name, guest }: { name: string; guest: boolean },
): Session | undefined {
  const token = textOf(line.token);
  return token === ""
    ? undefined
    : { token, name, guest, expires: timeOf(line.expires), stay: false };
}

/** Returns the stored preferences. An invalid value is replaced by the default. */
export function readPrefs(kept: unknown): Prefs {
  const row = (typeof kept === "object" && kept !== null ? kept : {}) as Line;
  return {
    language: oneOf(row.language, ["auto", "en", "fr"]) ?? DEFAULT_PREFS.language,
    theme: oneOf(row.theme, ["auto", "light", "dark"]) ?? DEFAULT_PREFS.theme,
    size: Math.min(200, Math.max(80, wholeOf(row.size) || DEFAULT_PREFS.size)),
    notify: oneOf(row.notify, ["off", "on", "hidden"]) ?? DEFAULT_PREFS.notify,
    stay: row.stay === true,
  };
}

function oneOf<T extends string>(value: unknown, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === value);
}

function isRoomKey(text: string): text is RoomKey {
  return /^[#@]./su.test(text);
}
