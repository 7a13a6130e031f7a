// Formats the server's events as sentences in the language of the console.
import type { Line } from "../admin/client.ts";
import { peerText } from "../admin/clients.ts";
import { harmless } from "../terminal/text.ts";
import { clock } from "../terminal/units.ts";
import { lookup } from "./lookup.ts";
import { fitLine, type ScreenLine, type Style, styled, widthOf } from "./style.ts";
import type { ConsoleTexts, EventFields } from "./texts/texts.ts";

/** Events whose sentence names a user. The peer is shown separately. */
const ABOUT_USERS: ReadonlySet<string> = new Set([
  "joined",
  "left",
  "registered",
  "login",
  "state",
]);

/** Formats an event: its time, its sentence and, if there is room, its peer. */
export function eventLine(event: Line, width: number, texts: ConsoleTexts): ScreenLine {
  const kind = String(event["event"]);
  const fields = fieldsOf(event);
  const sentence = lookup(texts.events, kind)?.(fields) ?? harmless(kind);
  const line = [
    styled(` ${harmless(clock(String(event["at"])))}  `, "faint"),
    styled(sentence, styleOf(kind, fields)),
  ];
  const from = ABOUT_USERS.has(kind) ? `  ${fields.peer} ` : "";
  const gap = width - widthOf(line) - from.length;
  return from === "" || gap < 0
    ? line
    : [...fitLine(line, width - from.length), styled(from, "faint")];
}

function fieldsOf(event: Line): EventFields {
  const field = (name: string) => {
    const value = event[name];
    return value === undefined || value === null ? "" : harmless(String(value));
  };
  const until = field("until");
  return {
    peer: field("address") && harmless(peerText(field("address"), Number(event["port"] ?? 0))),
    user: field("user"),
    kind: field("kind"),
    limit: field("limit"),
    reason: field("reason"),
    result: field("result"),
    state: field("state"),
    offence: field("offence"),
    code: field("code"),
    messages: field("messages"),
    failures: field("failures"),
    network: field("network"),
    what: field("what"),
    by: field("by"),
    action: field("action"),
    target: field("target"),
    channel: field("channel"),
    until: until && harmless(clock(until)),
  };
}

function styleOf(kind: string, { result }: EventFields): Style {
  switch (kind) {
    case "joined":
    case "registered":
      return "good";
    case "login":
      return result === "ok" ? "good" : "warning";
    case "connected":
    case "disconnected":
      return "faint";
    case "refused_connection":
    case "refused":
    case "offence":
    case "guessing":
      return "warning";
    case "moderated":
      return "notable";
    case "failure":
      return "bad";
    default:
      return "plain";
  }
}
