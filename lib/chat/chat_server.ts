// The chat as the edges see it: creates a session for each connection, serves its lines, and ends it.
import type { ConnectionView, Core, Edge, EdgeAct, OpenOptions } from "../edge/edge.ts";
import type { CloseReason } from "../net/peer.ts";
import { type Asked, ProtocolError } from "../protocol/errors.ts";
import { encodeLines, errorLine } from "../protocol/reply.ts";
import { noteEdgeAct } from "./moderation/edge_acts.ts";
import { because } from "./wording.ts";
import { createDispatcher, parseLine } from "./dispatcher.ts";
import { leave } from "./conversation/lobby.ts";
import { type RestoredSession, restoreState } from "./restoring/restore.ts";
import { tellNow } from "./delivery/notices.ts";
import { RateLimit } from "./limits/rate_limit.ts";
import { afterReply, type Services } from "./services.ts";
import { Session } from "./presence/session.ts";

/** Answers the plain-text command `GET_METRICS`. */
export interface MetricsProbe {
  /** Whether this address may read the metrics. */
  readonly mayScrape: (address: string) => boolean;
  /** The metrics in the Prometheus text format. */
  readonly text: () => Promise<string>;
}

/** A connection whose session is restored. */
export type RestoredConnection = RestoredSession & { readonly options: OpenOptions };

/** The chat. It owns the sessions. All other parts of the chat are in its {@linkcode Services}. */
export class ChatServer implements Core {
  readonly #services: Services;
  readonly #probe: MetricsProbe;
  readonly #dispatch: ReturnType<typeof createDispatcher>;
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
   * Creates the session of a new connection.
   *
   * @param options.operator Set for the admin socket. An operator may do everything and does not chat. Connecting
   * is not reported as an event, because each command of an operator is. Other connections are reported as connected
   * with their first line, because browsers open several connections for HTTP, and some that they do not use.
   * @param options.bringsLines Whether it is reported as connected at once.
   */
  opened(edge: Edge, peer: ConnectionView, options: OpenOptions): void {
    const session = this.#newSession(edge, peer, options);
    if (options.operator === undefined) this.#services.observer.accepted(peer);
    if (options.bringsLines) this.#connected(session);
  }

