// Requests of operators, over the admin socket only. For anyone else they do not exist.
import { z } from "zod";
import { checkName } from "../names.ts";
import type { PhraseKey, Places } from "../phrases.ts";
import { channelName, expects, note, optionalText, orMissing, reason, whole } from "./fields.ts";
import { ROLES, userAdminSchemas } from "./user_admin.ts";

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
/** Longest list of roles, accounts or events. */
const LIST_MAX = 1_000;

// What useradd(8) takes, and what directory services add to it.
const UNIX_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,63}\$?$/;

const channelSettings = {
  channel: channelName,
  topic: orMissing(note),
  roles: listOf(z.enum(ROLES), "want_roles", { list: ROLES.join(", ") }),
  accounts: listOf(z.string().refine((name) => checkName(name).ok), "want_accounts"),
  read_only: orMissing(z.boolean()),
};

function listOf<T>(
  item: z.ZodType<T>,
  expected: PhraseKey,
  places?: Places,
): z.ZodType<readonly T[] | undefined> {
  return z.unknown().nullish().transform((value, context) => {
    if (value === undefined || value === null) return undefined;
    const list = z.array(item).max(LIST_MAX).safeParse(value);
    if (list.success) return list.data;
    context.addIssue({ code: "custom", ...expects(expected, places) });
    return z.NEVER;
  });
}

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
    events: listOf(z.enum(TAIL_EVENTS), "want_events", { list: TAIL_EVENTS.join(", ") })
      .transform((events) => events ?? DEFAULT_TAIL_EVENTS),
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
  channel_create: z.object({ type: z.literal("channel_create"), ...channelSettings }),
  channel_update: z.object({ type: z.literal("channel_update"), ...channelSettings }),
  channel_delete: z.object({ type: z.literal("channel_delete"), channel: channelName, reason }),
  ...userAdminSchemas,
};
