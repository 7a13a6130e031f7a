// Delivers what the message log reports. Lines join the turn's output. If the messages could not be stored, their
// senders get an error instead.
import { ProtocolError } from "../../protocol/errors.ts";
import { errorLine } from "../../protocol/reply.ts";
import type { LogEvent, LogListener, MessageEvent, Outcome } from "./message_log.ts";
import type { ServerObserver } from "../observer.ts";
import type { LastMessages } from "../lesson/last_messages.ts";
import type { Session } from "../presence/session.ts";
import type { Texts } from "../texts/catalogue.ts";
import { type Audiences, type Refusal, Turn } from "./turn.ts";
import type { UnsentNotices } from "./unsent.ts";

/** What a delivery works with. */
export interface DeliveryParts {
  readonly audiences: Audiences;
  readonly observer: ServerObserver;
  /** Returns the texts in force. */
  readonly texts: () => Texts;
  readonly unsent: UnsentNotices;
  /** Remembers the last messages to channels. */
  readonly lastMessages: Pick<LastMessages, "note">;
}

/** Creates the listener of a message log that delivers to the users who are online. */
export function createDelivery(parts: DeliveryParts): LogListener {
  const { audiences, observer } = parts;
  const refusal: Refusal = (event, session, error) => refusalOf(event, { session, error }, parts);
  return function deliver(events, outcome) {
    const turn = new Turn(audiences, refusal);
    let count = 0;
    for (const event of events) {
      switch (event.kind) {
        case "line":
          turn.line(event);
          break;
        case "local":
          turn.flush();
          event.run();
          break;
        case "message": {
          const session = audiences.sessions.get(event.origin);
          if (session !== undefined) session.unreported--;
          if ("stored" in outcome) {
            const stored = outcome.stored[count++]!;
            turn.message(event, stored);
            note(event, { session, id: stored.id }, parts);
          } else session?.answer(refusal(event, session, outcome.error));
        }
      }
    }
    turn.flush();
    const messages = messagesOf(events);
    if (messages.length === 0) return;
    audiences.outputs.whenSettled((refused) => {
      report(observer, { turn, messages, outcome: refused ?? outcome });
    });
  };
}

// The connection may have another user by now.
function note(
  { message: { channel, sender } }: MessageEvent,
  { session, id }: { readonly session: Session | undefined; readonly id: number },
  { lastMessages }: DeliveryParts,
): void {
  const user = session?.user;
  if (channel !== null && user?.name === sender) lastMessages.note(user, { id, channel });
}

/** The lines that tell the sender that a message was not stored. */
function refusalOf(
  { message, asked }: MessageEvent,
  { session, error }: { session: Session; error: unknown },
  { texts, unsent }: DeliveryParts,
): string {
  const answer = error instanceof ProtocolError
    ? error
    : new ProtocolError("internal", { reason: "not_stored" });
  // The sender may have left the chat meanwhile. Then the connection gets the error only.
  const notice = session.user === undefined ? "" : unsent.lineFor(session, answer, message);
  return errorLine(answer, texts().error(answer), asked) + notice;
}

function messagesOf(events: readonly LogEvent[]): MessageEvent[] {
  return events.filter((event) => event.kind === "message");
}

function report(
  observer: ServerObserver,
  { turn, messages, outcome }: {
    turn: Turn;
    messages: readonly MessageEvent[];
    outcome: Outcome;
  },
): void {
  if ("error" in outcome) {
    observer.storeFailed(outcome.error, messages.length);
    return;
  }
  const now = performance.now();
  observer.delivered({
    global: turn.global,
    private: turn.private,
    deliveries: turn.deliveries,
    commitSeconds: outcome.commitSeconds,
    latencies: messages.map(({ readAt }) => (now - readAt) / 1000),
  });
}
