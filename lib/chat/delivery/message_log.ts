// The order of everything that users receive from others. Handlers append events and never deliver them; delivery
// follows what the log reports, in the log's order. The messages of one turn of the event loop are stored in one
// transaction before they are reported.
//
// Ids and order come from here. What is reported joins the turn's output, which leaves when the turn is committed:
// see `outputs`.
import type { MessageStore, NewMessage } from "../../store/messages.ts";
import type { Asked } from "../../protocol/errors.ts";

/** What the reply to a message needs. With a `ref`, the client wants an ack. */
export interface AskedMessage extends Asked {
  /** The guest name under which this message joined its connection. */
  readonly joinedAs?: string | undefined;
  /** The token that the guest gets. */
  readonly token?: string | undefined;
}

/** A message to be stored and delivered. */
export interface MessageEvent {
  readonly kind: "message";
  readonly message: NewMessage;
  /** The number of the sending connection. It receives the ack instead of a copy. */
  readonly origin: number;
  readonly asked: AskedMessage;
  /** The time at which its line was read, on the clock of `performance.now()`. */
  readonly readAt: number;
}

/** A line for everyone who joined, or for the members of a channel. It is not stored. */
export interface LineEvent {
  readonly kind: "line";
  readonly line: string;
  /** The channel whose members receive it. If missing, everyone receives it. */
  readonly channel?: string;
  /** The number of the connection that caused it, which does not receive it. */
  readonly except: number | undefined;
}

/** A step of the core that has to wait for the events appended before it. */
export interface LocalEvent {
  readonly kind: "local";
  readonly run: () => void;
}

/** An event that can be appended. */
export type LogEvent = MessageEvent | LineEvent | LocalEvent;

/** The result of storing a message. */
export interface Stored {
  readonly id: number;
  /** Whether it is kept for the recipient's account because no connection can show it now. */
  readonly isKept: boolean;
}

/** What the log reports of a turn: its messages in order, or the error if they could not be stored. */
export type Outcome =
  | { readonly stored: readonly Stored[]; readonly commitSeconds: number }
  | { readonly error: unknown };

/** Receives each turn's events, in order, once its messages are stored. */
export type LogListener = (events: readonly LogEvent[], outcome: Outcome) => void;

/** An ordered log of what users receive from others. */
export interface MessageLog {
  /** Appends an event. It is reported after all events that were appended before it. */
  append(event: LogEvent): void;
  /** Stores the waiting events and reports them to delivery now, so that a query finds them. No output leaves. */
  storeNow(): void;
  /** Whether the rest of the requests should wait for the next turn: see {@linkcode Turns}. */
  readonly full: boolean;
  /** The number of events of this turn, to which more may join; 0 if it is full. Presence that pauses does not count. */
  readonly gathered: number;
}

/** What the log of a single node works with. */
export interface LocalLogOptions {
  /** The store of messages. */
  readonly store: Pick<MessageStore, "append">;
  /** Called with each turn's events. It must not throw. */
  readonly listener: LogListener;
  /** Whether a connection can show a message to this recipient now. Called just before the message is stored. */
  readonly isReached: (recipient: string, accountId: number) => boolean;
  /** How many connections receive what everyone receives. */
  readonly listeners: () => number;
  /** Runs a function after some milliseconds. @returns A function that cancels it. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
  /** Runs a function at the end of this turn of the event loop, before the turn is committed. */
  readonly beforeEnd: (run: () => void) => void;
}

/** The log is full at any of these limits. The event that reaches a limit still belongs to the turn. */
const TURN = {
  events: 512,
  /** Bytes of contents. */
  bytes: 256 * 1024,
  /** Bytes of contents, times the number of recipients. */
  heardBytes: 16 * 2 ** 20,
};

/**
 * Pause between two turns that report only presence, in milliseconds for each connection that receives them. A
 * write takes about 5 µs, so with thousands of recipients joins and leaves take at most a tenth of the time.
 */
const PRESENCE_PAUSE_MS = 0.05;
/** With fewer listeners than this, presence is reported at the end of its turn. */
const CROWD = 500;

/** Creates the log of a single node, which has its own database and its own order. */
export function createLocalLog(
  { store, listener, isReached, listeners, after, beforeEnd }: LocalLogOptions,
): MessageLog {
  let waiting: LogEvent[] = [];
  let bytes = 0;
  let gathered = 0;
  // Presence lines wait for the end of the pause, unless another event is reported first.
  let endPause: (() => void) | undefined;

  function flush(): void {
    gathered = 0;
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
      const pauses = gathered === 0 && isPresence && endPause !== undefined && !isFull();
      if (!pauses && gathered++ === 0) beforeEnd(flush);
    },
    storeNow: flush,
    get full() {
      return isFull();
    },
    get gathered() {
      return isFull() ? 0 : gathered;
    },
  };
}

function lengthOf(event: LogEvent): number {
  if (event.kind === "local") return 0;
  if (event.kind === "line") return event.line.length;
  return event.message.content.length + (event.message.extra?.length ?? 0);
}
