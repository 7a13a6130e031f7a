// The chat of a node that is cut off from its cluster, or stops: it reads the node's copy of the database, answers what it
// can, and an error otherwise.
import { setImmediate as nextTurn } from "node:timers/promises";
import { DatabaseSync } from "node:sqlite";
import { ChatServer } from "../../chat/chat_server.ts";
import { tellNow } from "../../chat/delivery/notices.ts";
import type { Session } from "../../chat/presence/session.ts";
import type { Services } from "../../chat/services.ts";
import { because } from "../../chat/wording.ts";
import type { StandIn } from "../../cluster/edges/covered_core.ts";
import { decodeState, type DescribedState } from "../../cluster/edges/described_state.ts";
import type { FarCore } from "../../cluster/edges/far_core.ts";
import type { ConnectionView, Edge, OpenOptions } from "../../edge/edge.ts";
import { closableClock, steadyClock, systemClock } from "../../ops/background.ts";
import { errorText } from "../../ops/log/text.ts";
import { observeWith } from "../../ops/observers/all.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import type { RequestType } from "../../protocol/request.ts";
import type { Base } from "../base.ts";
import type { ChatAddresses } from "../chat_ports.ts";
import type { ServerOperations } from "../operations.ts";
import { createServices } from "../services.ts";
import { ELSEWHERE, PassingEdge, viewElsewhere } from "./passing_edge.ts";

/** What a stand-in is made from. */
export interface StandInParts {
  readonly base: Base;
  readonly addresses: ChatAddresses;
  readonly operations: ServerOperations;
  /** The connections of this node, and where lines go that the stand-in could not serve in time. */
  readonly core: Pick<FarCore, "open" | "line">;
  readonly edge: Edge;
  /** The states of all sessions of the cluster, as the log has brought them. */
  readonly states: () => readonly (readonly [connection: number, state: Uint8Array])[];
}

/** Seconds after which a client may try again. */
const RETRY_SECONDS = 5;
/** The event loop is held for this long at most while the sessions are restored, in milliseconds. */
const STEP_MS = 5;

/**
 * The requests that change nothing, and whose right the copy of the database can check. Operators also look at and stop
 * this server.
 */
const SERVED: ReadonlySet<RequestType> = new Set<RequestType>([
  "ping",
  "whoami",
  "users",
  "people",
  "channels",
  "history",
  "search",
  "overview",
  "hands",
  "operator",
  "clients",
  "stats",
  "tail",
  "reload",
  "shutdown",
  "user_list",
  "user_show",
]);

/** Why a request is not served; `undefined` if it is. */
export type Refuses = (type: RequestType) => ProtocolError | undefined;

/** What a node refuses that is cut off. */
export const refusesCutOff: Refuses = (type) => SERVED.has(type) ? undefined : cutOffError();

/** What a node refuses that stops. */
export const refusesStopping: Refuses = () => new ProtocolError("shutting_down");

/** The error for all that a node refuses that is cut off. */
export function cutOffError(): ProtocolError {
  const places = { time: { seconds: RETRY_SECONDS } };
  return new ProtocolError("busy", { reason: "cut_off", retryAfter: RETRY_SECONDS, places });
}

/** A stand-in. It is made when the node is cut off, and closed when it is not any more. */
export class StandInChat implements StandIn {
  readonly #parts: StandInParts;
  readonly #services: Services;
  readonly #chat: ChatServer;
  readonly #edge: PassingEdge;
  readonly #restored: Promise<void>;
  readonly #closing = new DisposableStack();
  /** Lines that are being served. */
  #serving = 0;
  #isClosed = false;

