// Requests of operators about the server as a whole, over the admin socket only.
import { z } from "zod";
import { expects, listOf, optionalText, orMissing, reason, whole } from "./fields.ts";

/** The events that `tail` can follow. */
export const TAIL_EVENTS = [
  "connected",
  "disconnected",
  "refused_connection",
  "joined",
  "left",
  "registered",
  "login",
  "guessing",
  "state",
  "offence",
  "refused",
  "messages",
  "moderated",
  "mail",
  "failure",
] as const;

/** One of {@linkcode TAIL_EVENTS}. */
export type TailEvent = typeof TAIL_EVENTS[number];

/** What is told where nothing is chosen: all but what a busy server has many of each second. */
const DEFAULT_TAIL_EVENTS: readonly TailEvent[] = TAIL_EVENTS.filter((event) =>
  event !== "messages" && event !== "refused"
);

/** Most of the latest events that `tail` tells first. */
export const RECENT_MAX = 200;

/** Most entries of an `audit` reply, and how many without `limit`. */
const AUDIT_MAX = 500;
const AUDIT_DEFAULT = 50;

// What useradd(8) takes, and what directory services add to it.
const UNIX_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,63}\$?$/;

/** Their members. */
export const operatorSchemas = {
  operator: z.object({
    type: z.literal("operator"),
    name: z.string().refine((name) => UNIX_NAME.test(name), expects("want_unix_name")),
  }),
  clients: z.object({
    type: z.literal("clients"),
    filter: optionalText.transform((text) => text ?? ""),
    limit: orMissing(whole(1, 1_000_000)),
  }),
  disconnect: z.object({
    type: z.literal("disconnect"),
    conn: whole(1, Number.MAX_SAFE_INTEGER),
    reason,
  }),
  reload: z.object({ type: z.literal("reload") }),
  stats: z.object({ type: z.literal("stats") }),
  shutdown: z.object({ type: z.literal("shutdown"), reason }),
  tail: z.object({
    type: z.literal("tail"),
    events: orMissing(
      listOf(z.enum(TAIL_EVENTS), "want_events", { list: TAIL_EVENTS.join(", ") }),
    ).transform((events) => events ?? DEFAULT_TAIL_EVENTS),
    recent: orMissing(whole(0, RECENT_MAX)).transform((recent) => recent ?? 0),
  }),
  audit: z.object({
    type: z.literal("audit"),
    limit: orMissing(whole(1, AUDIT_MAX)).transform((limit) => limit ?? AUDIT_DEFAULT),
    before: orMissing(whole(1, Number.MAX_SAFE_INTEGER)),
    actor: optionalText,
    target: optionalText,
    action: optionalText,
  }),
};
