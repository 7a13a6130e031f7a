// Serves the operators at the admin socket of a node: what concerns this server is done here, also while no node leads.
// All other requests go to the leader, which learns of the operator with the first of them.
import type { ConnectionView, Core, Edge, EdgeAct, OpenOptions } from "../../edge/edge.ts";
import type { CloseReason } from "../../net/peer.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { encodeLines, errorLine } from "../../protocol/reply.ts";
import { replyLine } from "../../protocol/replies/write.ts";
import { parseRequest, type Request } from "../../protocol/request.ts";
import type { Follower } from "../../chat/operations.ts";
import { type Operator, operatorName } from "../../chat/presence/session.ts";
import type { LiveSettings } from "../live_settings.ts";
import type { OwnRequest, OwnRequests } from "./own_requests.ts";

/** What the operators are served with. */
export interface OwnOperatorsParts {
  /** The core, as the edge of this node sees it. */
  readonly core: Core;
  readonly requests: OwnRequests;
  readonly settings: Pick<LiveSettings, "texts">;
  /** Called if serving a request has failed because of a bug. */
  readonly failed: (request: string, error: unknown) => void;
}

/** A connection to the admin socket. */
interface Known {
  readonly edge: Edge;
  readonly view: ConnectionView;
  readonly operator: Operator;
  /** Whether the leader knows it. */
  isTold: boolean;
}

/** The core for the edge of a node: it serves operators itself where it can. */
export class OwnOperators implements Core {
  readonly #parts: OwnOperatorsParts;
  readonly #known = new Map<number, Known>();

  constructor(parts: OwnOperatorsParts) {
    this.#parts = parts;
  }

  /** See {@linkcode Core.opened}. */
  opened(edge: Edge, view: ConnectionView, options: OpenOptions): void {
    const { operator: name } = options;
    if (name === undefined) return this.#parts.core.opened(edge, view, options);
    this.#known.set(view.id, { edge, view, operator: { name }, isTold: false });
  }

  /** See {@linkcode Core.line}. */
  line(connection: number, text: string, readAt: number): void | Promise<void> {
    const known = this.#known.get(connection);
    if (known === undefined) return this.#parts.core.line(connection, text, readAt);
    let request: Request;
    try {
      request = parseRequest(text, () => "operator");
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return this.#reply(known, this.#errorLine(error, error));
    }
    if (request.type === "operator" && !known.isTold) return this.#name(known, request);
    if (isOwn(request)) return this.#serve(known, request);
    if (request.type === "tail") this.#parts.requests.follow(this.#followerOf(known), request);
    this.#tell(known);
    return this.#parts.core.line(connection, text, readAt);
  }

  /** See {@linkcode Core.overlong}. */
  overlong(connection: number, error: ProtocolError): void {
    this.#tell(this.#known.get(connection));
    this.#parts.core.overlong(connection, error);
  }

  /** See {@linkcode Core.metrics}. */
  metrics(connection: number): void | Promise<void> {
    this.#tell(this.#known.get(connection));
    return this.#parts.core.metrics(connection);
  }

  /** See {@linkcode Core.acted}. */
  acted(connection: number, act: EdgeAct): void {
    this.#tell(this.#known.get(connection));
    this.#parts.core.acted(connection, act);
  }

  /** See {@linkcode Core.taken}. */
  taken(connection: number, receipt: number): void {
    this.#parts.core.taken(connection, receipt);
  }

  /** See {@linkcode Core.forgotten}. */
  forgotten(connection: number, receipts: readonly number[]): void {
    this.#parts.core.forgotten(connection, receipts);
  }

  /** See {@linkcode Core.ended}. */
  ended(connection: number, reason: CloseReason): void {
    const known = this.#known.get(connection);
    if (known?.isTold !== false) return this.#parts.core.ended(connection, reason);
    known.edge.deliver([{ kind: "finish", to: connection }]);
  }

  /** See {@linkcode Core.closed}. */
  closed(connection: number): void {
    const known = this.#known.get(connection);
    this.#known.delete(connection);
    if (known?.isTold !== false) this.#parts.core.closed(connection);
  }

  /** Closes the connections of all operators. */
  close(): void {
    for (const [to, { edge }] of this.#known) {
      edge.deliver([{ kind: "close", to, reason: "shutdown" }]);
    }
  }

  #tell(known: Known | undefined): void {
    if (known?.isTold !== false) return;
    known.isTold = true;
    this.#parts.core.opened(known.edge, known.view, { operator: known.operator.name });
  }

  #name(known: Known, request: Request & { readonly type: "operator" }): void {
    const { name, type } = request;
    known.operator.name = name;
    const conn = known.view.id;
    this.#reply(known, replyLine(request, { type, status: "ok", name, conn }));
  }

  #serve(known: Known, request: OwnRequest): void | Promise<void> {
    const { requests } = this.#parts;
    const operator = {
      name: operatorName(known.operator),
      acted: (act: EdgeAct) => this.acted(known.view.id, act),
    };
    const fail = (error: unknown) => this.#fail(known, request, error);
    try {
      const line = requests.serve(request, operator);
      if (typeof line === "string") return this.#reply(known, line);
      return line.then((line) => this.#reply(known, line)).catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  #fail(known: Known, request: OwnRequest, error: unknown): void {
    const isKnown = error instanceof ProtocolError;
    if (!isKnown) this.#parts.failed(request.type, error);
    this.#reply(known, this.#errorLine(isKnown ? error : new ProtocolError("internal"), request));
  }

  #errorLine(error: ProtocolError, asked: { readonly ref?: string | undefined }): string {
    return errorLine(error, this.#parts.settings.texts.error(error), asked);
  }

  #reply({ edge, view }: Known, line: string): void {
    edge.deliver([{ kind: "reply", to: view.id, bytes: encodeLines(line) }]);
  }

  #followerOf({ edge, view }: Known): Follower {
    const { id: to } = view;
    return {
      get closed() {
        return view.closed;
      },
      get queuedBytes() {
        return view.queuedBytes;
      },
      send: (bytes) => edge.deliver([{ kind: "reply", to, bytes }]),
      close: (reason) => edge.deliver([{ kind: "close", to, reason }]),
    };
  }
}

const OWN: ReadonlySet<Request["type"]> = new Set<OwnRequest["type"]>([
  "stats",
  "reload",
  "shutdown",
  "cluster",
  "cluster_forget",
  "cluster_step_down",
]);

function isOwn(request: Request): request is OwnRequest {
  return OWN.has(request.type);
}
