// What happens with the events that the log reports: they are delivered, or refused where the
// messages could not be stored.
import { ProtocolError } from "../protocol/errors.ts";
import { errorLine } from "../protocol/reply.ts";
import type { LogEvent, LogListener, MessageEvent, Outcome } from "./message_log.ts";
import type { ServerObserver } from "./observer.ts";
import type { Texts } from "./texts/catalogue.ts";
import { type Audiences, Turn } from "./turn.ts";

/** What a delivery needs of the rest. */
export interface DeliveryParts {
  readonly audiences: Audiences;
  readonly observer: ServerObserver;
  /** The texts in force. */
  readonly texts: () => Texts;
}

/** Makes the listener of a message log that delivers to those who are online. */
export function createDelivery({ audiences, observer, texts }: DeliveryParts): LogListener {
  return function deliver(events, outcome) {
    const turn = new Turn(audiences);
    let stored = 0;
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
          if ("ids" in outcome) turn.message(event, outcome.ids[stored++]!);
          else refuse(event, { error: outcome.error, texts: texts() });
      }
    }
    turn.flush();
    report(observer, { turn, events, outcome });
  };
}

function refuse(
  { origin, asked }: MessageEvent,
  { error, texts }: { error: unknown; texts: Texts },
): void {
  const answer = error instanceof ProtocolError
    ? error
    : new ProtocolError("internal", { reason: "not_stored" });
  origin.send(errorLine(answer, texts.error(answer), asked));
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