  /**
   * Creates the session of a connection that was open under another leader, or before its edge was given up.
   *
   * @param restored.state The state that the session had.
   * @param restored.isBack Whether its edge was given up. Then others are told that its user is online again.
   */
  restore(edge: Edge, peer: ConnectionView, { options, ...restored }: RestoredConnection): void {
    const session = this.#newSession(edge, peer, options);
    restoreState(session, restored, this.#services);
  }

  /** All sessions that another leader had are restored. */
  restored(): void {
    const { mail, lesson } = this.#services;
    mail.restored();
    lesson.attendance.restored();
  }

  /** See {@linkcode Core.line}. */
  line(connection: number, text: string, readAt: number): void | Promise<void> {
    const session = this.#services.sessions.get(connection);
    // The session is closed, but the edge learns this only at the end of the turn.
    if (session === undefined || session.closed) return;
    this.#connected(session);
    session.activeAt = readAt;
    if (this.#stopping) {
      return this.#refuse(session, SHUTTING_DOWN, parseLine(session, text, this.#services));
    }
    return this.#dispatch(session, text);
  }

  /** See {@linkcode Core.overlong}. */
  overlong(connection: number, error: ProtocolError): void {
    const { sessions, observer, unsent } = this.#services;
    const session = sessions.get(connection);
    if (session === undefined || session.closed) return;
    this.#connected(session);
    observer.offence(session.peer, "line_too_long");
    this.#refuse(session, error);
    // Only a message can be this long.
    if (session.user !== undefined) session.answer(unsent.lineFor(session, error, {}));
    session.releaseHeld();
    session.close("line_too_long");
  }

  /** See {@linkcode Core.metrics}. */
  metrics(connection: number): void | Promise<void> {
    const session = this.#services.sessions.get(connection);
    if (session !== undefined) return this.#metrics(session);
  }

  /** See {@linkcode Core.acted}. */
  acted(connection: number, done: EdgeAct): void {
    const session = this.#services.sessions.get(connection);
    if (session?.operator !== undefined) noteEdgeAct(session, done, this.#services);
  }

  /** See {@linkcode Core.taken}. */
  taken(connection: number, receipt: number): void {
    this.#services.sessions.get(connection)?.taken(receipt);
  }

  /** See {@linkcode Core.forgotten}. */
  forgotten(connection: number, receipts: readonly number[]): void {
    const { sessions, mail } = this.#services;
    const session = sessions.get(connection);
    if (session === undefined) return;
    session.dropped(receipts);
    mail.forgotten(session);
  }

  /** See {@linkcode Core.ended}. */
  ended(connection: number, reason: CloseReason): void {
    const session = this.#services.sessions.get(connection);
    if (session !== undefined) this.#ended(session, session.ended(reason));
  }

  /** See {@linkcode Core.closed}. */
  closed(connection: number): void {
    const { sessions, replyFlow } = this.#services;
    const session = sessions.get(connection);
    if (session === undefined) return;
    sessions.delete(session);
    replyFlow.ended(session);
  }

  /** Returns the `error` line for a client, in the language of the server. */
  errorLine(error: ProtocolError, asked: Asked = error): string {
    return errorLine(error, this.#services.texts.error(error), asked);
  }

  /** Closes connections that have neither joined nor sent a request for too long. */
  closeUnjoined(): void {
    const { unjoinedSeconds } = this.#services.limits;
    if (unjoinedSeconds === 0) return;
    const since = performance.now() - unjoinedSeconds * 1000;
    for (const session of this.#services.sessions) {
      if (session.user !== undefined || session.operator !== undefined) continue;
      if (session.activeAt < since) session.close("unjoined");
    }
  }

  /**
   * Tells all users that the server is shutting down. Each connection is closed once its outbox has been written.
   */
  stop(reason?: string): void {
    this.#stopping = true;
    const { log, roster, texts, addressLimit, replyFlow, outputs, lingering, lesson } =
      this.#services;
    lingering.clear();
    lesson.attendance.close();
    log.storeNow();
    const text = texts.say("shutting_down") + because(reason ?? "", this.#services);
    tellNow(roster.sessions, { text, code: "shutting_down" }, this.#services);
    for (const session of this.#services.sessions) {
      session.releaseHeld();
      session.close("shutdown");
    }
    addressLimit.clear();
    replyFlow.clear();
    outputs.end();
  }

  #newSession(edge: Edge, peer: ConnectionView, { operator }: OpenOptions): Session {
    const { limits, addressLimit, replyFlow, outputs } = this.#services;
    const now = performance.now();
    const own = { out: outputs.of(edge), edge: edge.name, now, connectedAt: this.#services.now() };
    const session = new Session(
      peer,
      operator === undefined
        ? { ...own, rate: new RateLimit(limits.requests, now), shared: addressLimit, replyFlow }
        : { ...own, rate: new RateLimit(UNLIMITED, now), operator: { name: operator } },
    );
    session.modern = operator !== undefined;
    this.#services.sessions.add(session);
    return session;
  }

  #ended(session: Session, reason: CloseReason): void {
    const { mail, observer, unsent } = this.#services;
    session.releaseHeld();
    unsent.ended(session);
    try {
      leave(session, this.#services, !this.#stopping);
      mail.ended(session);
    } catch (error) {
      // The database may be full or locked. No client waits for an answer, and the server can go on.
      observer.handlerFailed(session.peer, "the end of a connection", error);
    }
    if (session.operator === undefined) {
      if (!UNNOTICED.has(reason)) this.#connected(session);
      if (session.isConnected) observer.disconnected(session.peer, reason);
      else observer.endedUnheard(session.peer, reason);
    }
    // The acks of the connection's last messages come first.
    afterReply(session, () => {
      session.out.add({ kind: "finish", to: session.id });
    }, this.#services);
  }

  /** Reports a connection as connected, once. */
  #connected(session: Session): void {
    if (session.isConnected) return;
    session.isConnected = true;
    if (session.operator === undefined) this.#services.observer.connected(session.peer);
  }

  async #metrics(session: Session): Promise<void> {
    this.#connected(session);
    const { address } = session.peer;
    if (this.#probe.mayScrape(address)) {
      session.send(encodeLines(await this.#probe.text()));
    } else {
      const error = new ProtocolError("forbidden", { reason: "scrape", places: { address } });
      this.#refuse(session, error);
    }
    session.close("metrics");
  }

  #refuse(session: Session, error: ProtocolError, asked: Asked = error): void {
    this.#services.observer.refusedRequest(session.peer, error.code);
    session.answer(this.errorLine(error, asked));
  }
}

// How connections of browsers end that never carry a line.
const UNNOTICED: ReadonlySet<CloseReason> = new Set<CloseReason>(["web", "client", "error"]);
const UNLIMITED = { perSecond: 0, burst: 0 };
const SHUTTING_DOWN = new ProtocolError("shutting_down");
