// What nodes tell each other about themselves, as JSON. Nodes of other versions may have further members.
import { z } from "zod";
import type { ChatFigures } from "../../protocol/replies/operator.ts";
import type { NodeStatus, SilentNode } from "../status.ts";

const BYTES_MAX = 16 * 1024;

const name = z.string().min(1).max(64);
const count = z.number().int().min(0);

const statusSchema = z.object({
  status: z.object({
    node: name,
    run: name,
    version: name,
    schema: count,
    leads: z.boolean(),
    leader: name.optional(),
    batch: count,
    behind: count,
    natsConnected: z.boolean(),
    natsServer: z.string().max(300),
    clients: count,
    cutOffSince: z.number().optional(),
    clockOffsetMs: z.number().optional(),
    startedAt: z.number(),
  }),
  now: z.number(),
});

const knownSchema = z.object({ node: name, seenAt: z.number(), batch: count, version: name });

const rates = z.object({ "10s": z.number(), "60s": z.number() });

const figuresSchema = z.object({
  users: z.object({ guest: count, member: count }),
  messages: z.object({ global: count, private: count }),
  deliveries: count,
  rates: z.object({ connections: rates, messages: rates, deliveries: rates, refused: rates }),
  passwords_waiting: count,
  logins: z.object({ ok: count, failed: count, throttled: count, busy: count, banned: count }),
  registrations: count,
  bans: count,
});

/** Returns a value as a message. */
export function write(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

/** Reads the status of a node. @returns `undefined` if the message is not valid. */
export function readStatus(data: Uint8Array): { status: NodeStatus; now: number } | undefined {
  const read = readAs(statusSchema, data);
  if (read === undefined) return undefined;
  const { leader, cutOffSince, clockOffsetMs } = read.status;
  return { now: read.now, status: { ...read.status, leader, cutOffSince, clockOffsetMs } };
}

/** Reads what a node has noted of itself. @returns `undefined` if the message is not valid. */
export function readKnown(data: Uint8Array): SilentNode | undefined {
  return readAs(knownSchema, data);
}

/** Reads the figures of the leader. @returns `undefined` if the message is not valid. */
export function readFigures(data: Uint8Array): ChatFigures | undefined {
  return readAs(figuresSchema, data);
}

function readAs<T>(schema: z.ZodType<T>, data: Uint8Array): T | undefined {
  if (data.length > BYTES_MAX) return undefined;
  try {
    return schema.safeParse(JSON.parse(new TextDecoder().decode(data))).data;
  } catch {
    return undefined;
  }
}