  /** @throws The error of SQLite, if the database cannot be opened. */
  constructor(parts: StandInParts, refuses: Refuses) {
    this.#parts = parts;
    const { base, addresses, operations } = parts;
    const { path } = base.database;
    const sqlite = new DatabaseSync(path, { readOnly: true });
    this.#closing.defer(() => sqlite.close());
    const database = { sqlite, path, shared: true, share: () => true, close: () => sqlite.close() };
    const [clock, steady] = [closableClock(systemClock), closableClock(steadyClock)];
    const services = createServices({
      ...base,
      database,
      addresses,
      operations,
      clock,
      steady,
      // The leader reports all other events. It does not see these.
      observer: observeWith([{ offence: base.watching.journal.offence }], () => {}),
      // Nothing can be noted, which it would write each time.
      log: { write() {} },
      storage: { refusal: cutOffError(), refuseLost() {} },
    });
    this.#services = Object.assign(services, { refuses });
    this.#closing.defer(() => {
      services.accounts.close();
      services.lingering.clear();
      services.addressLimit.clear();
      services.replyFlow.clear();
      clock.close();
      steady.close();
    });
    this.#chat = new ChatServer(this.#services, {
      mayScrape: () => false,
      text: () => Promise.resolve(""),
    });
    this.#edge = new PassingEdge(parts.edge, this.#chat);
    this.#restored = this.#restore().catch((error) => {
      const text = `restoring sessions failed: ${errorText(error)}`;
      base.log.write("error", "CLUSTER", text);
    });
  }

  /** See {@linkcode StandIn.opened}. */
  opened(connection: ConnectionView, options: OpenOptions): void {
    this.#chat.opened(this.#edge, connection, options);
  }

  /** See {@linkcode StandIn.line}. */
  async line(connection: number, text: string, readAt: number): Promise<void> {
    await this.#restored;
    if (this.#isClosed) return await this.#parts.core.line(connection, text, readAt);
    const { turns, sessions } = this.#services;
    const network = sessions.get(connection)?.network ?? "";
    const serve = () => this.#chat.line(connection, text, readAt);
    this.#serving++;
    // Many lines come at once: those that were taken back, and those that have waited for the sessions.
    await (turns.free(performance.now()) ? serve() : turns.run(network, serve));
    this.#serving--;
    if (this.#isClosed) this.#dispose();
  }

  /** See {@linkcode StandIn.overlong}. */
  overlong(connection: number, error: ProtocolError): void {
    this.#chat.overlong(connection, error);
  }

  /** See {@linkcode StandIn.closed}. */
  closed(connection: number): void {
    this.#chat.closed(connection);
  }

  /** Tells the users of some connections that this node is cut off, and closes these connections. */
  async giveUp(connections: ReadonlySet<number>): Promise<void> {
    await this.#restored;
    const own = this.#own().filter(({ id }) => connections.has(id));
    this.#close(own, this.#services.texts.say("cut_off"));
  }

  /** Tells the users of this node that it stops, and closes all connections. @param reason Shown to the users. */
  async stop(reason: string): Promise<void> {
    await this.#restored;
    const text = this.#services.texts.say("shutting_down") + because(reason, this.#services);
    this.#close(this.#own(), text);
  }

  #own(): Session[] {
    const { sessions, outputs } = this.#services;
    return [...sessions].filter(({ out }) => out === outputs.of(this.#edge));
  }

  #close(sessions: readonly Session[], text: string): void {
    if (this.#isClosed) return;
    tellNow(sessions, { text, code: "shutting_down" }, this.#services);
    for (const session of sessions) session.close("shutdown");
    this.#services.outputs.end();
  }

  /** Ends it. Requests that it has begun to serve are still answered. */
  close(): void {
    this.#isClosed = true;
    this.#dispose();
  }

  #dispose(): void {
    if (this.#serving > 0) return;
    this.#services.outputs.end();
    this.#edge.passes = false;
    for (const session of this.#services.sessions) session.ended("shutdown");
    this.#closing.dispose();
  }

  /** Makes the sessions as the log has them, in short steps. */
  async #restore(): Promise<void> {
    const { core, states } = this.#parts;
    const own = new Map(core.open.map((known) => [known.view.id, known]));
    const stored = new Map(states());
    let began = performance.now();
    const pause = async () => {
      if (performance.now() - began < STEP_MS) return;
      await nextTurn();
      began = performance.now();
    };
    for (const [id, { view, options }] of own) {
      const state = stored.get(id);
      stored.delete(id);
      if (this.#isClosed) return;
      if (view.closed) continue;
      if (state === undefined) this.opened(view, options);
      else this.#restoreOne(decodeState(state), { view, options, edge: this.#edge });
      await pause();
    }
    for (const [id, state] of stored) {
      if (this.#isClosed) return;
      const described = decodeState(state);
      this.#restoreOne(described, {
        view: viewElsewhere(id, described),
        options: {},
        edge: ELSEWHERE,
      });
      await pause();
    }
    this.#services.outputs.end();
    this.#edge.passes = true;
  }

  #restoreOne(
    { state }: DescribedState,
    { view, options, edge }: {
      readonly view: ConnectionView;
      readonly options: OpenOptions;
      readonly edge: Edge;
    },
  ): void {
    this.#chat.restore(edge, view, { options, state: JSON.parse(state), isBack: false });
  }
}
