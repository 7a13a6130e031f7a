// The chat as the transports see it: takes a connection in, gives it a session, and ends them all.
import type { CloseReason, LineConsumer, Peer } from "../net/peer.ts";
import { type Asked, ProtocolError } from "../protocol/errors.ts";
import { encodeLines, errorLine } from "../protocol/reply.ts";
import { because } from "./wording.ts";
import { createDispatcher, parseLine } from "./dispatcher.ts";
import { leave } from "./conversation/lobby.ts";
import { tellNow } from "./delivery/notices.ts";
import { RateLimit } from "./limits/rate_limit.ts";
import type { Services } from "./services.ts";
import { type Operator, Session } from "./presence/session.ts";

/** Answers `GET_METRICS`. */
export interface MetricsProbe {
  /** Whether this address may ask. */
  readonly mayScrape: (address: string) => boolean;
  /** The Prometheus text. */
  readonly text: () => Promise<string>;
}

/** The chat. Owns the sessions, which its {@linkcode Services} show; everything else about it is in its {@linkcode Services}. */
export class ChatServer {
  readonly #services: Services;
  readonly #probe: MetricsProbe;
  readonly #dispatch: ReturnType<typeof createDispatcher>;
  // One for all conversations: functions of its own would weigh on every idle connection.
  readonly #handlers: ConversationHandlers = {
    line: (session, text, readAt) => this.#line(session, text, readAt),
    overlong: (session, error) => this.#overlong(session, error),
    metrics: (session) => this.#metrics(session),
    ended: (session, reason) => this.#ended(session, reason),
  };
  #stopping = false;

  constructor(services: Services, probe: MetricsProbe) {
    this.#services = services;
    this.#probe = probe;
    this.#dispatch = createDispatcher(services);
  }

  /** Bytes that wait in the outboxes of all connections. */
  get queuedBytes(): number {
    let sum = 0;
    for (const { peer } of this.#services.sessions) sum += peer.queuedBytes;
    return sum;
  }

  /**
   * Gives a connection its session; what it brings is to be handed to the result.
   *
   * @param options.operator Whoever is at the other end may do everything, and does not chat.
   * It is no event that they come and go: each command of theirs does.
   */
  open(peer: Peer, { operator }: { readonly operator?: Operator } = {}): LineConsumer {
    const { limits, addressLimit, observer } = this.#services;
    const now = performance.now();
    const session = new Session(
      peer,
      operator === undefined
        ? { rate: new RateLimit(limits.requests, now), shared: addressLimit, now }
        : { rate: new RateLimit(UNLIMITED, now), now, operator },
    );
    session.modern = operator !== undefined;
    this.#services.sessions.add(session);
    if (operator === undefined) observer.connected(peer);
    return new Conversation(this.#handlers, session);
  }

  /** The line that tells a client of an error, in the language of the server. */
  errorLine(error: ProtocolError, asked: Asked = error): string {
    return errorLine(error, this.#services.texts.error(error), asked);
  }

  /** Closes the connections that have not joined and not asked anything for too long. */
  closeUnjoined(): void {
    const { unjoinedSeconds } = this.#services.limits;
    if (unjoinedSeconds === 0) return;
    const since = performance.now() - unjoinedSeconds * 1000;
    for (const session of this.#services.sessions) {
      if (session.user !== undefined || session.operator !== undefined) continue;
      if (session.activeAt < since) session.peer.close("unjoined");
    }
  }

  /** Tells everyone who joined that the server stops, and closes all connections once they are written out. */
  stop(reason?: string): void {
    this.#stopping = true;
    const { log, roster, texts, addressLimit } = this.#services;
    log.flush();
    const text = texts.say("shutting_down") + because(reason ?? "", this.#services);
    tellNow(roster.sessions, { text, code: "shutting_down" }, this.#services);
    for (const session of this.#services.sessions) {
      session.releaseHeld();
      session.peer.close("shutdown");
    }
    addressLimit.clear();
  }

  #ended(session: Session, reason: CloseReason): void {
    const { sessions, mail, observer, unsent } = this.#services;
    sessions.delete(session);
    session.releaseHeld();
    unsent.ended(session);
    try {
      leave(session, this.#services);
      mail.ended(session);
    } catch (error) {
      // The database may be full or locked: there is nobody to answer, and no reason to end.
      observer.handlerFailed(session.peer, "the end of a connection", error);
    }
    if (session.operator === undefined) observer.disconnected(session.peer, reason);
  }

  #line(session: Session, text: string, readAt: number): void | Promise<void> {
    session.activeAt = readAt;
    if (this.#stopping) {
      return this.#refuse(session, SHUTTING_DOWN, parseLine(session, text, this.#services));
    }
    return this.#dispatch(session, text);
  }

  #overlong(session: Session, error: ProtocolError): void {
    const { observer, unsent } = this.#services;
    observer.offence(session.peer, "line_too_long");
    this.#refuse(session, error);
    // Nothing but a message is so long.
    if (session.user !== undefined) session.send(unsent.lineFor(session, error, {}));
    session.releaseHeld();
    session.peer.close("line_too_long");
  }

  async #metrics({ peer }: Session): Promise<void> {
    if (this.#probe.mayScrape(peer.address)) {
      peer.send(encodeLines(await this.#probe.text()));
    } else {
      const { address } = peer;
      const error = new ProtocolError("forbidden", { reason: "scrape", places: { address } });
      this.#services.observer.refusedRequest(peer, error.code);
      peer.send(encodeLines(this.errorLine(error)));
    }
    peer.close("metrics");
  }

  #refuse(session: Session, error: ProtocolError, asked: Asked = error): void {
    this.#services.observer.refusedRequest(session.peer, error.code);
    session.send(this.errorLine(error, asked));
  }
}

const UNLIMITED = { perSecond: 0, burst: 0 };
const SHUTTING_DOWN = new ProtocolError("shutting_down");

/** What the chat does with what any session brings; as {@linkcode LineConsumer}, for all of them. */
interface ConversationHandlers {
  readonly line: (session: Session, text: string, readAt: number) => void | Promise<void>;
  readonly overlong: (session: Session, error: ProtocolError) => void;
  readonly metrics: (session: Session) => Promise<void>;
  readonly ended: (session: Session, reason: CloseReason) => void;
}

/** Hands what one connection brings to the chat, as its session's. */
class Conversation implements LineConsumer {
  readonly #handlers: ConversationHandlers;
  readonly #session: Session;

  constructor(handlers: ConversationHandlers, session: Session) {
    this.#handlers = handlers;
    this.#session = session;
  }

  line(text: string, readAt: number): void | Promise<void> {
    return this.#handlers.line(this.#session, text, readAt);
  }

  overlong(error: ProtocolError): void {
    this.#handlers.overlong(this.#session, error);
  }

  metrics(): Promise<void> {
    return this.#handlers.metrics(this.#session);
  }

  ended(reason: CloseReason): void {
    this.#handlers.ended(this.#session, reason);
  }
}
