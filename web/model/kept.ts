// What the browser keeps of the page over a reload: unsent messages, drafts, the session. Read without trust.
import { DEFAULT_PREFS } from "./app.ts";
import { doubt } from "./resend.ts";
import type { App, Pending, Prefs, RoomKey, Session } from "./state.ts";
import { type Line, rowsOf, textOf, timeOf, wholeOf } from "./wire.ts";

/** Most unsent messages that are kept. */
const OUTBOX_MAX = 200;

/** The unsent messages that were kept; what had been sent is to be looked for. */
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

/** What to keep of the drafts: the text of each room that has one. */
export function draftsOf(app: App): Record<string, string> {
  const drafts = new Map(app.drafts);
  for (const { key, draft } of app.rooms.values()) drafts.set(key, draft);
  return Object.fromEntries([...drafts].filter(([, draft]) => draft !== ""));
}

/** The drafts that were kept, by room. */
export function readDrafts(kept: unknown): [RoomKey, string][] {
  if (typeof kept !== "object" || kept === null) return [];
  return Object.entries(kept).flatMap(([key, text]): [RoomKey, string][] =>
    isRoomKey(key) && typeof text === "string" && text !== "" ? [[key, text]] : []
  );
}

/** The session that was kept, if it can still be one. */
export function readSession(kept: unknown, now: number): Session | undefined {
  if (typeof kept !== "object" || kept === null) return undefined;
  const row = kept as Line;
  const expires = wholeOf(row.expires) || undefined;
  if (textOf(row.token) === "" || (expires !== undefined && expires < now)) return undefined;
  return { token: textOf(row.token), name: textOf(row.name), guest: row.guest === true, expires };
}

/** The session that a reply of the server gives, or undefined. */
export function sessionOf(
  line: Line,
  { name, guest }: { name: string; guest: boolean },
): Session | undefined {
  const token = textOf(line.token);
  return token === "" ? undefined : { token, name, guest, expires: timeOf(line.expires) };
}

/** The choices that were kept; what is none of the possible ones is the default. */
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
