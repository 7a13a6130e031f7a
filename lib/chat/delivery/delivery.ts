// What happens with the events that the log reports: they are delivered, or refused where the
// messages could not be stored.
import { ProtocolError } from "../../protocol/errors.ts";
import { errorLine } from "../../protocol/reply.ts";
import type { LogEvent, LogListener, MessageEvent, Outcome } from "./message_log.ts";
import type { ServerObserver } from "../observer.ts";
import type { Texts } from "../texts/catalogue.ts";
import { type Audiences, Turn } from "./turn.ts";
import type { UnsentNotices } from "./unsent.ts";

/** What a delivery needs of the rest. */
export interface DeliveryParts {
  readonly audiences: Audiences;
  readonly observer: ServerObserver;
  /** The texts in force. */
  readonly texts: () => Texts;
  readonly unsent: UnsentNotices;
}

/** Makes the listener of a message log that delivers to those who are online. */
export function createDelivery(
  { audiences, observer, texts, unsent }: DeliveryParts,
): LogListener {
  return function deliver(events, outcome) {
    const turn = new Turn(audiences);
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
        case "message":
          event.origin.unreported--;
          if ("stored" in outcome) turn.message(event, outcome.stored[count++]!);
          else refuse(event, { error: outcome.error, texts: texts(), unsent });
      }
    }
    turn.flush();
    report(observer, { turn, events, outcome });
  };
}

function refuse(
  { message, origin, asked }: MessageEvent,
  { error, texts, unsent }: { error: unknown; texts: Texts; unsent: UnsentNotices },
): void {
  const answer = error instanceof ProtocolError
    ? error
    : new ProtocolError("internal", { reason: "not_stored" });
  // It may have left meanwhile: then there is nobody to tell but by the error.
  const notice = origin.user === undefined ? "" : unsent.lineFor(origin, answer, message);
  origin.send(errorLine(answer, texts.error(answer), asked) + notice);
}

function report(
  observer: ServerObserver,
  { turn, events, outcome }: { turn: Turn; events: readonly LogEvent[]; outcome: Outcome },
): void {
  const messages = events.filter((event) => event.kind === "message");
  if (messages.length === 0) return;
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
