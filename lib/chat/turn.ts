// The deliveries of one turn of the event loop. Lines for everyone that follow each other are joined
// and encoded once, and the same bytes go into every outbox; those who are left out of one of them get
// a copy without it.
import { nameKey } from "../protocol/names.ts";
import { ackLine, encodeLines, messageLine } from "../protocol/reply.ts";
import type { MessageEvent, PresenceEvent } from "./message_log.ts";
import type { Roster } from "./roster.ts";
import type { Session } from "./session.ts";

/** A line for everyone but one; a message, or a mere notice. */
interface Broadcast {
  readonly line: string;
  readonly except: Session | undefined;
  readonly isMessage: boolean;
}

/** Gathers one turn's lines, in order, and hands them to the outboxes. */
export class Turn {
  readonly #roster: Roster;
  #broadcasts: Broadcast[] = [];
  /** Messages handed to an outbox, one for each recipient connection. */
  deliveries = 0;
  /** Messages to everyone. */
  global = 0;
  /** Private messages. */
  private = 0;

  /** @param roster Says who is online, and with which connections. */
  constructor(roster: Roster) {
    this.#roster = roster;
  }

  /** Adds a line for everyone. */
  presence({ line, except }: PresenceEvent): void {
    this.#broadcasts.push({ line, except, isMessage: false });
  }

  /** Adds a message that is stored under `id`, and the ack if one is wanted. */
  message({ message, origin, ref }: MessageEvent, id: number): void {
    const to = message.recipient ?? "global";
    const line = messageLine({ ...message, id, from: message.sender, to });
    if (message.subtype === "global") {
      this.global++;
      this.#broadcasts.push({ line, except: origin, isMessage: true });
    } else {
      this.private++;
      this.flush();
      this.#deliverPrivate(line, nameKey(to), origin);
    }
    if (ref !== undefined) origin.send(ackLine(ref, id, message.sentAt));
  }

  /** Hands out the lines for everyone that have gathered. */
  flush(): void {
    const broadcasts = this.#broadcasts;
    if (broadcasts.length === 0) return;
    this.#broadcasts = [];
    const bytes = encodeLines(broadcasts.map(({ line }) => line).join(""));
    const own = ownLines(broadcasts);
    const messages = broadcasts.filter(({ isMessage }) => isMessage).length;
    for (const session of this.#roster.sessions) {
      const left = own.get(session);
      if (left === undefined) {
        session.deliver(bytes);
        this.deliveries += messages;
      } else {
        if (left.bytes < bytes.length) session.deliver(without(bytes, left));
        this.deliveries += messages - left.messages;
      }
    }
  }

  #deliverPrivate(line: string, recipientKey: string, origin: Session): void {
    const recipient = this.#roster.find(recipientKey);
    if (recipient === undefined) return;
    const bytes = encodeLines(line);
    for (const session of recipient.sessions) {
      if (session === origin) continue;
      session.deliver(bytes);
      this.deliveries++;
    }
  }
}

/** What one session is left out of: places in the bytes of a turn. */
interface OwnLines {
  readonly places: { readonly start: number; readonly end: number }[];
  bytes: number;
  messages: number;
}

function ownLines(broadcasts: readonly Broadcast[]): Map<Session, OwnLines> {
  const own = new Map<Session, OwnLines>();
  let start = 0;
  for (const { line, except, isMessage } of broadcasts) {
    // Lines are ASCII: as many bytes as characters.
    const end = start + line.length;
    if (except !== undefined) {
      const left = own.get(except) ?? { places: [], bytes: 0, messages: 0 };
      own.set(except, left);
      left.places.push({ start, end });
      left.bytes += line.length;
      if (isMessage) left.messages++;
    }
    start = end;
  }
  return own;
}

// Copied, not encoded again: of a thousand that join at once, each is left out of its own line.
function without(bytes: Uint8Array, { places, bytes: left }: OwnLines): Uint8Array {
  const rest = new Uint8Array(bytes.length - left);
  let from = 0;
  let to = 0;
  for (const { start, end } of [...places, { start: bytes.length, end: 0 }]) {
    rest.set(bytes.subarray(from, start), to);
    to += start - from;
    from = end;
  }
  return rest;
}
