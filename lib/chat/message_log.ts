// The order of everything that others hear. Handlers append to it and never deliver by themselves;
// delivery follows what the log reports, in the log's order. Messages are stored before they are
// reported: all that arrived in one turn of the event loop, in one transaction.
//
// This is the seam for several nodes that share one log: ids and order come from here.
import { setImmediate } from "node:timers";
import type { MessageStore, NewMessage } from "../store/messages.ts";
import type { Session } from "./session.ts";

/** A message to be stored and delivered. */
export interface MessageEvent {
  readonly kind: "message";
  readonly message: NewMessage;
  /** The connection it came from: it gets no copy, but the ack. */
  readonly origin: Session;
  /** The request's `ref`: an ack is wanted. */
  readonly ref: string | undefined;
  /** When its line was read, on the clock of `performance.now()`. */
  readonly readAt: number;
}

/** A line that everyone who joined hears, or the members of a channel, and that is not kept. */
export interface LineEvent {
  readonly kind: "line";
  readonly line: string;
  /** The channel whose members hear it; everyone without. */
  readonly channel?: string;
  /** The connection that caused it, which is not told. */
  readonly except: Session | undefined;
}

/** Something of this process's own that has to wait for what was appended before it. */
export interface LocalEvent {
  readonly kind: "local";
  readonly run: () => void;
}

/** Anything that can be appended. */
export type LogEvent = MessageEvent | LineEvent | LocalEvent;

/** What the log reports: the ids of a turn's messages, in order, or why they could not be stored. */
export type Outcome =
  | { readonly ids: readonly number[]; readonly commitSeconds: number }
  | { readonly error: unknown };

/** Gets each turn's events, in order, once its messages are stored. */
export type LogListener = (events: readonly LogEvent[], outcome: Outcome) => void;

/** An ordered log of what others hear. */
export interface MessageLog {
  /** Adds an event; it is reported after all that were added before it. */
  append(event: LogEvent): void;
  /** Stores and reports what waits, now. */
  flush(): void;
  /** Whether so much waits that the next turn should take the rest: see {@linkcode Turns}. */
  readonly full: boolean;
}

/** What the log of a single node is made of. */
export interface LocalLogOptions {
  /** Where messages are kept. */
  readonly store: Pick<MessageStore, "append">;
  /** Told of each turn's events; must not throw. */
  readonly listener: LogListener;
  /** Whether somebody will receive a message at once: asked just before it is stored. */
  readonly isOnline: (recipient: string, accountId: number) => boolean;
  /** How many connections hear what everyone hears. */
  readonly listeners: () => number;
}

/** What one turn takes in at most, and one event more. */
const TURN = {
  events: 512,
  /** Bytes of contents. */
  bytes: 256 * 1024,
  /** Bytes of contents times those who hear them. */
  heardBytes: 16 * 2 ** 20,
};

/** The log of a single node: its own database, its own order. */
export function createLocalLog(
  { store, listener, isOnline, listeners }: LocalLogOptions,
): MessageLog {
  let waiting: LogEvent[] = [];
  let bytes = 0;

  function flush(): void {
    if (waiting.length === 0) return;
    const events = waiting;
    waiting = [];
    bytes = 0;
    listener(events, storeMessages(events));
  }

  function storeMessages(events: readonly LogEvent[]): Outcome {
    const messages: NewMessage[] = [];
    for (const event of events) {
      if (event.kind === "message") messages.push(withMail(event.message));
    }
    if (messages.length === 0) return { ids: [], commitSeconds: 0 };
    const begun = performance.now();
    try {
      const ids = store.append(messages);
      return { ids, commitSeconds: (performance.now() - begun) / 1000 };
    } catch (error) {
      return { error };
    }
  }

  function withMail(message: NewMessage): NewMessage {
    const { recipient, recipientAccount } = message;
    if (recipient === null || recipientAccount === null) return message;
    return isOnline(recipient, recipientAccount) ? message : { ...message, undelivered: true };
  }

  return {
    append(event) {
      // Immediates run when all that could be read in this turn has been read.
      if (waiting.length === 0) setImmediate(flush);
      waiting.push(event);
      bytes += lengthOf(event);
    },
    flush,
    get full() {
      const { length } = waiting;
      if (length === 0) return false;
      return length >= TURN.events || bytes >= TURN.bytes ||
        bytes * listeners() >= TURN.heardBytes;
    },
  };
}

function lengthOf(event: LogEvent): number {
  if (event.kind === "local") return 0;
  if (event.kind === "line") return event.line.length;
  return event.message.content.length + (event.message.extra?.length ?? 0);
}
