// The order of everything that others hear. Handlers append to it and never deliver by themselves;
// delivery follows what the log reports, in the log's order. Messages are stored before they are
// reported: all that arrived in one turn of the event loop, in one transaction.
//
// Ids and order come from here. What is reported joins the turn's output, which leaves when the turn is committed:
// see `outputs`.
import type { MessageStore, NewMessage } from "../../store/messages.ts";
import type { Asked } from "../../protocol/errors.ts";

/** What is answered to the sender of a message. With a `ref`, an ack is wanted. */
export interface AskedMessage extends Asked {
  /** The name under which this message made its connection a guest. */
  readonly joinedAs?: string | undefined;
  /** The token of that guest. */
  readonly token?: string | undefined;
}

/** A message to be stored and delivered. */
export interface MessageEvent {
  readonly kind: "message";
  readonly message: NewMessage;
  /** The number of the connection it came from: it gets no copy, but the ack. */
  readonly origin: number;
  readonly asked: AskedMessage;
  /** When its line was read, on the clock of `performance.now()`. */
  readonly readAt: number;
}

/** A line that everyone who joined hears, or the members of a channel, and that is not kept. */
export interface LineEvent {
  readonly kind: "line";
  readonly line: string;
  /** The channel whose members hear it; everyone without. */
  readonly channel?: string;
  /** The number of the connection that caused it, which is not told. */
  readonly except: number | undefined;
}

/** A step of the core that has to wait for what was appended before it. */
export interface LocalEvent {
  readonly kind: "local";
  readonly run: () => void;
}

/** Anything that can be appended. */
export type LogEvent = MessageEvent | LineEvent | LocalEvent;

/** A message that was stored. */
export interface Stored {
  readonly id: number;
  /** It is kept for the recipient's account, which nobody reads for now. */
  readonly isKept: boolean;
}

/** What the log reports: a turn's messages, in order, or why they could not be stored. */
export type Outcome =
  | { readonly stored: readonly Stored[]; readonly commitSeconds: number }
  | { readonly error: unknown };

/** Gets each turn's events, in order, once its messages are stored. */
export type LogListener = (events: readonly LogEvent[], outcome: Outcome) => void;

/** An ordered log of what others hear. */
export interface MessageLog {
  /** Adds an event; it is reported after all that were added before it. */
  append(event: LogEvent): void;
  /** Stores what waits and reports it to delivery, now: what comes next finds it stored. Nothing leaves by it. */
  storeNow(): void;
  /** Whether so much waits that the next turn should take the rest: see {@linkcode Turns}. */
  readonly full: boolean;
}

/** What the log of a single node is made of. */
export interface LocalLogOptions {
  /** Where messages are kept. */
  readonly store: Pick<MessageStore, "append">;
  /** Told of each turn's events; must not throw. */
  readonly listener: LogListener;
  /** Whether a message reaches somebody at once: asked just before it is stored. */
  readonly isReached: (recipient: string, accountId: number) => boolean;
  /** How many connections hear what everyone hears. */
  readonly listeners: () => number;
  /** Runs something after some milliseconds. @returns A function that calls it off. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
  /** Runs something at the end of this turn of the event loop, before the turn is committed. */
  readonly beforeEnd: (run: () => void) => void;
}

/** What one turn takes in at most, and one event more. */
const TURN = {
  events: 512,
  /** Bytes of contents. */
  bytes: 256 * 1024,
  /** Bytes of contents, times their recipients. */
  heardBytes: 16 * 2 ** 20,
};

/**
 * Milliseconds between two flushes of nothing but presence, for each connection that hears it. A write takes some
 * 5 µs: with thousands of recipients, joins and leaves take a tenth of the time at most.
 */
const PRESENCE_PAUSE_MS = 0.05;
/** Below so many listeners presence is flushed with its turn. */
const CROWD = 500;

/** The log of a single node: its own database, its own order. */
export function createLocalLog(
  { store, listener, isReached, listeners, after, beforeEnd }: LocalLogOptions,
): MessageLog {
  let waiting: LogEvent[] = [];
  let bytes = 0;
  let flushesSoon = false;
  // Presence that comes during the pause waits for its end, unless something else has it flushed.
  let endPause: (() => void) | undefined;

  function flush(): void {
    flushesSoon = false;
    if (waiting.length > 0) report();
    else if (listeners() < CROWD) pause(0);
  }

  function report(): void {
    const events = waiting;
    waiting = [];
    bytes = 0;
    pause(listeners());
    listener(events, storeMessages(events));
  }

  function pause(crowd: number): void {
    endPause?.();
    endPause = crowd < CROWD ? undefined : after(crowd * PRESENCE_PAUSE_MS, () => {
      endPause = undefined;
      flush();
    });
  }

  function isFull(): boolean {
    const { length } = waiting;
    if (length === 0) return false;
    return length >= TURN.events || bytes >= TURN.bytes ||
      bytes * listeners() >= TURN.heardBytes;
  }

  function storeMessages(events: readonly LogEvent[]): Outcome {
    const messages: NewMessage[] = [];
    for (const event of events) {
      if (event.kind === "message") messages.push(withMail(event.message));
    }
    if (messages.length === 0) return { stored: [], commitSeconds: 0 };
    const begun = performance.now();
    try {
      const ids = store.append(messages);
      const commitSeconds = (performance.now() - begun) / 1000;
      const stored = ids.map((id, i) => ({ id, isKept: messages[i]!.undelivered === true }));
      return { stored, commitSeconds };
    } catch (error) {
      return { error };
    }
  }

  function withMail(message: NewMessage): NewMessage {
    const { recipient, recipientAccount } = message;
    if (recipient === null || recipientAccount === null) return message;
    return isReached(recipient, recipientAccount) ? message : { ...message, undelivered: true };
  }

  return {
    append(event) {
      waiting.push(event);
      bytes += lengthOf(event);
      const isPresence = event.kind === "line" && event.channel === undefined;
      if (flushesSoon || isPresence && endPause !== undefined && !isFull()) return;
      flushesSoon = true;
      beforeEnd(flush);
    },
    storeNow: flush,
    get full() {
      return isFull();
    },
  };
}

function lengthOf(event: LogEvent): number {
  if (event.kind === "local") return 0;
  if (event.kind === "line") return event.line.length;
  return event.message.content.length + (event.message.extra?.length ?? 0);
}
