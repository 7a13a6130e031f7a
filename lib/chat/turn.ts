// The deliveries of one turn of the event loop. Lines for everyone that follow each other are joined
// and encoded once, and the same bytes go into every outbox; only those who are left out of one of
// them get bytes of their own.
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
    const bytes = encodeLines(joinLines(broadcasts));
    const messages = countMessages(broadcasts);
    const excepted = new Set(broadcasts.map(({ except }) => except));
    for (const session of this.#roster.sessions) {
      if (excepted.has(session)) {
        const others = broadcasts.filter(({ except }) => except !== session);
        if (others.length > 0) session.deliver(encodeLines(joinLines(others)));
        this.deliveries += countMessages(others);
      } else {
        session.deliver(bytes);
        this.deliveries += messages;
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

function joinLines(broadcasts: readonly Broadcast[]): string {
  return broadcasts.map(({ line }) => line).join("");
}

function countMessages(broadcasts: readonly Broadcast[]): number {
  return broadcasts.reduce((count, { isMessage }) => count + (isMessage ? 1 : 0), 0);
}
