// Requests of operators about the server as a whole, over the admin socket only.
import { z } from "zod";
import { expects, listOf, optionalName, optionalText, orMissing, reason, whole } from "./fields.ts";

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

/** The default events: all except those that a busy server has many of per second. */
const DEFAULT_TAIL_EVENTS: readonly TailEvent[] = TAIL_EVENTS.filter((event) =>
  event !== "messages" && event !== "refused"
);

/** The maximum number of recent events that `tail` sends first. */
export const RECENT_MAX = 200;

/** The maximum number of entries of an `audit` reply, and the default of `limit`. */
const AUDIT_MAX = 500;
const AUDIT_DEFAULT = 50;

/** The maximum length of the name of a node of a cluster. */
const NODE_MAX = 32;

// The names that useradd(8) accepts, and the characters that directory services add.
const UNIX_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,63}\$?$/;

/** Exports of personal data that the audit log records. */
export const EXPORTS = ["user_export", "export_private"] as const;

/** The schemas of the requests. */
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
  note_export: z.object({
    type: z.literal("note_export"),
    action: z.enum(EXPORTS),
    target: optionalName,
    reason,
  }),
  cluster: z.object({ type: z.literal("cluster") }),
  cluster_forget: z.object({
    type: z.literal("cluster_forget"),
    node: z.string().refine(
      (name) => name.length <= NODE_MAX && /^[\w-]+$/.test(name),
      expects("want_node", { max: NODE_MAX }),
    ),
  }),
  cluster_step_down: z.object({ type: z.literal("cluster_step_down") }),
};
