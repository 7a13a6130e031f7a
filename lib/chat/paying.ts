// What a line pays before it is served: it is refused where its connection has asked too much, and waits where its
// address has.
import { ProtocolError } from "../protocol/errors.ts";
import type { Request } from "../protocol/request.ts";
import { priceOf } from "./limits/cost.ts";
import type { Services } from "./services.ts";
import type { Session } from "./presence/session.ts";

/** A request, or why there is none. */
export type Parsed = Request | (ProtocolError & { readonly type?: undefined });

/** A line as it came. */
export interface Arrived {
  readonly parsed: Parsed;
  /** Its length. */
  readonly bytes: number;
}

/**
 * Takes what a line costs.
 *
 * @returns A promise where it has to wait until its address can pay.
 * @throws {ProtocolError} `rate_limited`, or what is wrong with the line.
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

/** Whether a request may make its connection join: everyone hears of that, and of the leave later. */
export function mayJoin({ user }: Session, { type }: Parsed): boolean {
  return type === "login" || type === "resume" || type === "message" && user === undefined;
}
