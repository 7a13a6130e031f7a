// Takes the price of a line before it is served. If the connection has sent too much, the line is rejected. If its
// address has, the line waits.
import { ProtocolError } from "../protocol/errors.ts";
import type { Request } from "../protocol/request.ts";
import { priceOf } from "./limits/cost.ts";
import type { Services } from "./services.ts";
import type { Session } from "./presence/session.ts";

/** A parsed request, or the error if the line is not valid. */
export type Parsed = Request | (ProtocolError & { readonly type?: undefined });

/** A line as it arrived. */
export interface Arrived {
  readonly parsed: Parsed;
  /** Its length in bytes. */
  readonly bytes: number;
}

/**
 * Takes the price of a line.
 *
 * @returns A promise if the line has to wait until its address can pay.
 * @throws {ProtocolError} `rate_limited`, or the error of a line that is not valid.
 */
export function pay(
  session: Session,
  { parsed, bytes }: Arrived,
  { addressLimit, roster, observer }: Services,
): Promise<unknown> | undefined {
  const { type } = parsed;
  const price = priceOf(type, bytes);
  const asked = { price, type, bytes, listeners: roster.sessions.size };
  const { allowed, retryAfter, flooding } = session.rate.take(session.activeAt, price);
  if (allowed && !(parsed instanceof ProtocolError)) {
    const asking = addressLimit.ask(session, asked);
    const joining = mayJoin(session, parsed) ? addressLimit.join(session) : undefined;
    return asking === undefined || joining === undefined
      ? asking ?? joining
      : Promise.all([asking, joining]);
  }
  addressLimit.askInVain(session, asked);
  if (flooding) {
    observer.offence(session.peer, "flooding");
    session.close("flooding");
  }
  if (allowed) throw parsed;
  throw new ProtocolError("rate_limited", {
    retryAfter,
    places: { time: { seconds: retryAfter } },
  });
}

/** Whether a request may join its connection. Everyone receives a line for the join, and later for the leave. */
export function mayJoin({ user }: Session, { type }: Parsed): boolean {
  return type === "login" || type === "resume" || type === "message" && user === undefined;
}
