// Requests of operators, over the admin socket only. For anyone else they do not exist.
import { z } from "zod";

/** The events that `tail` can follow. */
export const TAIL_EVENTS = [
  "connected",
  "disconnected",
  "refused_connection",
  "joined",
  "left",
  "registered",
  "login",
  "state",
  "offence",
  "refused",
  "messages",
  "moderated",
  "failure",
] as const;

/** One of {@linkcode TAIL_EVENTS}. */
export type TailEvent = typeof TAIL_EVENTS[number];

/** What is told where nothing is chosen: all but what a busy server has many of each second. */
export const DEFAULT_TAIL_EVENTS: readonly TailEvent[] = TAIL_EVENTS.filter((event) =>
  event !== "messages" && event !== "refused"
);

/** Most of the latest events that `tail` tells first. */
export const RECENT_MAX = 200;

// What useradd(8) takes, and what directory services add to it.
const UNIX_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.@\\-]{0,63}\$?$/;

const whole = (min: number, max: number) =>
  z.number().refine(
    (n) => Number.isInteger(n) && n >= min && n <= max,
    `a whole number from ${min} to ${max}`,
  );
const reason = z.string().nullish().transform((text) => {
  const line = text?.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim().slice(0, 200);
  return line === "" ? undefined : line;
});

/** Their members. */
export const operatorSchemas = {
  operator: z.object({
    type: z.literal("operator"),
    name: z.string().regex(UNIX_NAME, "the name of a user of this machine"),
  }),
  clients: z.object({
    type: z.literal("clients"),
    filter: z.string().nullish().transform((text) => text ?? ""),
    limit: whole(1, 1_000_000).nullish().transform((limit) => limit ?? undefined),
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
    events: z.array(z.enum(TAIL_EVENTS), `a list of some of ${TAIL_EVENTS.join(", ")}`).nullish()
      .transform((events) => events ?? DEFAULT_TAIL_EVENTS),
    recent: whole(0, RECENT_MAX).nullish().transform((recent) => recent ?? 0),
  }),
};
